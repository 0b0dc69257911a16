package io.agentmetrics.aggregator.sink;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.model.time.DayCalendar;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What earlier runs left for the next one: the zone, the watermark, the days that are
 * done.
 */
@Component
public class AggregationState {

	private static final Logger logger = LoggerFactory.getLogger(AggregationState.class);

	private static final String CLAIM = """
			insert into aggregation_state (zone, system_identifier)
			select :zone, system_identifier from pg_control_system()
			on conflict (singleton) do nothing
			""";

	private static final String FOREIGN = """
			select format('%s (stored %s, now %s)', reason, stored, now) from aggregation_state,
				lateral (select system_identifier as current from pg_control_system()) cluster,
				lateral (values
					(zone <> :zone, 'The days were cut in another time zone', zone, :zone),
					(system_identifier <> cluster.current, 'The database was restored into another PostgreSQL cluster',
						system_identifier::text, cluster.current::text)) as difference (found, reason, stored, now)
			where found
			union all
			select 'Executions or what is stored of them have transaction numbers that this PostgreSQL cluster has not given out yet'
			where not is_restored_elsewhere() and is_ahead_of_cluster()
			""";

	/**
	 * What a subscription writes has the numbers of its publisher, and no trigger tells
	 * of what it deletes.
	 */
	private static final String REPLICATED = """
			select exists (
				select from pg_subscription_rel where srrelid = 'agent_executions'::regclass
					or srrelid in (select inhrelid from pg_inherits where inhparent = 'agent_executions'::regclass))
			""";

	/**
	 * Days that cannot be aggregated anew stay closed; nothing of them changes any more.
	 */
	private static final String ADOPT_CLOSED = "update aggregated_days set snapshot = '4:4:'";

	/** No copy has what was missed; the next one of a table has. */
	private static final List<String> ADOPT_MISSED = List.of(
			"update execution_misses set missed_in = pg_current_xact_id()",
			"update execution_sources set copy_snapshot = '4:4:' where copy_snapshot is not null");

	private static final List<String> FORGET = List.of("delete from aggregated_days where metric_date >= :rawFrom",
			"delete from agent_metrics where metric_date >= :rawFrom",
			"delete from agent_metric_cells where metric_date >= :rawFrom",
			"delete from agent_error_groups where metric_date >= :rawFrom",
			"delete from agent_day_failures where metric_date >= :rawFrom", "delete from aggregated_day_shards",
			"delete from provisional_days", "update aggregation_shards set watermark = null");

	private static final String RECLAIM = """
			update aggregation_state
			set zone = :zone, system_identifier = (select system_identifier from pg_control_system())
			""";

	private static final String CLOSED = "select metric_date from aggregated_days";

	private static final String BOUND = """
			update aggregated_days set starts_at = bounded.starts_at, ends_at = bounded.ends_at
			from unnest(:days, :starts, :ends) as bounded (metric_date, starts_at, ends_at)
			where aggregated_days.metric_date = bounded.metric_date
			""";

	private static final String RAW_FROM = "select raw_from from aggregation_state where raw_from is not null";

	private static final String WATERMARK = """
			select watermark::text from aggregation_shards
			where shards = :shards and shard = :shard and watermark is not null
			""";

	/**
	 * Of another number of shards the oldest snapshot counts, and only when no shard of
	 * the set is missing; of two with the same end it is the one in which more
	 * transactions were open.
	 */
	private static final String WATERMARK_OF_OTHERS = """
			select (array_agg(watermark order by pg_snapshot_xmax(watermark),
				(select count(*) from pg_snapshot_xip(watermark)) desc))[1]::text
			from aggregation_shards where shards <> :shards
			group by shards having count(watermark) = shards
			order by max(completed_at) desc limit 1
			""";

	private static final String COMPLETE = """
			update aggregation_shards set watermark = :snapshot::pg_snapshot, completed_at = now()
			where shards = :shards and shard = :shard
			""";

	/**
	 * Once every shard of a new set has a watermark, nobody needs the old set's any more.
	 */
	private static final String RETIRE_OTHERS = """
			delete from aggregation_shards where shards <> :shards
				and (select count(watermark) from aggregation_shards where shards = :shards) = :shards
			""";

	/**
	 * What every run and every preview has seen; a run without previews sees for none.
	 */
	private static final String FORGET_DELETIONS = """
			delete from agent_execution_deletions
			where not exists (select from aggregation_shards where watermark is null)
				and not exists (select from aggregation_shards where not pg_visible_in_snapshot(changed_in, watermark))
				and not exists (select from provisional_days where not pg_visible_in_snapshot(changed_in, snapshot))
				and (select count(*) from aggregation_shards where shards = :shards) = :shards
			""";

	private static final String PREVIEWED = """
			select snapshot::text from provisional_days
			where metric_date = :date and shards = :shards and shard = :shard
			""";

	private static final String PREVIEWED_AGENTS = """
			select count(*) from agent_metrics where metric_date = :date and agent_shard(agent_id, :shards) = :shard
			""";

	private static final String FIRST_STORED = """
			select day
			from least((select min(metric_date) from aggregated_days), (select min(metric_date) from agent_metrics)) as day
			where day is not null
			""";

	private static final String DONE = """
			select metric_date from aggregated_days where metric_date >= :from
			union
			select metric_date from aggregated_day_shards
			where shards = :shards and shard = :shard and metric_date >= :from
			""";

	private static final String BOUNDS = """
			select metric_date, starts_at, ends_at from aggregated_days
			where metric_date >= coalesce((select raw_from from aggregation_state), metric_date)
			""";

	private static final String REOPEN = "delete from aggregated_days where metric_date = any (:days)";

	private static final String LAST_EXECUTIONS = """
			select max(metric_date) from aggregated_days where total_executions > 0 having count(*) > 0
			""";

	private static final String ANY_STORED = """
			select exists (select from agent_metrics where metric_date >= :from and metric_date < :to)
				or exists (select from agent_metric_cells where metric_date >= :from and metric_date < :to)
			""";

	private static final String FAILED_IN_OTHER_VERSIONS = """
			select metric_date, agent_id from agent_day_failures
			where program <> :program and agent_shard(agent_id, :shards) = :shard
			""";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	AggregationState(JdbcClient jdbc, TransactionTemplate transaction) {
		this.jdbc = jdbc;
		this.transaction = transaction;
	}

	/**
	 * Makes the stored days ours, or says why they are not.
	 * @return what is different, empty when nothing is
	 */
	public List<String> claim(ZoneId zone) {
		this.jdbc.sql(CLAIM).param("zone", zone.getId()).update();
		return this.jdbc.sql(FOREIGN).param("zone", zone.getId()).query((row, number) -> row.getString(1)).list();
	}

	/** Forgets all that can be made anew from executions, so that the next run does. */
	public void startOver(Lease lease, ZoneId zone) {
		this.transaction.executeWithoutResult((status) -> {
			Fence.check(this.jdbc, lease);
			adopt();
			LocalDate rawFrom = rawFrom().orElse(LocalDate.EPOCH);
			for (String sql : FORGET) {
				this.jdbc.sql(sql).param("rawFrom", rawFrom).update();
			}
			this.jdbc.sql(RECLAIM).param("zone", zone.getId()).update();
			boundDays(new DayCalendar(zone));
		});
	}

	/** Days whose executions are gone keep their numbers and follow the new zone. */
	private void boundDays(DayCalendar calendar) {
		List<LocalDate> days = new ArrayList<>(this.jdbc.sql(CLOSED).query(LocalDate.class).list());
		days.removeIf((day) -> !calendar.exists(day));
		this.jdbc.sql(BOUND)
			.param("days", new SqlArrayValue("date", days.stream().map(LocalDate::toString).toArray()))
			.param("starts", starts(calendar, days, 0))
			.param("ends", starts(calendar, days, 1))
			.update();
	}

	private static SqlArrayValue starts(DayCalendar calendar, List<LocalDate> days, int later) {
		return new SqlArrayValue("timestamptz",
				days.stream().map((day) -> calendar.startOf(day.plusDays(later)).toString()).toArray());
	}

	/** Gives executions that were restored from another cluster numbers of this one. */
	private void adopt() {
		if (this.jdbc.sql("select adopt_executions()").query(Boolean.class).single()) {
			this.jdbc.sql(ADOPT_CLOSED).update();
			ADOPT_MISSED.forEach((sql) -> this.jdbc.sql(sql).update());
			logger.info(
					"Executions were restored from another PostgreSQL cluster; they have transaction numbers of this one now");
		}
	}

	/** Returns whether executions are written by logical replication. */
	public boolean isReplicated() {
		return this.jdbc.sql(REPLICATED).query(Boolean.class).single();
	}

	/**
	 * Returns the first day whose executions are all still there.
	 * @return the day, empty when retention has dropped none
	 */
	public Optional<LocalDate> rawFrom() {
		return this.jdbc.sql(RAW_FROM).query(LocalDate.class).optional();
	}

	/**
	 * Returns what the last complete run of a shard, or before its first one the last set
	 * of shards, could see.
	 * @return PostgreSQL's text of a {@code pg_snapshot}
	 */
	public Optional<String> watermark(Shard shard) {
		Optional<String> own = this.jdbc.sql(WATERMARK)
			.param("shards", shard.count())
			.param("shard", shard.index())
			.query(String.class)
			.optional();
		return own.isPresent() ? own
				: this.jdbc.sql(WATERMARK_OF_OTHERS).param("shards", shard.count()).query(String.class).optional();
	}

	/**
	 * Returns what the last preview of a day could see.
	 * @return PostgreSQL's text of a {@code pg_snapshot}, empty before the first preview
	 */
	public Optional<String> previewed(LocalDate date, Shard shard) {
		return this.jdbc.sql(PREVIEWED)
			.param("date", date)
			.param("shards", shard.count())
			.param("shard", shard.index())
			.query(String.class)
			.optional();
	}

	/** Returns how many agents a day's preview has. */
	public long previewedAgents(LocalDate date, Shard shard) {
		return this.jdbc.sql(PREVIEWED_AGENTS)
			.param("date", date)
			.param("shards", shard.count())
			.param("shard", shard.index())
			.query(Long.class)
			.single();
	}

	/**
	 * Returns the first day of which something is stored, closed or not: its executions
	 * may have been deleted since, so that they tell of no day so early.
	 * @return the day, empty before anything was stored
	 */
	public Optional<LocalDate> firstStoredDay() {
		return this.jdbc.sql(FIRST_STORED).query(LocalDate.class).optional();
	}

	/**
	 * Returns the days that need no aggregation as a whole any more.
	 * @return days that are closed, or that the shard is done with
	 */
	public Set<LocalDate> done(LocalDate from, Shard shard) {
		return new HashSet<>(this.jdbc.sql(DONE)
			.param("from", from)
			.param("shards", shard.count())
			.param("shard", shard.index())
			.query(LocalDate.class)
			.list());
	}

	/**
	 * Returns the agents' days that another version of the program could not aggregate.
	 */
	public Map<LocalDate, Set<UUID>> failedInOtherVersions(String program, Shard shard) {
		Map<LocalDate, Set<UUID>> failed = new HashMap<>();
		this.jdbc.sql(FAILED_IN_OTHER_VERSIONS)
			.param("program", program)
			.param("shards", shard.count())
			.param("shard", shard.index())
			.query((row) -> {
				failed.computeIfAbsent(row.getObject("metric_date", LocalDate.class), (day) -> new HashSet<>())
					.add(row.getObject("agent_id", UUID.class));
			});
		return failed;
	}

	/**
	 * Opens the closed days that begin or end at another time than they would now,
	 * because the rules of the zone have changed since.
	 * @return the days, which are aggregated anew
	 */
	public List<LocalDate> reopenMovedDays(Lease lease, DayCalendar calendar) {
		List<LocalDate> moved = new ArrayList<>();
		this.jdbc.sql(BOUNDS).query((row) -> {
			LocalDate day = row.getObject("metric_date", LocalDate.class);
			if (!row.getObject("starts_at", OffsetDateTime.class).toInstant().equals(calendar.startOf(day))
					|| !row.getObject("ends_at", OffsetDateTime.class)
						.toInstant()
						.equals(calendar.startOf(day.plusDays(1)))) {
				moved.add(day);
			}
		});
		if (!moved.isEmpty()) {
			this.transaction.executeWithoutResult((status) -> {
				Fence.check(this.jdbc, lease);
				this.jdbc.sql(REOPEN)
					.param("days", new SqlArrayValue("date", moved.stream().map(LocalDate::toString).toArray()))
					.update();
			});
		}
		return moved;
	}

	/**
	 * Returns whether something is stored of some days, so that it has to be replaced.
	 * @param to the day after the last
	 */
	public boolean anyStored(LocalDate from, LocalDate to) {
		return this.jdbc.sql(ANY_STORED).param("from", from).param("to", to).query(Boolean.class).single();
	}

	/**
	 * Returns the last closed day with executions.
	 * @return the day, empty when there is none
	 */
	public Optional<LocalDate> lastDayWithExecutions() {
		return this.jdbc.sql(LAST_EXECUTIONS).query(LocalDate.class).optional();
	}

	/**
	 * Notes that everything a snapshot sees is in the stored days.
	 * @param snapshot the visibility of the complete run
	 */
	public void complete(Lease lease, String snapshot) {
		this.transaction.executeWithoutResult((status) -> {
			Fence.check(this.jdbc, lease);
			Shard shard = lease.shard();
			this.jdbc.sql(COMPLETE)
				.param("snapshot", snapshot)
				.param("shards", shard.count())
				.param("shard", shard.index())
				.update();
			this.jdbc.sql(RETIRE_OTHERS).param("shards", shard.count()).update();
			this.jdbc.sql(FORGET_DELETIONS).param("shards", shard.count()).update();
		});
	}

}
