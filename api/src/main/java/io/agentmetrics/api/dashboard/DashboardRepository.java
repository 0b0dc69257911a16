package io.agentmetrics.api.dashboard;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricsRow;
import io.agentmetrics.api.metrics.source.FilterCondition;
import io.agentmetrics.model.agent.Agent;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Reads what the dashboard shows.
 */
@Component
final class DashboardRepository {

	private static final String AGENTS = "select count(*) from agents where retired_at is null";

	// ranked by the share of successful or of failed executions; those with issues fail
	// more often than the limit
	private static final String RANKING = """
			with ranked as (
				select agent_id, sum(cell.successful_executions) as successful, sum(cell.failed_executions) as failed,
					(sum(cell.successful_executions) + sum(cell.failed_executions)) as finished
				from %s
				where metric_date >= :from and metric_date < :to and not provisional and metric_date <> all (:open) %s
				group by agent_id
				having (sum(cell.successful_executions) + sum(cell.failed_executions)) >= :minFinished
			)
			select agents.id, agents.name, agents.created_at, agents.external_id
			from ranked
			join agents on agents.id = ranked.agent_id
			where retired_at is null and (not :withIssues or 100 * ranked.failed > :errorRatePercent::numeric * ranked.finished)
			order by case when :withIssues then ranked.failed else ranked.successful end / ranked.finished desc,
				ranked.finished desc, agents.name, agents.id
			limit :first
			""";

	private static final String RANKING_OF_ALL = RANKING.formatted("agent_metrics cell", "");

	private static final String RANKING_WITH_FILTER = RANKING
		.formatted(FilterCondition.cellsOfMany("successful_executions, failed_executions") + " cell", "and not other");

	private static final String UNTOLD = """
			select least(coalesce(sum(total_executions), 0), 9223372036854775807)::bigint as executions,
				count(distinct metric_date) as days
			from agent_metric_cells
			where other and metric_date >= :from and metric_date < :to and metric_date <> all (:open)
			""";

	private static final String DAYS = """
			select metric_date, successful_executions, failed_executions, cancelled_executions,
				in_progress_executions, total_errors, latency_sketch
			from aggregated_days
			where metric_date >= :from and metric_date < :to
			""";

	private static final String STORED_TIMES = """
			select metric_date, latency_sketch
			from aggregated_days
			where metric_date = any (:days)
			""";

	// windows that touch are read as one; the outer limits stand beside them because the
	// planner cannot see them
	private static final String TIMES = """
			with windows as (
				select :starts::timestamptz[] as starts, :ends::timestamptz[] as ends
			)
			select windows.starts[timed.n] as start, timed.times_ms
			from windows
			cross join lateral (
				select width_bucket(execution_start, windows.starts) as n, array_agg(execution_time_ms) as times_ms
				from (
					select unnest(range_agg(tstzrange(starts, ends))) as range
					from unnest(windows.starts, windows.ends) as asked (starts, ends)
				) ranges
				join agent_executions on execution_start >= lower(range) and execution_start < upper(range)
				where execution_start >= :from and execution_start < :to and execution_time_ms is not null
				group by 1
			) timed
			""";

	private static final String UNTOLD_SENTENCE = "%,d executions of %,d days with many releases and environments are stored without them; rankings and trends do not count those of them that match the filter.";

	private final JdbcClient jdbc;

	private final DashboardProperties properties;

	DashboardRepository(JdbcClient jdbc, DashboardProperties properties) {
		this.jdbc = jdbc;
		this.properties = properties;
	}

	long countAgents() {
		return this.jdbc.sql(AGENTS).query(Long.class).single();
	}

	List<Agent> ranking(Ranking ranking, ExecutionFilter filter, Days days, Set<LocalDate> open, int first) {
		return FilterCondition.bind(this.jdbc.sql(filter.isAll() ? RANKING_OF_ALL : RANKING_WITH_FILTER), filter)
			.param("withIssues", ranking == Ranking.WITH_ISSUES)
			.param("errorRatePercent", this.properties.issues().errorRatePercent())
			.param("from", days.from())
			.param("to", days.to())
			.param("open", dates(open))
			.param("minFinished", this.properties.ranking().minFinished())
			.param("first", first)
			.query((row, number) -> agent(row))
			.list();
	}

	/**
	 * Says of how many executions closed days do not tell release and environment.
	 * @return a sentence; empty if all days do
	 */
	Optional<String> untold(Days days, Set<LocalDate> open) {
		return this.jdbc.sql(UNTOLD)
			.param("from", days.from())
			.param("to", days.to())
			.param("open", dates(open))
			.query((row, number) -> (row.getLong("days") > 0)
					? String.format(Locale.ROOT, UNTOLD_SENTENCE, row.getLong("executions"), row.getLong("days")) : "")
			.optional()
			.filter((sentence) -> !sentence.isEmpty());
	}

	private static SqlArrayValue dates(Collection<LocalDate> days) {
		return new SqlArrayValue("date", days.stream().map(LocalDate::toString).toArray());
	}

	List<TrendDay> days(Days days) {
		return this.jdbc.sql(DAYS)
			.param("from", days.from())
			.param("to", days.to())
			.query((row, number) -> day(row))
			.list();
	}

	/**
	 * Reads how long all executions of closed days took.
	 * @return the times of each; empty if what is stored cannot be read
	 */
	Map<LocalDate, Optional<LatencySketch>> storedTimes(List<LocalDate> days) {
		Map<LocalDate, Optional<LatencySketch>> times = HashMap.newHashMap(days.size());
		if (days.isEmpty()) {
			return times;
		}
		this.jdbc.sql(STORED_TIMES).param("days", dates(days)).query((row) -> {
			LocalDate day = row.getObject("metric_date", LocalDate.class);
			times.put(day, times(day, row));
		});
		return times;
	}

	/**
	 * Reads how long all executions of some windows took.
	 * @param windows windows that do not overlap, the earliest first
	 * @return the times of each that has any, by its start
	 */
	Map<Instant, LatencySketch> times(List<Window> windows) {
		Map<Instant, LatencySketch> times = HashMap.newHashMap(windows.size());
		if (windows.isEmpty()) {
			return times;
		}
		this.jdbc.sql(TIMES)
			.param("starts", moments(windows, Window::from))
			.param("ends", moments(windows, Window::to))
			.param("from", windows.getFirst().from().atOffset(ZoneOffset.UTC))
			.param("to", windows.getLast().to().atOffset(ZoneOffset.UTC))
			.query((row) -> {
				Long[] ms = (Long[]) row.getArray("times_ms").getArray();
				times.put(row.getObject("start", OffsetDateTime.class).toInstant(),
						LatencySketch.of(Arrays.stream(ms).mapToLong(Long::longValue).toArray()));
			});
		return times;
	}

	private static SqlArrayValue moments(List<Window> windows, Function<Window, Instant> moment) {
		return new SqlArrayValue("timestamptz", windows.stream().map(moment).map(Instant::toString).toArray());
	}

	private static Agent agent(ResultSet row) throws SQLException {
		return new Agent(row.getObject("id", UUID.class), row.getString("name"),
				row.getObject("created_at", OffsetDateTime.class).toInstant(),
				Optional.ofNullable(row.getString("external_id")), Optional.empty());
	}

	private static TrendDay day(ResultSet row) throws SQLException {
		LocalDate date = row.getObject("metric_date", LocalDate.class);
		return TrendDay.closed(date, MetricsRow.counts(row), times(date, row).map(ExecutionTimes::of));
	}

	private static Optional<LatencySketch> times(LocalDate date, ResultSet row) throws SQLException {
		return MetricsRow.sketch(row, "latency_sketch", () -> Map.of("day", date));
	}

}
