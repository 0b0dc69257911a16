package io.agentmetrics.api.ledger;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the ledger that the aggregator writes. Every answer needs it, so it is kept for a
 * few seconds.
 */
@Component
public final class LedgerRepository {

	private static final String KEY = "current";

	private static final String LEDGER = """
			select zone, raw_from, case when replayed_until() < now() - interval '5 s' then replayed_until() end as replayed_until,
				extract(epoch from first_start)::bigint as first_start, aggregated_through, revision,
				exists (select from agent_day_failures) as any_failed_days,
				array(select extract(epoch from lower(run))::bigint from unnest(closed) as run order by run) as run_starts,
				array(select extract(epoch from upper(run))::bigint from unnest(closed) as run order by run) as run_ends
			from aggregation_ledger
			""";

	private final JdbcClient jdbc;

	private final AnswerCache<String, Ledger> kept;

	public LedgerRepository(JdbcClient jdbc, AnswerCaches caches) {
		this.jdbc = jdbc;
		this.kept = caches.open("ledger");
	}

	/** Returns the ledger, at most a few seconds old. */
	public Ledger current() {
		return this.kept.get(KEY, this::read);
	}

	/** Reads the ledger in the transaction of the caller. */
	public Ledger read() {
		return this.jdbc.sql(LEDGER).query(LedgerRepository::ledger).single();
	}

	private static Ledger ledger(ResultSet row, int number) throws SQLException {
		ZoneId zone = ZoneId.of(row.getString("zone"));
		Long firstStart = row.getObject("first_start", Long.class);
		return new Ledger(zone,
				Optional.ofNullable(firstStart)
					.map((seconds) -> new DayCalendar(zone).dayOf(Instant.ofEpochSecond(seconds))),
				Optional.ofNullable(row.getObject("aggregated_through", LocalDate.class)),
				runs(row.getArray("run_starts"), row.getArray("run_ends")),
				Optional.ofNullable(row.getObject("raw_from", LocalDate.class)), row.getLong("revision"),
				row.getBoolean("any_failed_days"),
				Optional.ofNullable(row.getObject("replayed_until", OffsetDateTime.class))
					.map(OffsetDateTime::toInstant));
	}

	private static List<Window> runs(Array starts, Array ends) throws SQLException {
		Long[] from = (Long[]) starts.getArray();
		Long[] to = (Long[]) ends.getArray();
		List<Window> runs = new ArrayList<>(from.length);
		for (int run = 0; run < from.length; run++) {
			runs.add(new Window(Instant.ofEpochSecond(from[run]), Instant.ofEpochSecond(to[run])));
		}
		return runs;
	}

}
