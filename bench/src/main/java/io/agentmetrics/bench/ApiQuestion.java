package io.agentmetrics.bench;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a client asks, and how long the answer may take.
 *
 * @param name what it is
 * @param barMs the most milliseconds the median may be
 * @param query the GraphQL document
 */
record ApiQuestion(String name, int barMs, String query) {

	private static final int CACHED_BAR_MS = 2;

	private static final String METRICS = """
			totalExecutions successfulExecutions failedExecutions successRate errorRate trend \
			executionTimes { count avgMs minMs maxMs p50Ms p95Ms p99Ms exact rankErrorPercent { p50 p95 p99 } } \
			topErrors { error count } provenance { from to zone aggregatedThrough computedAt }""";

	private static final String DASHBOARD = """
			totalAgents totalExecutions24h totalExecutions7d totalExecutions30d averageSuccessRate \
			topPerformingAgents(first: 10) { agent { id name } totalExecutions successRate errorRate p95Ms } \
			agentsWithIssues(first: 10) { agent { id name } totalExecutions successRate errorRate p95Ms }""";

	/**
	 * Questions to ask while nothing is kept.
	 * @return each with the bar for an answer that has to be computed
	 */
	static List<ApiQuestion> uncached() {
		Stream<ApiQuestion> one = Stream.of(
				agent("REALTIME, 10,000 executions in 7 days", 10, GeneratedHistory.TEN_THOUSAND, "LAST_7_DAYS",
						"REALTIME"),
				agent("HYBRID, the busiest agent's 90 days", 25, GeneratedHistory.BUSIEST, "LAST_90_DAYS", "HYBRID"),
				agent("AGGREGATED, 90 days with 100 executions each", 5, GeneratedHistory.ORDINARY, "LAST_90_DAYS",
						"AGGREGATED"),
				agent("AGGREGATED, the busiest agent's 90 days", 5, GeneratedHistory.BUSIEST, "LAST_90_DAYS",
						"AGGREGATED"),
				new ApiQuestion("dashboard of all agents, 90 days", 100, "{ dashboard { " + DASHBOARD
						+ " executionTrends(timeRange: LAST_90_DAYS) "
						+ "{ date aggregated totalExecutions successfulExecutions failedExecutions successRate p95Ms } } }"));
		Stream<ApiQuestion> hundred = Stream.of("REALTIME", "HYBRID", "AGGREGATED")
			.map((type) -> new ApiQuestion(type + ", 100 agents, 7 days", 150,
					"{ agents(first: 100) { edges { node { name metrics(timeRange: LAST_7_DAYS, metricType: %s) { %s } } } } }"
						.formatted(type, METRICS)));
		return Stream.concat(one, hundred).toList();
	}

	/**
	 * Questions about one of the releases, to ask while nothing is kept.
	 * @return each with the bar for an answer that has to be computed
	 */
	static List<ApiQuestion> ofRelease() {
		String filter = "filter: { versions: [\"v2.0\"], environments: [\"production\"] }";
		Stream<ApiQuestion> one = Stream.of(GeneratedHistory.ORDINARY, GeneratedHistory.BUSIEST)
			.map((agent) -> new ApiQuestion("AGGREGATED, 90 days of %s, one release".formatted(agent), 8,
					"{ agentMetrics(agentId: \"%s\", timeRange: LAST_90_DAYS, metricType: AGGREGATED, %s) { %s } }"
						.formatted(GeneratedHistory.agentId(agent), filter, METRICS)));
		ApiQuestion dashboard = new ApiQuestion("dashboard of all agents, one release", 1_000,
				"{ dashboard(%s) { %s } }".formatted(filter, DASHBOARD));
		ApiQuestion all = new ApiQuestion("dashboard of all agents, the same fields", 100,
				"{ dashboard { %s } }".formatted(DASHBOARD));
		ApiQuestion agents = new ApiQuestion("agents of one release by executions", 1_000,
				"{ agents(first: 20, orderBy: EXECUTIONS, %s) { totalCount edges { node { name } } } }"
					.formatted(filter));
		return Stream.concat(one, Stream.of(dashboard, all, agents)).toList();
	}

	/**
	 * Questions to ask of an API whose settings name an objective for all agents.
	 * @param daysAreKept whether the API keeps what closed days have to say
	 * @return each with the bar for an answer that has to be computed
	 */
	static List<ApiQuestion> objectives(boolean daysAreKept) {
		return List.of(new ApiQuestion("objectives of all agents, 28 days" + (daysAreKept ? ", closed days kept" : ""),
				100, "{ objectives(first: 100) { totalCount edges { node { agent { name } status attainedPercent "
						+ "budgetLeft budgetLeftPercent burnRates { hours rate budgetGoneAt } } } } }"));
	}

	/**
	 * Questions to ask again and again, in equal shares.
	 * @return each with the bar for an answer from a cache
	 */
	static List<ApiQuestion> cached() {
		return List.of(
				agent("cached REALTIME", CACHED_BAR_MS, GeneratedHistory.TEN_THOUSAND, "LAST_7_DAYS", "REALTIME"),
				agent("cached HYBRID", CACHED_BAR_MS, GeneratedHistory.BUSIEST, "LAST_90_DAYS", "HYBRID"),
				agent("cached AGGREGATED", CACHED_BAR_MS, GeneratedHistory.BUSIEST, "LAST_90_DAYS", "AGGREGATED"),
				new ApiQuestion("cached dashboard", CACHED_BAR_MS, "{ dashboard { " + DASHBOARD + " } }"));
	}

	private static ApiQuestion agent(String name, int barMs, String agent, String timeRange, String metricType) {
		UUID id = GeneratedHistory.agentId(agent);
		return new ApiQuestion(name, barMs, "{ agentMetrics(agentId: \"%s\", timeRange: %s, metricType: %s) { %s } }"
			.formatted(id, timeRange, metricType, METRICS));
	}

}
