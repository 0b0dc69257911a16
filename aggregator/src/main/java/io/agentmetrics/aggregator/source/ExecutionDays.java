package io.agentmetrics.aggregator.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToLongFunction;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.model.time.DayCalendar;
import org.jspecify.annotations.Nullable;

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

	private static final String FIRST_START = "select first_execution_start()";

	/**
	 * Rows that neither the last complete run nor any run that was done with their day
	 * could see. A statement's rows share their transaction, hence the distinct.
	 */
	private static final String CHANGED = """
			with changed as (
				select distinct agent_id, (execution_start at time zone ?)::date as day, changed_in
				from agent_executions where changed_in >= ?::xid8 and execution_start < ?
				union
				select distinct agent_id, (quarter_hour at time zone ?)::date, changed_in
				from agent_execution_deletions where changed_in >= ?::xid8 and quarter_hour < ?
			), done as (
				select metric_date, snapshot from aggregated_days
				union all
				select metric_date, snapshot from aggregated_day_shards where shards = ? and shard = ?
			)
			select distinct agent_id, day from changed
			where not pg_visible_in_snapshot(changed_in, ?::pg_snapshot)
				and agent_shard(agent_id, ?) = ?
				and not exists (select from done where metric_date = day and pg_visible_in_snapshot(changed_in, snapshot))
			""";

	/** The same of one day and one snapshot. */
	private static final String CHANGED_ON = """
			select distinct agent_id from (
				select agent_id, changed_in from agent_executions
				where changed_in >= pg_snapshot_xmin(?::pg_snapshot) and execution_start >= ? and execution_start < ?
				union
				select agent_id, changed_in from agent_execution_deletions
				where changed_in >= pg_snapshot_xmin(?::pg_snapshot) and quarter_hour >= ? and quarter_hour < ?
			) changed
			where not pg_visible_in_snapshot(changed_in, ?::pg_snapshot) and agent_shard(agent_id, ?) = ?
			""";

	private static final String LOWEST_UNSEEN = """
			select coalesce(pg_snapshot_xmin(?::pg_snapshot), min(pg_snapshot_xmin(snapshot)), '0')::text
			from (select snapshot from aggregated_days union all select snapshot from aggregated_day_shards) done
			""";

	/** What a snapshot that sees nothing looks like. */
	private static final String NOTHING = "1:1:";

	/**
	 * The planner's own statistics: rows per week, by its size where it was not analysed
	 * yet.
	 */
	private static final String WEEKS = """
			select substring(pg_get_expr(relpartbound, oid) from $$FROM \\('([^']*)'\\)$$)::timestamptz as lower_bound,
				substring(pg_get_expr(relpartbound, oid) from $$TO \\('([^']*)'\\)$$)::timestamptz as upper_bound,
				case when reltuples > 0 and relpages > 0
					then reltuples / relpages * (pg_relation_size(oid) / current_setting('block_size')::int)
					else pg_relation_size(oid) / 150 end::bigint as executions
			from pg_class
			where oid in (select inhrelid from pg_inherits where inhparent = 'agent_executions'::regclass)
				and pg_get_expr(relpartbound, oid) <> 'DEFAULT'
			""";

	/** What lies outside the weeks has no size per day that could be guessed. */
	private static final String HOURS_OUTSIDE_THE_WEEKS = """
			select date_bin('1 hour', execution_start, '2000-01-01 00:00:00+00') as hour, count(*) as executions
			from agent_executions_default group by 1
			""";

	private static final long OUTSIDE = -1;

	private final Connection connection;

	private final DayCalendar calendar;

	public ExecutionDays(ReadSnapshot snapshot, DayCalendar calendar) {
		this.connection = snapshot.connection();
		this.calendar = calendar;
	}

	/**
	 * Returns the first day with an execution.
	 * @return the day, empty when there are no executions
	 * @throws SQLException if PostgreSQL fails
	 */
	public Optional<LocalDate> first() throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(FIRST_START);
				ResultSet result = statement.executeQuery()) {
			result.next();
			return Optional.ofNullable(result.getObject(1, OffsetDateTime.class))
				.map((start) -> this.calendar.dayOf(start.toInstant()));
		}
	}

	/**
	 * Returns about how many agents there are.
	 * @return an estimate to cut work by
	 * @throws SQLException if PostgreSQL fails
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
	 * @param before days from this one on are left out: they are not closed yet
	 * @param shard whose agents
	 * @return the agents of each day
	 * @throws SQLException if PostgreSQL fails
	 */
	public SortedMap<LocalDate, AgentSelection.Only> changed(@Nullable String watermark, LocalDate before, Shard shard)
			throws SQLException {
		String lowest = lowestUnseen(watermark);
		OffsetDateTime end = this.calendar.startOf(before).atOffset(ZoneOffset.UTC);
		Map<LocalDate, Set<UUID>> changed = new HashMap<>();
		try (PreparedStatement statement = this.connection.prepareStatement(CHANGED)) {
			for (int i = 1; i <= 4; i += 3) {
				statement.setString(i, this.calendar.zone().getId());
				statement.setString(i + 1, lowest);
				statement.setObject(i + 2, end);
			}
			statement.setInt(7, shard.count());
			statement.setInt(8, shard.index());
			statement.setString(9, (watermark != null) ? watermark : NOTHING);
			statement.setInt(10, shard.count());
			statement.setInt(11, shard.index());
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					changed.computeIfAbsent(result.getObject(2, LocalDate.class), (day) -> new HashSet<>())
						.add(result.getObject(1, UUID.class));
				}
			}
		}
		SortedMap<LocalDate, AgentSelection.Only> agentsByDay = new TreeMap<>();
		changed.forEach((day, agents) -> agentsByDay.put(day, new AgentSelection.Only(agents)));
		return agentsByDay;
	}

	/**
	 * Returns the agents whose executions of a day a snapshot did not see as they are
	 * now.
	 * @param day the day
	 * @param seen the visibility of the snapshot
	 * @param shard whose agents
	 * @return the agents
	 * @throws SQLException if PostgreSQL fails
	 */
	public Set<UUID> changedOn(LocalDate day, String seen, Shard shard) throws SQLException {
		OffsetDateTime start = this.calendar.startOf(day).atOffset(ZoneOffset.UTC);
		OffsetDateTime end = this.calendar.startOf(day.plusDays(1)).atOffset(ZoneOffset.UTC);
		Set<UUID> agents = new HashSet<>();
		try (PreparedStatement statement = this.connection.prepareStatement(CHANGED_ON)) {
			for (int i = 1; i <= 4; i += 3) {
				statement.setString(i, seen);
				statement.setObject(i + 1, start);
				statement.setObject(i + 2, end);
			}
			statement.setString(7, seen);
			statement.setInt(8, shard.count());
			statement.setInt(9, shard.index());
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					agents.add(result.getObject(1, UUID.class));
				}
			}
		}
		return agents;
	}

	private String lowestUnseen(@Nullable String watermark) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(LOWEST_UNSEEN)) {
			statement.setString(1, watermark);
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return result.getString(1);
			}
		}
	}

	/**
	 * Estimates how many executions a day has, good enough to cut work by.
	 * @param days the days that will be asked for
	 * @return an estimate per day, never negative
	 * @throws SQLException if PostgreSQL fails
	 */
	public ToLongFunction<LocalDate> estimates(Collection<LocalDate> days) throws SQLException {
		TreeMap<Instant, Long> perDay = new TreeMap<>();
		try (PreparedStatement statement = this.connection.prepareStatement(WEEKS);
				ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				Instant lower = result.getObject("lower_bound", OffsetDateTime.class).toInstant();
				Instant upper = result.getObject("upper_bound", OffsetDateTime.class).toInstant();
				perDay.put(lower, result.getLong("executions") / Math.max(1, Duration.between(lower, upper).toDays()));
				perDay.putIfAbsent(upper, OUTSIDE);
			}
		}
		ToLongFunction<LocalDate> ofWeek = (day) -> {
			Map.Entry<Instant, Long> week = perDay.floorEntry(this.calendar.startOf(day));
			return (week != null) ? week.getValue() : OUTSIDE;
		};
		if (days.stream().allMatch((day) -> ofWeek.applyAsLong(day) != OUTSIDE)) {
			return ofWeek;
		}
		Map<LocalDate, Long> outside = outsideTheWeeks();
		return (day) -> Math.max(0, ofWeek.applyAsLong(day)) + outside.getOrDefault(day, 0L);
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
