package io.agentmetrics.api.health;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.agentmetrics.api.metrics.MetricsRow;
import io.agentmetrics.model.execution.Execution;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.CorruptSketchException;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads what agents are judged by; one statement each however many agents.
 */
@Component
class HealthRepository {

	// a row has all of an agent's days, so that one agent's sketches are in memory at a
	// time; read as a whole and sorted, which takes a fifth of looking each agent up
	private static final String BASELINES = """
			select agent_id as id, least(sum(successful_executions), 9223372036854775807)::bigint as successful,
				least(sum(failed_executions), 9223372036854775807)::bigint as failed,
				array_agg(latency_sketch) as sketches, array_agg(hourly_counts) as hours, array_agg(metric_date - :from) as offsets,
				array_agg(%1$s) as versions
			from agent_metrics
			where metric_date >= :from and metric_date < :to and not provisional and metric_date <> all (:open) %2$s
			group by agent_id
			""";

	/** A row that has gone and come again begins with revision 1, but later. */
	private static final String VERSION = "hashint8extended((extract(epoch from updated_at) * 1000000)::bigint, revision)";

	private static final String ALL_BASELINES = BASELINES.formatted(VERSION, "");

	private static final String SOME_BASELINES = BASELINES.formatted(VERSION, "and agent_id = any (:agents)");

	private static final String DAYS = """
			select metric_date - :from as day, %s as version
			from aggregated_days
			where metric_date >= :from and metric_date < :to and metric_date <> all (:open)
			""".formatted(VERSION);

	private static final String AGENTS_OF_DAYS = """
			select agent_id, metric_date - :from as day, %s as version
			from agent_metrics
			where metric_date = any (:days) and not provisional and metric_date <> all (:open)
			""".formatted(VERSION);

	// Index-only: agent_executions_by_agent gives the last 24 hours, and the last ones
	// before of agents that have finished few in these; agent_executions_in_progress the
	// rest. An execution may be written only when it ends, so that is when its agent was
	// seen. None takes longer than the schema lets it: times that were stored before
	// there was a bound say nothing of the agent.
	static final String RECENT = """
			with usual as (
				select * from unnest(:agents, :usualP95Ms, :limitMs) as usual (agent_id, p95_ms, limit_ms)
			),
			unfinished as materialized (
				select runs.agent_id, count(*) as in_progress, min(runs.execution_start) as earliest,
					count(*) filter (where runs.execution_start
						<= :now - coalesce(usual.limit_ms, :floorMs) * interval '1 millisecond') as stuck
				from agent_executions runs
				left join usual on usual.agent_id = runs.agent_id
				where runs.status in ('PENDING', 'RUNNING')
					and runs.execution_start >= :startedSince and runs.execution_start < :now
				group by runs.agent_id
			)
			select agents.id, recent.*, last.*, coalesce(unfinished.in_progress, 0) as in_progress,
				coalesce(unfinished.stuck, 0) as stuck, unfinished.earliest
			from agents
			left join usual on usual.agent_id = agents.id
			left join unfinished on unfinished.agent_id = agents.id
			cross join lateral (
				select count(*) as total, max(execution_start + %1$s) as last_seen, count(*) filter (where status in ('COMPLETED', 'FAILED', 'TIMEOUT')) as finished,
					count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed,
					count(*) filter (where execution_time_ms <= :maxMs) as timed,
					count(*) filter (where execution_time_ms > usual.p95_ms and execution_time_ms <= :maxMs) as slow,
					percentile_disc(0.95) within group (order by execution_time_ms)
						filter (where execution_time_ms <= :maxMs) as p95_ms
				from agent_executions
				where agent_id = agents.id and execution_start >= :from and execution_start < :now
			) recent
			cross join lateral (
				with looked as (
					select execution_start, execution_time_ms, status from agent_executions
					where agent_id = agents.id and execution_start >= :lastFrom and execution_start < :now
						and recent.finished < :minFinished
					order by execution_start desc
					limit :looked
				), finished as (
					select execution_start, status in ('FAILED', 'TIMEOUT') as failed from looked
					where status in ('COMPLETED', 'FAILED', 'TIMEOUT')
					order by execution_start desc
					limit :last
				)
				select count(*) as last_finished, count(*) filter (where failed) as last_failed,
					count(*) filter (where execution_start < :usualUntil) as usual_finished,
					count(*) filter (where failed and execution_start < :usualUntil) as usual_failed,
					min(execution_start) as last_since, (select max(execution_start + %1$s) from looked) as seen_before
				from finished
			) last
			where agents.retired_at is null and (recent.total > 0 or unfinished.in_progress > 0
				or last.seen_before is not null or usual.agent_id is not null)
			"""
		.formatted("least(coalesce(execution_time_ms, 0), :maxMs) * interval '1 millisecond'");

	// the release is in no index: of few agents the last executions
	private static final String RELEASES = """
			select asked.agent_id, agent_version,
				count(*) filter (where status in ('COMPLETED', 'FAILED', 'TIMEOUT')) as finished,
				count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed,
				count(*) filter (where execution_time_ms <= :maxMs) as timed,
				count(*) filter (where execution_time_ms > asked.p95_ms and execution_time_ms <= :maxMs) as slow
			from unnest(:agents, :usualP95Ms) as asked (agent_id, p95_ms)
			cross join lateral (
				select agent_version, status, execution_time_ms from agent_executions
				where agent_id = asked.agent_id and execution_start >= :from and execution_start < :now
				order by execution_start desc
				limit :most
			) executions
			group by asked.agent_id, agent_version
			""";

	/** So many of an agent's executions tell its releases apart. */
	private static final int MOST_OF_RELEASES = 2_000;

	/**
	 * So many executions are looked at for each of the last finished ones, whatever
	 * became of them.
	 */
	private static final int LOOKED_AT = 10;

	private static final int FETCH_SIZE = 100;

	private final JdbcClient jdbc;

	HealthRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Returns what is usual for all agents.
	 * @param open days that are not closed, which do not count
	 * @param rhythms finds out when each agent usually runs
	 * @param known what has been read before, if anything: where few of its days have
	 * changed, only agents that have changed on these are read
	 */
	@Transactional(readOnly = true) // without a transaction the driver would read all
									// rows into memory
	Baselines baselines(Days days, ZoneId zone, Set<LocalDate> open, RhythmBuilder rhythms, Optional<Baselines> known) {
		SqlArrayValue without = dates(open);
		long[] versions = new long[Math.toIntExact(ChronoUnit.DAYS.between(days.from(), days.to()))];
		this.jdbc.sql(DAYS).param("from", days.from()).param("to", days.to()).param("open", without).query((row) -> {
			versions[row.getInt("day")] = row.getLong("version");
		});
		Optional<Baselines> before = known.filter((baselines) -> baselines.isMostly(days, versions));
		if (before.isEmpty()) {
			return new Baselines(days, until(days, zone, open), versions,
					read(this.jdbc.sql(ALL_BASELINES), days, without, rhythms));
		}
		int[] changed = before.get().changed(versions);
		if (changed.length == 0) {
			return before.get();
		}
		Set<UUID> agents = before.get().changed(changed, versions(days, changed, without));
		return before.get()
			.with(until(days, zone, open), versions, agents,
					read(this.jdbc.sql(SOME_BASELINES).param("agents", new SqlArrayValue("uuid", agents.toArray())),
							days, without, rhythms));
	}

	/** Executions of an open day do not count, nor may they be taken out again. */
	private static Instant until(Days days, ZoneId zone, Set<LocalDate> open) {
		return open.stream()
			.min(Comparator.naturalOrder())
			.map((day) -> new Days(day, day.plusDays(1)).in(zone).from())
			.orElse(days.in(zone).to());
	}

	private Map<UUID, Baselines.Known> read(JdbcClient.StatementSpec statement, Days days, SqlArrayValue open,
			RhythmBuilder rhythms) {
		Map<UUID, Baselines.Known> agents = new HashMap<>();
		statement.withFetchSize(FETCH_SIZE)
			.param("from", days.from())
			.param("to", days.to())
			.param("open", open)
			.query((row) -> {
				agents.put(row.getObject("id", UUID.class),
						new Baselines.Known(baseline(row, days, rhythms), versions(row, days)));
			});
		return agents;
	}

	private Map<UUID, long[]> versions(Days days, int[] changed, SqlArrayValue open) {
		Map<UUID, long[]> versions = new HashMap<>();
		int length = Math.toIntExact(ChronoUnit.DAYS.between(days.from(), days.to()));
		this.jdbc.sql(AGENTS_OF_DAYS)
			.param("from", days.from())
			.param("open", open)
			.param("days",
					new SqlArrayValue("date",
							IntStream.of(changed).mapToObj((day) -> days.from().plusDays(day).toString()).toArray()))
			.query((row) -> {
				versions.computeIfAbsent(row.getObject("agent_id", UUID.class), (agent) -> new long[length])[row
					.getInt("day")] = row.getLong("version");
			});
		return versions;
	}

	private static long[] versions(ResultSet row, Days days) throws SQLException {
		long[] versions = new long[Math.toIntExact(ChronoUnit.DAYS.between(days.from(), days.to()))];
		Integer[] offsets = (Integer[]) row.getArray("offsets").getArray();
		Long[] ofDays = (Long[]) row.getArray("versions").getArray();
		for (int day = 0; day < offsets.length; day++) {
			versions[offsets[day]] = ofDays[day];
		}
		return versions;
	}

	private static SqlArrayValue dates(Set<LocalDate> dates) {
		return new SqlArrayValue("date", dates.stream().map(LocalDate::toString).toArray());
	}

	/**
	 * Returns what agents have done in a window.
	 * @param startedSince executions in progress that started before do not count
	 * @return each agent with executions in the window, in progress, or not long before,
	 * and each of which it is known what is usual
	 */
	Map<UUID, RecentExecutions> recent(Window window, Instant startedSince, Baselines baselines, HealthRules rules,
			HealthProperties.ErrorRate rule) {
		List<UUID> agents = new ArrayList<>(baselines.agents().keySet());
		List<Long> p95Ms = new ArrayList<>(agents.size());
		List<Long> limitMs = new ArrayList<>(agents.size());
		for (UUID agent : agents) {
			Baseline baseline = baselines.of(agent);
			p95Ms.add(baseline.p95Ms().orElse(Long.MAX_VALUE));
			limitMs.add(rules.stuckAfter(baseline).toMillis());
		}
		Map<UUID, RecentExecutions> recent = new HashMap<>();
		this.jdbc.sql(RECENT)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("usualP95Ms", new SqlArrayValue("bigint", p95Ms.toArray()))
			.param("limitMs", new SqlArrayValue("bigint", limitMs.toArray()))
			.param("maxMs", Execution.MAX_TIME_MS)
			.param("floorMs", rules.stuckAfter(Baseline.NONE).toMillis())
			.param("from", window.from().atOffset(ZoneOffset.UTC))
			.param("now", window.to().atOffset(ZoneOffset.UTC))
			.param("startedSince", startedSince.atOffset(ZoneOffset.UTC))
			.param("minFinished", rule.minFinished())
			.param("last", rule.last())
			.param("looked", LOOKED_AT * rule.last())
			.param("lastFrom", lastFrom(window, baselines, rule).atOffset(ZoneOffset.UTC))
			.param("usualUntil", baselines.until().atOffset(ZoneOffset.UTC))
			.query((row) -> {
				recent.put(row.getObject("id", UUID.class), recent(row, window.to()));
			});
		return recent;
	}

	/**
	 * Tells the releases of agents' last executions apart.
	 * @return for each agent that has any in the window its releases
	 */
	Map<UUID, List<ReleaseExecutions>> releases(Window window, Collection<UUID> agents, Baselines baselines) {
		Map<UUID, List<ReleaseExecutions>> releases = new HashMap<>();
		this.jdbc.sql(RELEASES)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("usualP95Ms", new SqlArrayValue("bigint",
					agents.stream().map((agent) -> baselines.of(agent).p95Ms().orElse(Long.MAX_VALUE)).toArray()))
			.param("maxMs", Execution.MAX_TIME_MS)
			.param("from", window.from().atOffset(ZoneOffset.UTC))
			.param("now", window.to().atOffset(ZoneOffset.UTC))
			.param("most", MOST_OF_RELEASES)
			.query((row) -> {
				releases.computeIfAbsent(row.getObject("agent_id", UUID.class), (agent) -> new ArrayList<>())
					.add(new ReleaseExecutions(Optional.ofNullable(row.getString("agent_version")),
							row.getLong("finished"), row.getLong("failed"), row.getLong("timed"), row.getLong("slow")));
			});
		return releases;
	}

	/** What the days of the baselines do not have is looked at in any case. */
	private static Instant lastFrom(Window window, Baselines baselines, HealthProperties.ErrorRate rule) {
		Instant within = window.to().minus(rule.within());
		return within.isBefore(baselines.until()) ? within : baselines.until();
	}

	private static Baseline baseline(ResultSet row, Days days, RhythmBuilder rhythms) throws SQLException {
		Integer[] offsets = (Integer[]) row.getArray("offsets").getArray();
		Rhythm rhythm = rhythm(row, days, offsets, rhythms);
		long failed = row.getLong("failed");
		long finished = SaturatingSum.of(row.getLong("successful"), failed);
		LatencySketch.Builder times = LatencySketch.builder();
		byte[][] sketches = (byte[][]) row.getArray("sketches").getArray();
		for (int day = 0; day < sketches.length; day++) {
			try {
				times.add(LatencySketch.fromBytes(sketches[day]));
			}
			catch (CorruptSketchException ex) {
				MetricsRow.logDamage(
						"Stored execution times cannot be read, so that the agent's latency is not judged; rebuild the day",
						Map.of("agent", row.getObject("id", UUID.class), "day", days.from().plusDays(offsets[day])),
						ex);
				return new Baseline(finished, failed, 0, OptionalLong.empty(), OptionalLong.empty(), rhythm);
			}
		}
		return Baseline.of(finished, failed, times.build(), rhythm);
	}

	private static Rhythm rhythm(ResultSet row, Days days, Integer[] offsets, RhythmBuilder rhythms)
			throws SQLException {
		byte[][] hours = (byte[][]) row.getArray("hours").getArray();
		for (int day = 0; day < hours.length; day++) {
			try {
				rhythms.add(offsets[day], HourlyCounts.fromBytes(hours[day], HourlyCounts.MAX_HOURS));
			}
			catch (IllegalArgumentException ex) {
				MetricsRow.logDamage(
						"Stored hours cannot be read, so that it is not known when the agent usually runs; rebuild the day",
						Map.of("agent", row.getObject("id", UUID.class), "day", days.from().plusDays(offsets[day])),
						ex);
				rhythms.build();
				return Rhythm.UNKNOWN;
			}
		}
		return rhythms.build();
	}

	private static RecentExecutions recent(ResultSet row, Instant now) throws SQLException {
		long p95Ms = row.getLong("p95_ms");
		OptionalLong p95 = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(p95Ms);
		OffsetDateTime earliest = row.getObject("earliest", OffsetDateTime.class);
		long longestMs = (earliest != null) ? now.toEpochMilli() - earliest.toInstant().toEpochMilli() : 0;
		return new RecentExecutions(row.getLong("total"), row.getLong("finished"), row.getLong("failed"),
				row.getLong("timed"), p95, row.getLong("slow"), row.getLong("in_progress"), row.getLong("stuck"),
				longestMs, lastSeen(row, now), last(row));
	}

	/** What is written as ended in the future has been seen now. */
	private static Optional<Instant> lastSeen(ResultSet row, Instant now) throws SQLException {
		OffsetDateTime lately = row.getObject("last_seen", OffsetDateTime.class);
		OffsetDateTime before = row.getObject("seen_before", OffsetDateTime.class);
		return Stream.of(Optional.ofNullable(lately), Optional.ofNullable(before))
			.flatMap(Optional::stream)
			.map(OffsetDateTime::toInstant)
			.max(Comparator.naturalOrder())
			.map((seen) -> seen.isBefore(now) ? seen : now);
	}

	private static LastExecutions last(ResultSet row) throws SQLException {
		OffsetDateTime since = row.getObject("last_since", OffsetDateTime.class);
		return (since == null) ? LastExecutions.NONE
				: new LastExecutions(row.getLong("last_finished"), row.getLong("last_failed"),
						row.getLong("usual_finished"), row.getLong("usual_failed"), since.toInstant());
	}

}
