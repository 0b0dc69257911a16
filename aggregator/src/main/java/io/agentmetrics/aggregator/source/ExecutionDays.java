package io.agentmetrics.aggregator.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.DayEstimate;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.aggregator.rollup.WorkPlanner;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.DayHour;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * Which days have executions, about how many, and which agents' days have changed: what a
 * run needs to know before it reads.
 */
public final class ExecutionDays {

	/** Counted only where PostgreSQL has not done so yet. */
	private static final String AGENTS = """
			select case when reltuples > 0 then reltuples::bigint else (select count(*) from agents) end
			from pg_class where oid = 'agents'::regclass
			""";

	private static final String FIRST_START = "select min(quarter_hour) from first_executions having count(*) > 0";

	/**
	 * Rows that neither the last complete run nor any run that was done with their day
	 * could see. A statement's rows share their transaction, hence the distinct. It is
	 * what changed_since_closed() says of all shards, for one shard, which knows its own
	 * watermark only.
	 */
	private static final String CHANGED = """
			with changed as (
				select distinct agent_id, width_bucket(happened, :starts) as n, changed_in
				from execution_changes
				where changed_in >= :lowest::xid8 and happened >= :from and happened < :to
			), done as (
				select metric_date, snapshot from aggregated_days
				union all
				select metric_date, snapshot from aggregated_day_shards where shards = :shards and shard = :shard
			)
			select distinct agent_id, metric_date
			from changed
			join unnest(:days) with ordinality as days (metric_date, n) using (n)
			where not pg_visible_in_snapshot(changed_in, :watermark::pg_snapshot)
				and agent_shard(agent_id, :shards) = :shard
				and not exists (
					select from done
					where done.metric_date = days.metric_date and pg_visible_in_snapshot(changed_in, snapshot))
			""";

	/** The same of one day and one snapshot. */
	private static final String CHANGED_ON = """
			select distinct agent_id from (
				select distinct agent_id, changed_in from execution_changes
				where changed_in >= pg_snapshot_xmin(:seen::pg_snapshot) and happened >= :from and happened < :to
			) changed
			where not pg_visible_in_snapshot(changed_in, :seen::pg_snapshot) and agent_shard(agent_id, :shards) = :shard
			""";

	private static final String LOWEST_UNSEEN = """
			select coalesce(pg_snapshot_xmin(:watermark::pg_snapshot), min(pg_snapshot_xmin(snapshot)), '0')::text
			from (select snapshot from aggregated_days union all select snapshot from aggregated_day_shards) done
			""";

	private static final String EMPTY_SNAPSHOT = "1:1:";

	/**
	 * The planner's own statistics of each week: how many rows it had when it was last
	 * analysed, and how many it has by its size.
	 */
	private static final String WEEKS = """
			select oid, substring(pg_get_expr(relpartbound, oid) from $$FROM \\('([^']*)'\\)$$)::timestamptz as lower_bound,
				substring(pg_get_expr(relpartbound, oid) from $$TO \\('([^']*)'\\)$$)::timestamptz as upper_bound,
				case when reltuples > 0 and relpages > 0 then reltuples else 0 end::bigint as analysed,
				case when reltuples > 0 and relpages > 0
					then reltuples / relpages * (pg_relation_size(oid) / current_setting('block_size')::int)
					else pg_relation_size(oid) / 150 end::bigint as executions
			from pg_class
			where oid in (select inhrelid from pg_inherits where inhparent = 'agent_executions'::regclass)
				and pg_get_expr(relpartbound, oid) <> 'DEFAULT'
			""";

	/**
	 * When the executions of a week start, and which share of them starts at the most
	 * common moments, which the histogram leaves out. Asked of all weeks at once it takes
	 * 80 ms.
	 */
	private static final String STARTS = """
			select coalesce((select sum(share) from unnest(most_common_freqs) share), 0) as common,
				array(select extract(epoch from start)::bigint
					from unnest(histogram_bounds::text::timestamptz[]) start order by start) as starts
			from pg_class
			join pg_namespace on pg_namespace.oid = relnamespace
			join pg_stats on schemaname = nspname and tablename = relname and attname = 'execution_start'
			where pg_class.oid = :week
			""";

	/**
	 * What lies outside the weeks has no size per day that could be guessed. Where it is
	 * more than a thousand pages, as many are looked at.
	 */
	private static final String HOURS_OUTSIDE_THE_WEEKS = """
			with sample as (
				select least(100, 100000.0 * current_setting('block_size')::int
						/ greatest(1, pg_relation_size('agent_executions_default'))) as percent
			)
			select date_bin('1 hour', execution_start, '2000-01-01 00:00:00+00') as hour,
				ceil(count(*) * 100 / (select percent from sample))::bigint as executions
			from agent_executions_default tablesample system ((select percent from sample)) repeatable (0)
			group by 1
			""";

	private final Connection connection;

	private final JdbcClient jdbc;

	private final DayCalendar calendar;

	public ExecutionDays(ReadSnapshot snapshot, DayCalendar calendar) {
		this.connection = snapshot.connection();
		this.jdbc = JdbcClient.create(new SingleConnectionDataSource(this.connection, true));
		this.calendar = calendar;
	}

	/**
	 * Returns the first day with an execution.
	 * @return the day, empty when there is no execution
	 */
	public Optional<LocalDate> first() {
		return this.jdbc.sql(FIRST_START)
			.query(OffsetDateTime.class)
			.optional()
			.map((start) -> this.calendar.dayOf(start.toInstant()));
	}

	/**
	 * Returns about how many agents there are.
	 * @return an estimate to cut work by
	 */
	public long agents() throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(AGENTS);
				ResultSet result = statement.executeQuery()) {
			result.next();
			return result.getLong(1);
		}
	}

	/**
	 * Returns the agents' days whose executions changed since they were aggregated.
	 * @param watermark the visibility of the last complete run, {@code null} before the
	 * first
	 * @param to the day after the last
	 */
	public SortedMap<LocalDate, AgentSelection.Only> changed(@Nullable String watermark, LocalDate from, LocalDate to,
			Shard shard) {
		List<LocalDate> days = this.calendar.days(from, to);
		Map<LocalDate, Set<UUID>> changed = new HashMap<>();
		between(this.jdbc.sql(CHANGED), from, to, shard).param("lowest", lowestUnseen(watermark))
			.param("watermark", (watermark != null) ? watermark : EMPTY_SNAPSHOT)
			.param("days", new SqlArrayValue("date", days.stream().map(LocalDate::toString).toArray()))
			.param("starts",
					new SqlArrayValue("timestamptz",
							days.stream().map(this.calendar::startOf).map(Instant::toString).toArray()))
			.query((row) -> {
				changed.computeIfAbsent(row.getObject("metric_date", LocalDate.class), (day) -> new HashSet<>())
					.add(row.getObject("agent_id", UUID.class));
			});
		SortedMap<LocalDate, AgentSelection.Only> agentsByDay = new TreeMap<>();
		changed.forEach((day, agents) -> agentsByDay.put(day, new AgentSelection.Only(agents)));
		return agentsByDay;
	}

	/**
	 * Returns the agents whose executions of a day a snapshot did not see as they are
	 * now.
	 * @param seen the visibility of the snapshot
	 */
	public Set<UUID> changedOn(LocalDate day, String seen, Shard shard) {
		return new HashSet<>(between(this.jdbc.sql(CHANGED_ON), day, day.plusDays(1), shard).param("seen", seen)
			.query(UUID.class)
			.list());
	}

	private JdbcClient.StatementSpec between(JdbcClient.StatementSpec statement, LocalDate from, LocalDate to,
			Shard shard) {
		return statement.param("from", this.calendar.startOf(from).atOffset(ZoneOffset.UTC))
			.param("to", this.calendar.startOf(to).atOffset(ZoneOffset.UTC))
			.param("shards", shard.count())
			.param("shard", shard.index());
	}

	private String lowestUnseen(@Nullable String watermark) {
		return this.jdbc.sql(LOWEST_UNSEEN).param("watermark", watermark, Types.OTHER).query(String.class).single();
	}

	/**
	 * Estimates how many executions a day has.
	 * @param days the days that will be asked for
	 * @return an estimate per day, scattered where the day has no partition of its week
	 */
	public Function<LocalDate, DayEstimate> estimates(Collection<LocalDate> days) throws SQLException {
		List<WeekStatistics> weeks = weeks(days);
		Map<LocalDate, Long> outside = days.stream().anyMatch((day) -> isOutside(day, weeks)) ? outsideTheWeeks()
				: Map.of();
		return (day) -> {
			long scattered = outside.getOrDefault(day, 0L);
			return isOutside(day, weeks) ? new DayEstimate(scattered, true) : estimate(day, weeks).plus(scattered);
		};
	}

	private boolean isOutside(LocalDate day, List<WeekStatistics> weeks) {
		Instant start = this.calendar.startOf(day);
		return weeks.stream().noneMatch((week) -> week.contains(start));
	}

	private DayEstimate estimate(LocalDate day, List<WeekStatistics> weeks) {
		List<DayHour> hours = this.calendar.hours(day, day.plusDays(1));
		long busiestHour = hours.stream()
			.mapToLong((hour) -> executions(hour.start(), hour.end(), weeks))
			.max()
			.orElseThrow();
		return new DayEstimate(executions(hours.getFirst().start(), hours.getLast().end(), weeks), busiestHour, false);
	}

	private static long executions(Instant from, Instant to, List<WeekStatistics> weeks) {
		return weeks.stream().mapToLong((week) -> week.executions(from, to)).sum();
	}

	private List<WeekStatistics> weeks(Collection<LocalDate> days) {
		return this.jdbc.sql(WEEKS).query((row, _) -> {
			Instant from = row.getObject("lower_bound", OffsetDateTime.class).toInstant();
			Instant to = row.getObject("upper_bound", OffsetDateTime.class).toInstant();
			long executions = row.getLong("executions");
			if (executions <= WorkPlanner.DENSE_DAY_EXECUTIONS
					|| days.stream().noneMatch((day) -> overlaps(day, from, to))) {
				return WeekStatistics.even(from, to, executions);
			}
			return statistics(from, to, row.getLong("oid"), executions, row.getLong("analysed"));
		}).list();
	}

	private WeekStatistics statistics(Instant from, Instant to, long week, long executions, long analysed) {
		return this.jdbc.sql(STARTS).param("week", week).query((row, _) -> {
			long spread = Math.round(analysed * (1 - row.getDouble("common")));
			Long[] starts = (Long[]) row.getArray("starts").getArray();
			return new WeekStatistics(from, to, spread, Math.max(0, executions - spread),
					Arrays.stream(starts).map(Instant::ofEpochSecond).toList());
		}).optional().orElseGet(() -> new WeekStatistics(from, to, 0, executions, List.of()));
	}

	private boolean overlaps(LocalDate day, Instant from, Instant to) {
		return this.calendar.startOf(day).isBefore(to) && this.calendar.startOf(day.plusDays(1)).isAfter(from);
	}

	private Map<LocalDate, Long> outsideTheWeeks() throws SQLException {
		Map<LocalDate, Long> executions = new HashMap<>();
		try (PreparedStatement statement = this.connection.prepareStatement(HOURS_OUTSIDE_THE_WEEKS);
				ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				executions.merge(this.calendar.dayOf(result.getObject("hour", OffsetDateTime.class).toInstant()),
						result.getLong("executions"), Long::sum);
			}
		}
		return executions;
	}

}
