package io.agentmetrics.api.rest;

import java.util.List;
import java.util.Objects;
import java.util.UUID;

import io.agentmetrics.api.dashboard.DashboardQuery;
import io.agentmetrics.api.dashboard.Ranking;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.source.MetricsFields;
import io.agentmetrics.api.metrics.source.MetricsQuestion;
import io.agentmetrics.api.metrics.source.MetricsSource;
import io.agentmetrics.api.problem.Arguments;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers the questions of GraphQL clients to those that have none.
 */
@RestController
@RequestMapping(path = "/api/v1/agent-studio", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Metrics", description = "Agents' metrics and the dashboard; GraphQL at /graphql answers more")
final class RestMetricsController {

	private static final int RANKED = 5;

	private final MetricsSource metrics;

	private final DashboardQuery dashboard;

	RestMetricsController(MetricsSource metrics, DashboardQuery dashboard) {
		this.metrics = metrics;
		this.dashboard = dashboard;
	}

	@GetMapping("/agents/{agent_id}/metrics")
	@Operation(summary = "The metrics of one agent",
			description = "An agent without executions, known or not, has zeros, null times and the trend no_data.")
	AgentMetricsDocument agentMetrics(
			@PathVariable("agent_id") @Parameter(description = "The agent's id, a UUID.") String agentId,
			@RequestParam(name = "time_range", defaultValue = "7d") @Parameter(description = "How far to look back.",
					schema = @Schema(allowableValues = { "1d", "7d", "30d", "90d" },
							defaultValue = "7d")) String timeRange,
			@RequestParam(name = "metric_type", defaultValue = "realtime") @Parameter(
					description = "Where to take the numbers from.",
					schema = @Schema(allowableValues = { "realtime", "aggregated", "hybrid" },
							defaultValue = "realtime")) String metricType) {
		UUID agent = Arguments.id("agent_id", agentId);
		TimeRange range = Parameters.timeRange(timeRange);
		MetricsQuestion question = new MetricsQuestion(new Period.Latest(range),
				Parameters.choice("metric_type", metricType, MetricType.values()),
				MetricsFields.statistics().withErrors());
		return AgentMetricsDocument.of(Objects.requireNonNull(this.metrics.read(List.of(agent), question).get(agent)),
				range);
	}

	@GetMapping("/metrics/dashboard")
	@Operation(summary = "All agents together",
			description = "Counts are over rolling windows up to now; rankings and trends are over closed days.")
	DashboardDocument dashboard() {
		return DashboardDocument.of(this.dashboard.dashboard(), this.dashboard.ranking(Ranking.TOP_PERFORMING, RANKED),
				this.dashboard.ranking(Ranking.WITH_ISSUES, RANKED),
				this.dashboard.executionTrends(TimeRange.LAST_30_DAYS));
	}

}
