package io.agentmetrics.api.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the ledger that the aggregator writes.
 */
@Component
final class LedgerRepository implements LedgerQuery {

	// day minus row number is the same for all days of an unbroken run
	private static final String LEDGER = """
			select coalesce((select zone from aggregation_state), 'UTC') as zone,
				(select raw_from from aggregation_state) as raw_from,
				(select max(metric_date)
					from (select metric_date, metric_date - (row_number() over (order by metric_date))::int as run
						from aggregated_days) days
					where run = (select min(metric_date) - 1 from aggregated_days)) as aggregated_through,
				(select coalesce(bit_xor(hashtextextended(concat_ws(' ', metric_date, revision, updated_at), 0)), 0)
					from aggregated_days) as revision,
				case when replayed_until() < now() - interval '5 s' then replayed_until() end as replayed_until
			""";

	private final JdbcClient jdbc;

	LedgerRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public Ledger current() {
		return this.jdbc.sql(LEDGER).query(LedgerRepository::ledger).single();
	}

	private static Ledger ledger(ResultSet row, int number) throws SQLException {
		return new Ledger(ZoneId.of(row.getString("zone")),
				Optional.ofNullable(row.getObject("aggregated_through", LocalDate.class)),
				Optional.ofNullable(row.getObject("raw_from", LocalDate.class)), row.getLong("revision"),
				Optional.ofNullable(row.getObject("replayed_until", OffsetDateTime.class))
					.map(OffsetDateTime::toInstant));
	}

}
