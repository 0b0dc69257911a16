package io.agentmetrics.aggregator.sink;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.model.time.DayCalendar;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Drops executions that are old enough, a week's partition at a time. Each week is
 * dropped in a transaction that keeps all writers out and has found nothing in there that
 * is not aggregated: no execution and no deletion, of whichever shard. What comes later
 * for a day whose executions are gone cannot be counted; it is kept and told of.
 */
@Component
public class OldExecutions {

	private static final Logger logger = LoggerFactory.getLogger(OldExecutions.class);

	/** How often a moment is tried in which nobody reads or writes executions. */
	private static final int ATTEMPTS = 10;

	private static final Duration PAUSE = Duration.ofMillis(250);

	/** Everybody who comes meanwhile waits, too. */
	private static final List<String> LIMITS = List.of("set local lock_timeout = '500ms'",
			"set local statement_timeout = '5s'", "set local enable_seqscan = off");

	/**
	 * PostgreSQL's codes of a lock that could not be taken in time, a deadlock and a
	 * statement that was cut off.
	 */
	private static final List<String> IN_THE_WAY = List.of("55P03", "40P01", "57014");

	private static final String WEEKS = """
			select partition, lower_bound, upper_bound
			from (
				select oid::regclass::text as partition, oid,
					substring(pg_get_expr(relpartbound, oid) from $$FROM \\('([^']*)'\\)$$)::timestamptz as lower_bound,
					substring(pg_get_expr(relpartbound, oid) from $$TO \\('([^']*)'\\)$$)::timestamptz as upper_bound
				from pg_class
				where oid in (select inhrelid from pg_inherits where inhparent = 'agent_executions'::regclass)) partitions
			where upper_bound is not null
			order by upper_bound
			""";

	private static final String FIRST_START = "select first_execution_start() as start";

	private static final String OPEN_DAY = """
			select day from unnest(:days::date[]) day
			where not exists (select from aggregated_days where metric_date = day)
			order by day limit 1
			""";

	/** Their day is closed without them. */
	private static final String FAILED_AGENT_DAYS = """
			select count(*) from agent_day_failures where metric_date = any (:days::date[])
			""";

	private static final String HORIZON = "select unseen_horizon()::text";

	/** Of days that were never closed nothing was seen but by a complete run. */
	private static final String NOT_AGGREGATED = """
			with days as (
				select day.starts_at, day.ends_at, snapshot
				from unnest(:days::date[], :starts::timestamptz[], :ends::timestamptz[]) as day (metric_date, starts_at, ends_at)
				join aggregated_days using (metric_date)
			)
			select count(*)
			from execution_changes
			left join days on happened >= starts_at and happened < ends_at
			where changed_in >= :horizon::xid8 and happened >= :from and happened < :to
				and changed_since_closed(changed_in, coalesce(snapshot, '1:1:'))
			""";

	private static final String IS_THERE = "select to_regclass(:partition) is not null";

	private static final String NOTE_DROP = """
			insert into execution_drops (kept_from, snapshot) values (:keptFrom, pg_current_snapshot())
			""";

	private static final String KEEP_FROM = "update aggregation_state set raw_from = greatest(raw_from, :day)";

	/** Of what an earlier release dropped only the last day is known. */
	private static final String NOTE_EARLIER_DROPS = """
			insert into execution_drops (kept_from, snapshot)
			select :keptFrom, coalesce(
				(select snapshot from aggregated_days where metric_date < :rawFrom order by metric_date desc limit 1), '1:1:')
			where not exists (select from execution_drops)
			""";

	/** What the drop of an execution's week could see. */
	private static final String DROP_OF_ITS_WEEK = """
			(select snapshot from execution_drops where kept_from > executions.execution_start order by kept_from limit 1)
			""";

	private static final String DELETE_REST = """
			delete from agent_executions_default where ctid = any (array(
				select ctid from agent_executions_default executions
				where execution_start < :keptFrom and pg_visible_in_snapshot(changed_in, %s)
				limit 5000))
			""".formatted(DROP_OF_ITS_WEEK);

	/** It is nobody's change: the day keeps what it has. */
	private static final String FORGET_ITS_DELETION = """
			delete from agent_execution_deletions where changed_in = pg_current_xact_id()
			""";

	private static final String LAST_DROP = """
			select kept_from, pg_snapshot_xmin(snapshot)::text as lowest from execution_drops order by kept_from desc limit 1
			""";

	private static final String FROM_LATE = """
			from %%s executions
			where execution_start < :keptFrom and changed_in >= :lowest::xid8 and not pg_visible_in_snapshot(changed_in, %s)
			"""
		.formatted(DROP_OF_ITS_WEEK);

	private static final String LATE = """
			select agent_id, date_bin('15 minutes', execution_start, '2000-01-01 00:00:00+00') as quarter_hour, count(*) as executions
			"""
			+ FROM_LATE + "group by 1, 2";

	private static final String DEFAULT_PARTITION = "agent_executions_default";

	/**
	 * The last day that was dropped may end in a week that is dropped only now. A table,
	 * since DETACH would make triggers on agents.
	 */
	private static final String KEEP_LATE = "create table agent_executions_late_rows as select executions.* "
			+ FROM_LATE;

	/** As they are: nobody has changed them. */
	private static final List<String> RETURN_LATE = List.of(
			"alter table " + DEFAULT_PARTITION + " disable trigger user",
			"insert into " + DEFAULT_PARTITION + " select * from agent_executions_late_rows",
			"alter table " + DEFAULT_PARTITION + " enable trigger user", "drop table agent_executions_late_rows");

	/** No transaction is older. */
	private static final String EVERYTHING = "0";

	private static final String ANY_LATE = "select exists (select from late_executions)";

	/** Shards that count at once find the same. */
	private static final String REPLACE_LATE = """
			with late as (
				select * from unnest(:agents::uuid[], :dates::date[], :counts::bigint[]) as late (agent_id, metric_date, executions)
			), gone as (
				delete from late_executions where (agent_id, metric_date) not in (select agent_id, metric_date from late)
			)
			insert into late_executions select * from late order by agent_id, metric_date
			on conflict (agent_id, metric_date) do update set executions = excluded.executions
			where late_executions.executions <> excluded.executions
			""";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final AggregationState state;

	OldExecutions(JdbcClient jdbc, TransactionTemplate transaction, AggregationState state) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.state = state;
	}

	/**
	 * Drops the weeks whose executions all started before a day, the oldest first, up to
	 * the first week of which something is not aggregated or somebody is in the way.
	 * @param day the first day to keep
	 * @throws FencedOffException if a newer run has started
	 */
	public void dropBefore(Lease lease, LocalDate day, DayCalendar calendar) {
		noteEarlierDrops(calendar);
		for (Week week : weeks()) {
			if (week.end().isAfter(calendar.startOf(day)) || !drop(lease, week, calendar)) {
				break;
			}
		}
		deleteRest(lease);
	}

	/**
	 * Counts the executions that came or changed after their day's executions had been
	 * dropped, for whoever has to be told.
	 * @throws FencedOffException if a newer run has started
	 */
	public long countLate(Lease lease, DayCalendar calendar) {
		noteEarlierDrops(calendar);
		SortedMap<AgentDate, Long> late = keepingTables(() -> late(calendar));
		if (!late.isEmpty() || this.jdbc.sql(ANY_LATE).query(Boolean.class).single()) {
			store(lease, late);
		}
		long executions = late.values().stream().mapToLong(Long::longValue).sum();
		if (executions > 0) {
			logger.atWarn()
				.addKeyValue("executions", executions)
				.addKeyValue("from", late.firstKey().date())
				.addKeyValue("to", late.lastKey().date())
				.log("Executions came or changed after their days' executions had been dropped: kept, but counted nowhere");
		}
		return executions;
	}

	private List<Week> weeks() {
		return this.jdbc.sql(WEEKS)
			.query((row, number) -> new Week(row.getString("partition"),
					row.getObject("lower_bound", OffsetDateTime.class).toInstant(),
					row.getObject("upper_bound", OffsetDateTime.class).toInstant()))
			.list();
	}

	/** Returns whether the next week can be looked at. */
	private boolean drop(Lease lease, Week week, DayCalendar calendar) {
		LocalDate keptDay = firstDayFrom(week.end(), calendar);
		Optional<LocalDate> rawFrom = this.state.rawFrom();
		if (rawFrom.filter((kept) -> !keptDay.isAfter(kept)).isPresent()) {
			// made anew after it was dropped: what is in there came too late
			return !keepingTables(() -> isEmpty(week)) || tryToDrop(lease, week, () -> isEmpty(week));
		}
		Optional<LocalDate> first = rawFrom.or(() -> keepingTables(() -> firstDay(calendar)));
		if (first.filter(keptDay::isAfter).isEmpty()) {
			// what still comes before the first execution is aggregated
			return true;
		}
		Dropped dropped = new Dropped(rawFrom.map(calendar::startOf).orElse(Instant.EPOCH),
				first.get().datesUntil(keptDay).toList(), keptDay, calendar);
		return keepingTables(() -> isAggregated(dropped)) && tryToDrop(lease, week, () -> {
			if (!isAggregated(dropped)) {
				return false;
			}
			this.jdbc.sql(KEEP_FROM).param("day", keptDay).update();
			this.jdbc.sql(NOTE_DROP).param("keptFrom", utc(dropped.to())).update();
			deleteSomeRest(dropped.to());
			return true;
		});
	}

	/** Deletes a week's executions with their table, but for those that came too late. */
	private void dropTable(Week week, Optional<LastDrop> last) {
		Optional<LastDrop> inTheWeek = last.filter((drop) -> week.start().isBefore(drop.keptFrom()));
		inTheWeek.ifPresent((drop) -> this.jdbc.sql(KEEP_LATE.formatted(week.partition()))
			.param("keptFrom", utc(drop.keptFrom()))
			.param("lowest", drop.lowest())
			.update());
		this.jdbc.sql("drop table " + week.partition()).update();
		inTheWeek.ifPresent((_) -> RETURN_LATE.forEach((sql) -> this.jdbc.sql(sql).update()));
	}

	private Optional<LocalDate> firstDay(DayCalendar calendar) {
		Optional<LocalDate> ofExecutions = this.jdbc.sql(FIRST_START)
			.query((row, number) -> Optional.ofNullable(row.getObject("start", OffsetDateTime.class))
				.map((start) -> calendar.dayOf(start.toInstant())))
			.single();
		return Stream.of(ofExecutions, this.state.firstStoredDay())
			.flatMap(Optional::stream)
			.min(Comparator.naturalOrder());
	}

	private boolean isEmpty(Week week) {
		return !this.jdbc.sql(IS_THERE).param("partition", week.partition()).query(Boolean.class).single()
				|| this.jdbc.sql("select not exists (select from " + week.partition() + ")")
					.query(Boolean.class)
					.single();
	}

	private boolean isAggregated(Dropped dropped) {
		String[] days = texts(dropped.days());
		Optional<LocalDate> open = this.jdbc.sql(OPEN_DAY).param("days", days).query(LocalDate.class).optional();
		if (open.isPresent()) {
			logger.atInfo()
				.addKeyValue("before", dropped.keptDay())
				.addKeyValue("open", open.get())
				.log("Old executions are kept: a day of them is not aggregated yet");
			return false;
		}
		long failed = this.jdbc.sql(FAILED_AGENT_DAYS).param("days", days).query(Long.class).single();
		if (failed > 0) {
			logger.atInfo()
				.addKeyValue("before", dropped.keptDay())
				.addKeyValue("agentDays", failed)
				.log("Old executions are kept: days of single agents could not be aggregated");
			return false;
		}
		long changes = this.jdbc.sql(NOT_AGGREGATED)
			.param("horizon", this.jdbc.sql(HORIZON).query(String.class).single())
			.param("days", days)
			.param("starts", instants(dropped.days(), dropped.calendar()))
			.param("ends", instants(dropped.days().stream().map((day) -> day.plusDays(1)).toList(), dropped.calendar()))
			.param("from", utc(dropped.from()))
			.param("to", utc(dropped.to()))
			.query(Long.class)
			.single();
		if (changes > 0) {
			logger.atInfo()
				.addKeyValue("before", dropped.keptDay())
				.addKeyValue("changes", changes)
				.log("Old executions are kept: some have come, changed or gone since they were aggregated; a later run drops them");
		}
		return changes == 0;
	}

	/** Reads while no other shard drops what is being read. */
	private <T> T keepingTables(Supplier<T> reading) {
		return Objects.requireNonNull(this.transaction.execute((status) -> {
			this.jdbc.sql("lock table only agent_executions in access share mode").update();
			return reading.get();
		}));
	}

	/**
	 * Drops a week if that is right while nobody else reads or writes executions, and if
	 * such a moment comes.
	 */
	private boolean tryToDrop(Lease lease, Week week, BooleanSupplier isRight) {
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			try {
				return this.transaction.execute((status) -> {
					LIMITS.forEach((limit) -> this.jdbc.sql(limit).update());
					Fence.check(this.jdbc, lease);
					this.jdbc.sql("lock table only agent_executions in access exclusive mode").update();
					if (!this.jdbc.sql(IS_THERE).param("partition", week.partition()).query(Boolean.class).single()) {
						return true;
					}
					this.jdbc
						.sql("lock table " + week.partition() + ", " + DEFAULT_PARTITION + " in access exclusive mode")
						.update();
					// a drop is noted by whoever says that it is right
					Optional<LastDrop> before = lastDrop();
					boolean right = isRight.getAsBoolean();
					if (right) {
						dropTable(week, before);
						logger.atInfo().addKeyValue("partition", week.partition()).log("Old executions dropped");
					}
					return right;
				});
			}
			catch (DataAccessException ex) {
				if (!(NestedExceptionUtils.getMostSpecificCause(ex) instanceof SQLException cause)
						|| !IN_THE_WAY.contains(cause.getSQLState())) {
					throw ex;
				}
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
		logger.atWarn()
			.addKeyValue("before", week.end())
			.log("Old executions are kept: somebody was reading or writing executions all the time; the next run tries again");
		return false;
	}

	/**
	 * Deletes from the default partition what was dropped with the weeks, a few rows at a
	 * time.
	 */
	private void deleteRest(Lease lease) {
		lastDrop().ifPresent((last) -> {
			boolean more = true;
			while (more) {
				more = this.transaction.execute((status) -> {
					Fence.check(this.jdbc, lease);
					return deleteSomeRest(last.keptFrom());
				});
			}
		});
	}

	/** Returns whether there was something to delete. */
	private boolean deleteSomeRest(Instant keptFrom) {
		boolean any = this.jdbc.sql(DELETE_REST).param("keptFrom", utc(keptFrom)).update() > 0;
		if (any) {
			this.jdbc.sql(FORGET_ITS_DELETION).update();
		}
		return any;
	}

	private void noteEarlierDrops(DayCalendar calendar) {
		this.state.rawFrom()
			.ifPresent((day) -> this.jdbc.sql(NOTE_EARLIER_DROPS)
				.param("keptFrom", utc(calendar.startOf(day)))
				.param("rawFrom", day)
				.update());
	}

	private Optional<LastDrop> lastDrop() {
		return this.jdbc.sql(LAST_DROP)
			.query((row, number) -> new LastDrop(row.getObject("kept_from", OffsetDateTime.class).toInstant(),
					row.getString("lowest")))
			.optional();
	}

	private SortedMap<AgentDate, Long> late(DayCalendar calendar) {
		SortedMap<AgentDate, Long> late = new TreeMap<>();
		lastDrop().ifPresent((last) -> {
			count(DEFAULT_PARTITION, last, EVERYTHING, calendar, late);
			for (Week week : weeks()) {
				if (!week.end().isAfter(last.keptFrom())) {
					count(week.partition(), last, EVERYTHING, calendar, late);
				}
				else if (week.start().isBefore(last.keptFrom())) {
					// the last day that was dropped ends in this week, which has many
					// rows
					count(week.partition(), last, last.lowest(), calendar, late);
				}
			}
		});
		return late;
	}

	private void count(String partition, LastDrop last, String lowest, DayCalendar calendar,
			SortedMap<AgentDate, Long> late) {
		this.jdbc.sql(LATE.formatted(partition))
			.param("keptFrom", utc(last.keptFrom()))
			.param("lowest", lowest)
			.query((row) -> {
				Instant quarterHour = row.getObject("quarter_hour", OffsetDateTime.class).toInstant();
				late.merge(new AgentDate(calendar.dayOf(quarterHour), row.getObject("agent_id", UUID.class)),
						row.getLong("executions"), Long::sum);
			});
	}

	private void store(Lease lease, SortedMap<AgentDate, Long> late) {
		this.transaction.executeWithoutResult((status) -> {
			Fence.check(this.jdbc, lease);
			this.jdbc.sql(REPLACE_LATE)
				.param("agents", late.keySet().stream().map(AgentDate::agentId).toArray(UUID[]::new))
				.param("dates", texts(late.keySet().stream().map(AgentDate::date).toList()))
				.param("counts", late.values().toArray(Long[]::new))
				.update();
		});
	}

	private static LocalDate firstDayFrom(Instant moment, DayCalendar calendar) {
		LocalDate day = calendar.dayOf(moment);
		return calendar.startOf(day).isBefore(moment) ? day.plusDays(1) : day;
	}

	private static String[] instants(List<LocalDate> days, DayCalendar calendar) {
		return texts(days.stream().map(calendar::startOf).toList());
	}

	private static String[] texts(List<?> values) {
		return values.stream().map(Object::toString).toArray(String[]::new);
	}

	private static OffsetDateTime utc(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

	/**
	 * A partition.
	 *
	 * @param partition its name as SQL has it
	 * @param start its first moment
	 * @param end the moment after its last
	 */
	private record Week(String partition, Instant start, Instant end) {
	}

	/**
	 * What is dropped with a week, in whichever partition it is.
	 *
	 * @param from its first moment
	 * @param days its days with what may have been counted
	 * @param keptDay the day after the last of them
	 */
	private record Dropped(Instant from, List<LocalDate> days, LocalDate keptDay, DayCalendar calendar) {

		Instant to() {
			return this.calendar.startOf(this.keptDay);
		}

	}

	/**
	 * How far executions were dropped.
	 *
	 * @param keptFrom the first moment whose executions were kept
	 * @param lowest the oldest transaction that the last drop may not have seen
	 */
	private record LastDrop(Instant keptFrom, String lowest) {
	}

	private record AgentDate(LocalDate date, UUID agentId) implements Comparable<AgentDate> {

		@Override
		public int compareTo(AgentDate other) {
			return Comparator.comparing(AgentDate::date).thenComparing(AgentDate::agentId).compare(this, other);
		}

	}

}
