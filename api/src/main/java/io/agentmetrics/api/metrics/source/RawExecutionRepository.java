package io.agentmetrics.api.metrics.source;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricsRow;
import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Window;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Reads the raw executions of agents, exactly; one statement however many agents.
 */
@Component
final class RawExecutionRepository {

	// index-only: agent_executions_by_agent gives the counts, times and order,
	// agent_executions_errors the errors; statuses are compared one by one, which takes
	// less time than with a list
	static final String STATISTICS = """
			select asked.agent_id, stats.*, failing.total_errors, half.first_successful
			from unnest(:agents) as asked (agent_id)
			cross join lateral (
				select count(*) filter (where status = 'COMPLETED') as successful_executions,
					count(*) filter (where status = 'FAILED') + count(*) filter (where status = 'TIMEOUT') as failed_executions,
					count(*) filter (where status = 'CANCELLED') as cancelled_executions,
					count(*) filter (where status = 'PENDING') + count(*) filter (where status = 'RUNNING') as in_progress_executions,
					count(execution_time_ms) as timed,
					least(coalesce(sum(execution_time_ms), 0), 9223372036854775807)::bigint as sum_ms,
					min(execution_time_ms) as min_ms,
					max(execution_time_ms) as max_ms,
					percentile_disc(array[0.5, 0.95, 0.99]) within group (order by execution_time_ms) as percentiles_ms
				from agent_executions
				where agent_id = asked.agent_id and execution_start >= :from and execution_start < :to
			) stats
			cross join lateral (
				select count(*) as total_errors
				from agent_executions
				where agent_id = asked.agent_id and execution_start >= :from and execution_start < :to
					and error_message is not null
			) failing
			cross join lateral (
				select count(*) filter (where status = 'COMPLETED') as first_successful
				from (
					select status
					from agent_executions
					where agent_id = asked.agent_id and execution_start >= :from and execution_start < :to
						and (status = 'COMPLETED' or status = 'FAILED' or status = 'TIMEOUT')
					order by execution_start
					limit (stats.successful_executions + stats.failed_executions) / 2
				) first_half
			) half
			""";

	// index-only like the statistics, and in one row per hour, because rows are what
	// costs
	private static final String HOURS = """
			select asked.agent_id, hours.*
			from unnest(:agents, :starts, :ends, :origins) as asked (agent_id, starts, ends, origin)
			cross join lateral (
				select greatest(date_bin('1 hour', happened, asked.origin), asked.starts) as start,
					count(*) filter (where status = 'COMPLETED') as successful_executions,
					count(*) filter (where status = 'FAILED') + count(*) filter (where status = 'TIMEOUT') as failed_executions,
					count(*) filter (where status = 'CANCELLED') as cancelled_executions,
					count(*) filter (where status = 'PENDING') + count(*) filter (where status = 'RUNNING') as in_progress_executions,
					sum(error) as total_errors,
					array_agg(ms) filter (where ms is not null and :times) as times_ms
				from (
					select execution_start, status, execution_time_ms, 0
					from agent_executions
					where agent_id = asked.agent_id and execution_start >= asked.starts and execution_start < asked.ends
						and execution_start >= :from and execution_start < :to
					union all
					select execution_start, null, null, 1
					from agent_executions
					where agent_id = asked.agent_id and execution_start >= asked.starts and execution_start < asked.ends
						and execution_start >= :from and execution_start < :to
						and error_message is not null
				) as executions (happened, status, ms, error)
				group by 1
			) hours
			""";

	// the rows themselves are read: what executions used stands in no index
	private static final String HOURS_WITH_USAGE = """
			select asked.agent_id, hours.*
			from unnest(:agents, :starts, :ends, :origins) as asked (agent_id, starts, ends, origin)
			cross join lateral (
				select greatest(date_bin('1 hour', execution_start, asked.origin), asked.starts) as start, agent_version,
					count(*) filter (where status = 'COMPLETED') as successful_executions,
					count(*) filter (where status = 'FAILED') + count(*) filter (where status = 'TIMEOUT') as failed_executions,
					count(*) filter (where status = 'CANCELLED') as cancelled_executions,
					count(*) filter (where status = 'PENDING') + count(*) filter (where status = 'RUNNING') as in_progress_executions,
					count(error_message) as total_errors,
					array_agg(execution_time_ms) filter (where execution_time_ms is not null and :times) as times_ms,
					count(coalesce(input_tokens, output_tokens)) as token_executions,
					least(coalesce(sum(input_tokens), 0), 9223372036854775807)::bigint as input_tokens,
					least(coalesce(sum(output_tokens), 0), 9223372036854775807)::bigint as output_tokens,
					least(coalesce(sum(cached_input_tokens), 0), 9223372036854775807)::bigint as cached_input_tokens,
					array_agg(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) filter (
						where coalesce(input_tokens, output_tokens) is not null and :tokens) as tokens,
					count(cost_usd) as cost_executions, sum(cost_usd) as cost_usd
				from agent_executions
				where agent_id = asked.agent_id and execution_start >= asked.starts and execution_start < asked.ends
					and execution_start >= :from and execution_start < :to
				group by 1, 2
			) hours
			""";

	// messages are masked by their first 500 characters; failures without one have an
	// index of their own, agent_executions_unexplained
	private static final String ERRORS = """
			select asked.agent_id, messages.*
			from unnest(:agents, :starts, :ends) as asked (agent_id, starts, ends)
			cross join lateral (
				select message, type, count(*) as occurrences, min(happened) as first_seen, max(happened) as last_seen
				from (
					select execution_start, left(error_message, 500),
						left(coalesce(nullif(btrim(error_type), ''), status), 100)
					from agent_executions
					where agent_id = asked.agent_id and execution_start >= asked.starts and execution_start < asked.ends
						and execution_start >= :from and execution_start < :to
						and error_message is not null
					union all
					select execution_start, null, left(coalesce(nullif(btrim(error_type), ''), status), 100)
					from agent_executions
					where agent_id = asked.agent_id and execution_start >= asked.starts and execution_start < asked.ends
						and execution_start >= :from and execution_start < :to
						and error_message is null and status in ('FAILED', 'TIMEOUT')
				) as errors (happened, message, type)
				group by message, type
			) messages
			""";

	private static final String RELEASES = withFilter("""
			select asked.agent_id, releases.*
			from unnest(:agents, :starts, :ends) as asked (agent_id, starts, ends)
			cross join lateral (
				select agent_version, max(execution_start) as last_run
				from agent_executions
				where agent_id = asked.agent_id and execution_start >= asked.starts and execution_start < asked.ends
					and execution_start >= :from and execution_start < :to
				group by agent_version
				order by last_run desc, agent_version
				limit :first
			) releases
			""");

	// an hour each from an index
	private static final String RUNS = withFilter("""
			select n, coalesce(earliest.run, first_hour) as first_run, coalesce(latest.run, last_hour) as last_run
			from unnest(:agents, :asked, :firstHours, :lastHours) with ordinality
				as asked (agent_id, version, first_hour, last_hour, n)
			cross join lateral (
				select min(execution_start) as run
				from agent_executions
				where agent_id = asked.agent_id and agent_version is not distinct from asked.version
					and execution_start >= first_hour and execution_start < first_hour + interval '1 hour'
					and execution_start >= :from and execution_start < :to
			) earliest
			cross join lateral (
				select max(execution_start) as run
				from agent_executions
				where agent_id = asked.agent_id and agent_version is not distinct from asked.version
					and execution_start >= last_hour and execution_start < last_hour + interval '1 hour'
					and execution_start >= :from and execution_start < :to
			) latest
			""");

	// index-only without a filter; times beyond the last limit are told from none. All
	// agents of a window are looked up together and grouped once: to group each by itself
	// takes twice as long. What OFFSET separates is not planned as a join. In
	// [first : last] a colon without a space would be a parameter
	private static final String SEGMENTS = """
			select agent_id, width_bucket(execution_start, :edges::timestamptz[]) - 1 as segment,
				coalesce(width_bucket(execution_time_ms, :bounds::bigint[]), 0) as bucket,
				count(*) filter (where status = 'COMPLETED') as successful,
				count(*) filter (where status = 'FAILED') + count(*) filter (where status = 'TIMEOUT') as failed,
				count(execution_time_ms) as timed
			from unnest(:starts, :ends, :firstAgents, :lastAgents) as asked (starts, ends, first_agent, last_agent)
			cross join lateral (
				select agent_id, execution_start, execution_time_ms, status
				from agent_executions
				where agent_id = any ((:agents::uuid[])[first_agent : last_agent])%s
					and execution_start >= asked.starts and execution_start < asked.ends
					and execution_start >= :from and execution_start < :to
				offset 0
			) runs
			group by 1, 2, 3
			""";

	private static final String SEGMENTS_OF_ALL = SEGMENTS.formatted("");

	private static final String SEGMENTS_WITH_FILTER = SEGMENTS.formatted(" and " + FilterCondition.SQL);

	private static final String STATISTICS_WITH_FILTER = withFilter(STATISTICS);

	private static final String HOURS_WITH_FILTER = withFilter(HOURS_WITH_USAGE);

	private static final String ERRORS_WITH_FILTER = withFilter(ERRORS);

	private static final String PLAN_ONCE = "set local plan_cache_mode = force_generic_plan";

	// what each connection of the API starts with
	private static final String PLAN_AS_USUAL = "set local plan_cache_mode = force_custom_plan";

	private static final int FETCH_SIZE = 1_000;

	private final JdbcClient jdbc;

	RawExecutionRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Has statements of this class planned once for all values, because planning them for
	 * the values at hand takes longer than that saves. Statements of other classes are
	 * not to be planned so.
	 */
	void withOnePlan(Runnable reads) {
		withOnePlan(() -> {
			reads.run();
			return reads;
		});
	}

	/** The same of statements that something is made of. */
	<T> T withOnePlan(Supplier<T> reads) {
		this.jdbc.sql(PLAN_ONCE).update();
		T read = reads.get();
		this.jdbc.sql(PLAN_AS_USUAL).update();
		return read;
	}

	/**
	 * Counts, times and trend, with exact percentiles.
	 * @param agents the agents, known or not
	 */
	Map<UUID, Metrics> metrics(Collection<UUID> agents, Window window, ExecutionFilter filter) {
		Map<UUID, Metrics> metrics = HashMap.newHashMap(agents.size());
		ask(filter.isAll() ? STATISTICS : STATISTICS_WITH_FILTER, agents, window, filter).query((row) -> {
			metrics.put(row.getObject("agent_id", UUID.class), metrics(row));
		});
		return metrics;
	}

	/**
	 * Counts by hours.
	 * @param buckets gets a bucket for every hour with executions
	 */
	void read(Collection<RawRange> ranges, Buckets buckets) {
		MetricsFields fields = buckets.fields();
		ExecutionFilter filter = buckets.plan().filter();
		boolean fromRows = fields.usage() || !filter.isAll();
		String hours = filter.isAll() ? HOURS_WITH_USAGE : HOURS_WITH_FILTER;
		ask(fromRows ? hours : HOURS, ranges, filter).param("origins", array(ranges, RawRange::origin))
			.param("times", fields.needsTimes())
			.param("tokens", fields.tokens())
			.query((row) -> {
				buckets.add(row.getObject("agent_id", UUID.class),
						Optional.ofNullable(fromRows ? row.getString("agent_version") : null),
						hour(row, fields.usage()));
			});
	}

	/**
	 * Finds the releases of the executions that match.
	 * @param first how many of each range, those that ran last
	 */
	void releases(Collection<RawRange> ranges, ExecutionFilter filter, int first, LatestReleases releases) {
		ask(RELEASES, ranges, filter).param("first", first).query((row) -> {
			releases.add(row.getObject("agent_id", UUID.class), Optional.ofNullable(row.getString("agent_version")),
					instant(row, "last_run"));
		});
	}

	/**
	 * Looks up when releases ran first and last.
	 * @param hours the first and the last hour in which they ran; moments beyond the
	 * window do not count
	 * @return the moments themselves; the hours where the executions have been dropped
	 */
	Map<Release.Key, Window> runs(Map<Release.Key, MetricsAccumulator.Hours> hours, Window window,
			ExecutionFilter filter) {
		List<Release.Key> keys = List.copyOf(hours.keySet());
		Map<Release.Key, Window> runs = HashMap.newHashMap(keys.size());
		ask(RUNS, keys.stream().map(Release.Key::agentId).toList(), window, filter)
			.param("asked", new SqlArrayValue("text", keys.stream().map((key) -> key.version().orElse(null)).toArray()))
			.param("firstHours", array(hours.values(), MetricsAccumulator.Hours::first))
			.param("lastHours", array(hours.values(), MetricsAccumulator.Hours::last))
			.query((row) -> {
				runs.put(keys.get(row.getInt("n") - 1),
						new Window(instant(row, "first_run"), instant(row, "last_run")));
			});
		return runs;
	}

	/**
	 * Counts what succeeded, and what took no longer than limits, exactly.
	 * @param ranges at least one range
	 */
	void segments(Collection<RawRange> ranges, SegmentSums sums) {
		SegmentsQuestion question = sums.question();
		Map<Window, List<UUID>> agentsByWindow = ranges.stream()
			.collect(Collectors.groupingBy(RawRange::window, LinkedHashMap::new,
					Collectors.mapping(RawRange::agentId, Collectors.toList())));
		List<UUID> agents = new ArrayList<>(ranges.size());
		List<Integer> firstAgents = new ArrayList<>(agentsByWindow.size());
		List<Integer> lastAgents = new ArrayList<>(agentsByWindow.size());
		for (List<UUID> ofWindow : agentsByWindow.values()) {
			firstAgents.add(agents.size() + 1);
			agents.addAll(ofWindow);
			lastAgents.add(agents.size());
		}
		ask(question.filter().isAll() ? SEGMENTS_OF_ALL : SEGMENTS_WITH_FILTER, agents, RawRange.outer(ranges),
				question.filter())
			.withFetchSize(FETCH_SIZE)
			.param("starts", array(agentsByWindow.keySet(), Window::from))
			.param("ends", array(agentsByWindow.keySet(), Window::to))
			.param("firstAgents", new SqlArrayValue("int", firstAgents.toArray()))
			.param("lastAgents", new SqlArrayValue("int", lastAgents.toArray()))
			.param("edges", array(question.edges(), Function.identity()))
			// the first time that is too long
			.param("bounds",
					new SqlArrayValue("bigint", question.limitsMs().stream().map((limit) -> limit + 1).toArray()))
			.query((row) -> {
				UUID agent = row.getObject("agent_id", UUID.class);
				int segment = row.getInt("segment");
				sums.add(agent, segment, row.getLong("successful"), row.getLong("failed"));
				if (!question.limitsMs().isEmpty()) {
					sums.addTimes(agent, segment, row.getLong("timed"), row.getInt("bucket"));
				}
			});
	}

	/**
	 * Groups the error messages.
	 * @return the groups of each agent that has errors
	 */
	Map<UUID, ErrorGroups> errors(Collection<RawRange> ranges, ExecutionFilter filter) {
		Map<UUID, ErrorGroups.Builder> builders = new HashMap<>();
		ask(filter.isAll() ? ERRORS : ERRORS_WITH_FILTER, ranges, filter).query((row) -> {
			builders.computeIfAbsent(row.getObject("agent_id", UUID.class), (agent) -> ErrorGroups.builder())
				.add(row.getString("message"), row.getString("type"), row.getLong("occurrences"),
						instant(row, "first_seen"), instant(row, "last_seen"));
		});
		Map<UUID, ErrorGroups> errors = HashMap.newHashMap(builders.size());
		builders.forEach((agent, builder) -> errors.put(agent, builder.build()));
		return errors;
	}

	private JdbcClient.StatementSpec ask(String sql, Collection<RawRange> ranges, ExecutionFilter filter) {
		return ask(sql, ranges.stream().map(RawRange::agentId).toList(), RawRange.outer(ranges), filter)
			.withFetchSize(FETCH_SIZE)
			.param("starts", array(ranges, (range) -> range.window().from()))
			.param("ends", array(ranges, (range) -> range.window().to()));
	}

	private static <T> SqlArrayValue array(Collection<T> of, Function<T, Instant> moment) {
		return new SqlArrayValue("timestamptz", of.stream().map(moment).map(Instant::toString).toArray());
	}

	private JdbcClient.StatementSpec ask(String sql, Collection<UUID> agents, Window window, ExecutionFilter filter) {
		return FilterCondition.bind(this.jdbc.sql(sql), filter)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("from", window.from().atOffset(ZoneOffset.UTC))
			.param("to", window.to().atOffset(ZoneOffset.UTC));
	}

	private static String withFilter(String sql) {
		String ofAgent = "where agent_id = asked.agent_id";
		return sql.replace(ofAgent, ofAgent + " and " + FilterCondition.SQL);
	}

	private static Metrics metrics(ResultSet row) throws SQLException {
		ExecutionCounts counts = MetricsRow.counts(row);
		long firstSuccessful = row.getLong("first_successful");
		long firstFinished = counts.finished() / 2;
		Trend trend = Trend.between(firstSuccessful, firstFinished, counts.successful() - firstSuccessful,
				counts.finished() - firstFinished);
		return Metrics.of(counts, times(row), trend);
	}

	private static Bucket hour(ResultSet row, boolean withUsage) throws SQLException {
		ExecutionCounts counts = MetricsRow.counts(row);
		HourlyCounts hour = HourlyCounts.of(new long[] { counts.total() }, new long[] { counts.successful() },
				new long[] { counts.failed() });
		return new Bucket(instant(row, "start"), counts, Optional.of(hour),
				Optional.of(sketch(row.getArray("times_ms"))), withUsage ? UsageTotals.of(row) : UsageTotals.NONE,
				Optional.of(withUsage ? sketch(row.getArray("tokens")) : LatencySketch.empty()));
	}

	private static LatencySketch sketch(@Nullable Array values) throws SQLException {
		if (values == null) {
			return LatencySketch.empty();
		}
		return LatencySketch.of(Arrays.stream((Long[]) values.getArray()).mapToLong(Long::longValue).toArray());
	}

	private static ExecutionTimes times(ResultSet row) throws SQLException {
		long timed = row.getLong("timed");
		if (timed == 0) {
			return ExecutionTimes.empty();
		}
		Long[] percentiles = (Long[]) row.getArray("percentiles_ms").getArray();
		return new ExecutionTimes(timed, row.getLong("sum_ms"), OptionalLong.of(row.getLong("min_ms")),
				OptionalLong.of(row.getLong("max_ms")), OptionalLong.of(percentiles[0]),
				OptionalLong.of(percentiles[1]), OptionalLong.of(percentiles[2]), true, 0, 0, 0);
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

}
