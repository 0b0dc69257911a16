package io.agentmetrics.api.rest;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.agentmetrics.api.dashboard.Dashboard;
import io.agentmetrics.api.dashboard.RankedAgent;
import io.agentmetrics.api.dashboard.TrendDay;
import io.agentmetrics.model.metrics.ExecutionTimes;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * All agents together as JSON.
 *
 * @param totalAgents how many agents there are
 * @param totalExecutions24h executions of the last 24 hours
 * @param totalExecutions7d executions of the last 7 times 24 hours
 * @param totalExecutions30d executions of the last 30 times 24 hours
 * @param averageSuccessRate percent of the finished executions of the last 30 times 24
 * hours
 * @param topPerformingAgents those with the highest success rates
 * @param agentsWithIssues those with the highest error rates
 * @param executionTrends every day of the last 30
 * @param provenance where the counts come from
 */
@JsonNaming(SnakeCaseStrategy.class)
record DashboardDocument(long totalAgents, @JsonProperty("total_executions_24h") long totalExecutions24h,
		@JsonProperty("total_executions_7d") long totalExecutions7d,
		@JsonProperty("total_executions_30d") long totalExecutions30d, double averageSuccessRate,
		List<Ranked> topPerformingAgents, List<Ranked> agentsWithIssues, List<Day> executionTrends,
		ProvenanceDocument provenance) {

	static DashboardDocument of(Dashboard dashboard, List<RankedAgent> top, List<RankedAgent> issues,
			List<TrendDay> trends) {
		return new DashboardDocument(dashboard.totalAgents(), dashboard.totalExecutions24h(),
				dashboard.totalExecutions7d(), dashboard.totalExecutions30d(), dashboard.averageSuccessRate(),
				top.stream().map(Ranked::of).toList(), issues.stream().map(Ranked::of).toList(),
				trends.stream().map(Day::of).toList(), ProvenanceDocument.of(dashboard.provenance()));
	}

	private static Optional<Long> p95MsOf(Optional<ExecutionTimes> times) {
		return times.map(ExecutionTimes::p95Ms)
			.flatMap((ms) -> ms.isPresent() ? Optional.of(ms.getAsLong()) : Optional.empty());
	}

	/**
	 * An agent in a ranking, over the 30 calendar days before today.
	 *
	 * @param agent the agent
	 * @param totalExecutions all its executions
	 * @param successRate percent of the finished ones
	 * @param errorRate percent of the finished ones
	 * @param p95Ms the 95th percentile; null without timed executions, or if what is
	 * stored of them cannot be read
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	record Ranked(AgentName agent, long totalExecutions, double successRate, double errorRate, Optional<Long> p95Ms) {

		static Ranked of(RankedAgent ranked) {
			return new Ranked(new AgentName(ranked.agent().id(), ranked.agent().name()), ranked.totalExecutions(),
					ranked.successRate(), ranked.errorRate(), p95MsOf(ranked.metrics().times()));
		}

	}

	/**
	 * An agent.
	 *
	 * @param id what executions refer to it by
	 * @param name what people call it
	 */
	record AgentName(UUID id, String name) {
	}

	/**
	 * One day of all agents.
	 *
	 * @param date the day
	 * @param aggregated whether it is closed; its numbers are zero until then
	 * @param totalExecutions all executions
	 * @param successfulExecutions the successful ones
	 * @param failedExecutions the failed ones
	 * @param successRate percent of the finished ones
	 * @param p95Ms the 95th percentile; null without timed executions, or if what is
	 * stored of them cannot be read
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	record Day(LocalDate date, boolean aggregated, long totalExecutions, long successfulExecutions,
			long failedExecutions, double successRate, Optional<Long> p95Ms) {

		static Day of(TrendDay day) {
			return new Day(day.date(), day.aggregated(), day.totalExecutions(), day.successfulExecutions(),
					day.failedExecutions(), day.successRate(), p95MsOf(day.times()));
		}

	}

}
