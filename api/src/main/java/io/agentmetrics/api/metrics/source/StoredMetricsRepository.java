package io.agentmetrics.api.metrics.source;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricsRow;
import io.agentmetrics.model.error.ErrorGroup;
import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.sketch.CorruptSketchException;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Reads the stored days of agents, from {@code agent_metrics} and
 * {@code agent_error_groups}; one statement however many agents.
 */
@Component
final class StoredMetricsRepository {

	private static final String METRICS = "successful_executions, failed_executions, cancelled_executions, "
			+ "in_progress_executions, total_errors, hourly_counts";

	private static final String USAGE = ", token_executions, input_tokens, output_tokens, cached_input_tokens, "
			+ "cost_executions, cost_usd";

	private static final String AS_PLANNED = """
			where day.agent_id = any (:agents) and day.metric_date >= :from and day.metric_date < :to
				and not day.provisional and day.metric_date <> all (:without)
				and not exists (
					select from unnest(:changedAgents, :changedDays) as changed (agent_id, metric_date)
					where changed.agent_id = day.agent_id and changed.metric_date = day.metric_date)
			""";

	private static final String DAYS = "select agent_id, metric_date, %s from agent_metrics day " + AS_PLANNED;

	private static final String CELLS = "select day.agent_id, day.metric_date, day.cells, cell.* from "
			+ FilterCondition.cells("agent_version, %1$s") + AS_PLANNED;

	// day by day for all agents together, and so without looking each of them up
	private static final String DAYS_OF_ALL = """
			select metric_date, other, least(sum(total_executions), 9223372036854775807)::bigint as total,
				least(sum(successful_executions), 9223372036854775807)::bigint as successful,
				least(sum(failed_executions), 9223372036854775807)::bigint as failed
			from %s day
			%s
			group by metric_date, other
			""".formatted(FilterCondition.cellsOfMany("total_executions, successful_executions, failed_executions"),
			AS_PLANNED);

	private static final String AGENTS = "select distinct day.agent_id from "
			+ FilterCondition.cellsOfMany("total_executions") + " day " + AS_PLANNED + " and not other";

	private static final String RELEASES = """
			select asked.agent_id, releases.*
			from unnest(:agents) as asked (agent_id)
			cross join lateral (
				select cell.agent_version, max(day.metric_date) as last_day,
					least(sum(cell.total_executions), 9223372036854775807)::bigint as executions
				from %s
				%s and not cell.other and day.agent_id = asked.agent_id
				group by cell.agent_version
				order by last_day desc, executions desc, cell.agent_version
				limit :first
			) releases
			""".formatted(FilterCondition.cells("agent_version, total_executions"), AS_PLANNED);

	private static final String SEGMENTS = """
			select agent_id, width_bucket(metric_date, :firstDays::date[]) as segment, other,
				least(sum(total_executions), 9223372036854775807)::bigint as total,
				least(sum(successful_executions), 9223372036854775807)::bigint as successful,
				least(sum(failed_executions), 9223372036854775807)::bigint as failed
			from (%s) days
			group by 1, 2, 3
			""";

	// day by day: to put the sketches of a segment into one row they would be sorted on
	// disk
	private static final String TIMES_OF_SEGMENTS = """
			select agent_id, metric_date, width_bucket(metric_date, :firstDays::date[]) as segment, other,
				total_executions as total, successful_executions as successful, failed_executions as failed, latency_sketch
			from (%s) days
			""";

	private static final String SEGMENTS_OF_DAYS = """
			select agent_id, metric_date, false as other, total_executions, successful_executions, failed_executions,
				latency_sketch
			from agent_metrics day
			""" + AS_PLANNED;

	private static final String SEGMENTS_OF_CELLS = "select day.agent_id, day.metric_date, cell.* from "
			+ FilterCondition.cells("total_executions, successful_executions, failed_executions, latency_sketch")
			+ AS_PLANNED;

	// the example of the first day: days are compared as texts of seven digits, since an
	// aggregate that is ordered sorts all rows
	private static final String ERRORS = """
			select agent_id, fingerprint, masking_version, least(sum(occurrences), 9223372036854775807)::bigint as occurrences,
				min(first_seen) as first_seen, max(last_seen) as last_seen,
				(min(array[(metric_date - date '0001-01-01' + 1000000)::text, example]))[2] as example
			from agent_error_groups
			where agent_id = any (:agents) and metric_date >= :from and metric_date < :to
				and metric_date <> all (:without)
				and not exists (
					select from unnest(:changedAgents, :changedDays) as changed (agent_id, metric_date)
					where changed.agent_id = agent_error_groups.agent_id
						and changed.metric_date = agent_error_groups.metric_date)
			group by agent_id, fingerprint, masking_version
			""";

	// groups do not tell releases and environments apart: they count where their day has
	// a single one of both
	private static final String ERRORS_OF_SINGLE_CELLS = ERRORS.replace("group by", """
				and exists (
					select from agent_metrics
					where agent_id = agent_error_groups.agent_id and metric_date = agent_error_groups.metric_date
						and cells = 1 and %s)
			group by""".formatted(FilterCondition.SQL));

	private static final int FETCH_SIZE = 500;

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Optional<LatencySketch> NO_SKETCH = Optional.of(LatencySketch.empty());

	private final JdbcClient jdbc;

	StoredMetricsRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Reads the days. Times and hours that cannot be read are missing, the rest is there.
	 * @param days closed days: the plan has left out the others
	 * @param buckets gets a bucket for every day with executions, with a filter for every
	 * cell that matches
	 */
	void read(AgentDays days, Buckets buckets) {
		String columns = columns(buckets.fields());
		ExecutionFilter filter = buckets.plan().filter();
		if (filter.isAll()) {
			ask(DAYS.formatted(columns), days, filter).query((row) -> {
				UUID agent = row.getObject("agent_id", UUID.class);
				buckets.add(agent, Optional.empty(), day(agent, row, buckets));
			});
			return;
		}
		ask(CELLS.formatted(columns), days, filter).query((row) -> {
			UUID agent = row.getObject("agent_id", UUID.class);
			if (row.getBoolean("other")) {
				buckets.addUntold(agent, row.getObject("metric_date", LocalDate.class), MetricsRow.counts(row));
			}
			else {
				buckets.add(agent, Optional.ofNullable(row.getString("agent_version")), day(agent, row, buckets),
						row.getInt("cells"));
			}
		});
	}

	private static String columns(MetricsFields fields) {
		return METRICS + (fields.needsTimes() ? ", latency_sketch" : "") + (fields.usage() ? USAGE : "")
				+ (fields.tokens() ? ", token_sketch" : "");
	}

	/**
	 * Adds up each day of all agents that a plan with a filter names.
	 * @param days closed days that no moment cuts
	 */
	void addUp(AgentDays days, SliceCounts counts) {
		ask(DAYS_OF_ALL, days, counts.plan().filter()).query((row) -> {
			LocalDate day = row.getObject("metric_date", LocalDate.class);
			if (row.getBoolean("other")) {
				counts.addUntold(day, row.getLong("total"));
			}
			else {
				counts.add(day, new SliceCount(row.getLong("total"), row.getLong("successful"), row.getLong("failed")));
			}
		});
	}

	/**
	 * Counts what succeeded, and what took no longer than limits. Each day is asked by
	 * itself, so that days of few executions are exact however many they are together.
	 * @param days closed days: the plan has left out the others
	 */
	void segments(AgentDays days, SegmentSums sums) {
		SegmentsQuestion question = sums.question();
		boolean timed = !question.limitsMs().isEmpty();
		String of = question.filter().isAll() ? SEGMENTS_OF_DAYS : SEGMENTS_OF_CELLS;
		ask((timed ? TIMES_OF_SEGMENTS : SEGMENTS).formatted(of), days, question.filter())
			.param("firstDays", new SqlArrayValue("date", sums.firstDays().stream().map(LocalDate::toString).toArray()))
			.query((row) -> {
				UUID agent = row.getObject("agent_id", UUID.class);
				int segment = row.getInt("segment");
				if (row.getBoolean("other")) {
					sums.addUntold(agent, segment, row.getLong("total"));
					return;
				}
				sums.add(agent, segment, row.getLong("successful"), row.getLong("failed"));
				if (timed) {
					addTimes(row, agent, segment, sums);
				}
			});
	}

	private static void addTimes(ResultSet row, UUID agent, int segment, SegmentSums sums) throws SQLException {
		try {
			sums.addTimes(agent, segment, LatencySketch.fromBytes(row.getBytes("latency_sketch")));
		}
		catch (CorruptSketchException ex) {
			LocalDate day = row.getObject("metric_date", LocalDate.class);
			MetricsRow.logDamage("A stored latency_sketch cannot be read; rebuild the day",
					Map.of("agent", agent, "day", day), ex);
			sums.addUnreadable(agent, day);
		}
	}

	/** Finds the agents with executions that match. */
	Set<UUID> agents(AgentDays days, ExecutionFilter filter) {
		return new HashSet<>(ask(AGENTS, days, filter).query(UUID.class).list());
	}

	/**
	 * Finds the releases of the executions that match.
	 * @param first how many of each agent, those that ran last
	 */
	void releases(AgentDays days, ExecutionFilter filter, int first, LatestReleases releases) {
		ask(RELEASES, days, filter).param("first", first).query((row) -> {
			releases.add(row.getObject("agent_id", UUID.class), Optional.ofNullable(row.getString("agent_version")),
					row.getObject("last_day", LocalDate.class), row.getLong("executions"));
		});
	}

	/**
	 * Adds up the groups of errors.
	 * @param days closed days: the plan has left out the others
	 * @param filter leaves out days that are not of a single cell that matches
	 * @return the groups of each agent that has errors
	 */
	Map<UUID, ErrorGroups> errors(AgentDays days, ExecutionFilter filter) {
		Map<UUID, ErrorGroups.Builder> builders = new HashMap<>();
		ask(filter.isAll() ? ERRORS : ERRORS_OF_SINGLE_CELLS, days, filter).query((row) -> {
			builders.computeIfAbsent(row.getObject("agent_id", UUID.class), (agent) -> ErrorGroups.builder())
				.add(errorGroup(row));
		});
		Map<UUID, ErrorGroups> errors = HashMap.newHashMap(builders.size());
		builders.forEach((agent, builder) -> errors.put(agent, builder.build()));
		return errors;
	}

	private JdbcClient.StatementSpec ask(String sql, AgentDays days, ExecutionFilter filter) {
		List<UUID> changedAgents = new ArrayList<>();
		List<String> changedDays = new ArrayList<>();
		days.changed().forEach((agent, changed) -> changed.forEach((day) -> {
			changedAgents.add(agent);
			changedDays.add(day.toString());
		}));
		return FilterCondition.bind(this.jdbc.sql(sql), filter)
			.withFetchSize(FETCH_SIZE)
			.param("agents", new SqlArrayValue("uuid", days.agents().toArray()))
			.param("from", days.days().from())
			.param("to", days.days().to())
			.param("without", new SqlArrayValue("date", days.without().stream().map(LocalDate::toString).toArray()))
			.param("changedAgents", new SqlArrayValue("uuid", changedAgents.toArray()))
			.param("changedDays", new SqlArrayValue("date", changedDays.toArray()));
	}

	private static Bucket day(UUID agent, ResultSet row, Buckets buckets) throws SQLException {
		LocalDate date = row.getObject("metric_date", LocalDate.class);
		Window day = new Days(date, date.plusDays(1)).in(buckets.plan().zone());
		Supplier<Map<String, ?>> of = () -> Map.of("agent", agent, "day", date);
		MetricsFields fields = buckets.fields();
		return new Bucket(day.from(), MetricsRow.counts(row), hours(row, day, of),
				fields.needsTimes() ? MetricsRow.sketch(row, "latency_sketch", of) : NO_SKETCH,
				fields.usage() ? UsageTotals.of(row) : UsageTotals.NONE,
				fields.tokens() ? MetricsRow.sketch(row, "token_sketch", of) : NO_SKETCH);
	}

	private static Optional<HourlyCounts> hours(ResultSet row, Window day, Supplier<Map<String, ?>> of)
			throws SQLException {
		int hours = Math.toIntExact(Math.ceilDiv(day.length().toSeconds(), HOUR.toSeconds()));
		try {
			// days that are older than the executions outlive a change of the zone, with
			// the hours that they had
			return Optional
				.of(HourlyCounts.fromBytes(row.getBytes("hourly_counts"), HourlyCounts.MAX_HOURS).shortenedTo(hours));
		}
		catch (IllegalArgumentException ex) {
			MetricsRow.logDamage("Stored hours cannot be read; rebuild the day", of.get(), ex);
			return Optional.empty();
		}
	}

	private static ErrorGroup errorGroup(ResultSet row) throws SQLException {
		return new ErrorGroup(row.getString("fingerprint"), row.getInt("masking_version"), row.getString("example"),
				row.getLong("occurrences"), row.getObject("first_seen", OffsetDateTime.class).toInstant(),
				row.getObject("last_seen", OffsetDateTime.class).toInstant());
	}

}
