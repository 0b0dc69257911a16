package io.agentmetrics.api.export;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.model.number.Percent;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.LatencySketch;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * One agent's closed day as it is exported: its components are the columns, in this
 * order.
 *
 * @param totalExecutions all executions that started on the day
 * @param inProgressExecutions those that had not ended when the day was aggregated
 * @param successRate percent of the finished ones, with two decimals
 * @param errorRate percent of the finished ones, with two decimals
 * @param timedExecutions those with a measured time
 * @param avgExecutionTimeMs the average with two decimals; this and the other times are
 * null without timed executions
 * @param revision grows with each change of the row
 * @param agentExternalId what the agent's platform calls it, null where that is a UUID
 * @param tokenExecutions those that report input or output tokens
 * @param inputTokens the sum of their input tokens, as the other sums
 * @param costExecutions those that report a cost
 * @param costUsd the exact sum of the costs in US dollars
 */
@JsonNaming(SnakeCaseStrategy.class)
record DailyMetrics(LocalDate metricDate, UUID agentId, String agentName, long totalExecutions,
		long successfulExecutions, long failedExecutions, long cancelledExecutions, long inProgressExecutions,
		long totalErrors, double successRate, double errorRate, long timedExecutions,
		@Nullable Double avgExecutionTimeMs, @Nullable Long minExecutionTimeMs, @Nullable Long maxExecutionTimeMs,
		@Nullable Long p50ExecutionTimeMs, @Nullable Long p95ExecutionTimeMs, @Nullable Long p99ExecutionTimeMs,
		boolean percentilesExact, long revision, Instant updatedAt, @Schema(types = {
				"string", "null" }) @Nullable String agentExternalId,
		long tokenExecutions, long inputTokens, long outputTokens, long cachedInputTokens, long costExecutions,
		BigDecimal costUsd){

	// day by day, so that the first rows come at once: sorting a million would take
	// seconds and a temporary file
	static final String BY_DAY = """
			select rows.*
			from unnest(:days) with ordinality as asked (metric_date, n)
			cross join lateral (
				select days.metric_date, days.agent_id, agents.name, days.total_executions, days.successful_executions,
					days.failed_executions, days.cancelled_executions, days.in_progress_executions, days.total_errors,
					days.timed_executions, days.avg_execution_time_ms,
					days.min_execution_time_ms, days.max_execution_time_ms, days.p50_execution_time_ms,
					days.p95_execution_time_ms, days.p99_execution_time_ms, days.revision, days.updated_at,
					agents.external_id, days.token_executions, days.input_tokens, days.output_tokens,
					days.cached_input_tokens, days.cost_executions, days.cost_usd
				from agent_metrics days
				join agents on agents.id = days.agent_id
				where days.metric_date = asked.metric_date and not days.provisional
					and (:agent::uuid is null or days.agent_id = :agent::uuid)
				order by days.agent_id
			) rows
			""";

	/** The names of the columns. */
	static final List<String> COLUMNS = List.of("metric_date", "agent_id", "agent_name", "total_executions",
			"successful_executions", "failed_executions", "cancelled_executions", "in_progress_executions",
			"total_errors", "success_rate", "error_rate", "timed_executions", "avg_execution_time_ms",
			"min_execution_time_ms", "max_execution_time_ms", "p50_execution_time_ms", "p95_execution_time_ms",
			"p99_execution_time_ms", "percentiles_exact", "revision", "updated_at", "agent_external_id",
			"token_executions", "input_tokens", "output_tokens", "cached_input_tokens", "cost_executions", "cost_usd");

	/** Returns the values of the columns. */
	List<@Nullable Object> values() {
		return Arrays.asList(this.metricDate, this.agentId, this.agentName, this.totalExecutions,
				this.successfulExecutions, this.failedExecutions, this.cancelledExecutions, this.inProgressExecutions,
				this.totalErrors, decimal(this.successRate), decimal(this.errorRate), this.timedExecutions,
				decimal(this.avgExecutionTimeMs), this.minExecutionTimeMs, this.maxExecutionTimeMs,
				this.p50ExecutionTimeMs, this.p95ExecutionTimeMs, this.p99ExecutionTimeMs, this.percentilesExact,
				this.revision, this.updatedAt, this.agentExternalId, this.tokenExecutions, this.inputTokens,
				this.outputTokens, this.cachedInputTokens, this.costExecutions, this.costUsd);
	}

	private static @Nullable BigDecimal decimal(@Nullable Double value) {
		return (value != null) ? BigDecimal.valueOf(value) : null;
	}

	static DailyMetrics of(ResultSet row) throws SQLException {
		Double avgMs = row.getObject("avg_execution_time_ms", Double.class);
		long timed = row.getLong("timed_executions");
		long successful = row.getLong("successful_executions");
		long failed = row.getLong("failed_executions");
		long finished = SaturatingSum.of(successful, failed);
		return new DailyMetrics(row.getObject("metric_date", LocalDate.class), row.getObject("agent_id", UUID.class),
				row.getString("name"), row.getLong("total_executions"), successful, failed,
				row.getLong("cancelled_executions"), row.getLong("in_progress_executions"), row.getLong("total_errors"),
				Percent.of(successful, finished), Percent.of(failed, finished), timed,
				(avgMs != null) ? Rounding.decimal(avgMs) : null, row.getObject("min_execution_time_ms", Long.class),
				row.getObject("max_execution_time_ms", Long.class), row.getObject("p50_execution_time_ms", Long.class),
				row.getObject("p95_execution_time_ms", Long.class), row.getObject("p99_execution_time_ms", Long.class),
				timed <= LatencySketch.EXACT_LIMIT, row.getLong("revision"),
				row.getObject("updated_at", OffsetDateTime.class).toInstant(), row.getString("external_id"),
				row.getLong("token_executions"), row.getLong("input_tokens"), row.getLong("output_tokens"),
				row.getLong("cached_input_tokens"), row.getLong("cost_executions"), row.getBigDecimal("cost_usd"));
	}

}
