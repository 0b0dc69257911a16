package io.agentmetrics.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

/**
 * Three GraphQL queries to paste, one of them about an agent that is really there.
 */
final class QueriesToTry {

	private QueriesToTry() {
	}

	static String of(DataSource database) throws SQLException {
		return """
				  { agentMetrics(agentId: "%s", timeRange: LAST_7_DAYS) {
				      totalExecutions successRate executionTimes { p50Ms p95Ms p99Ms } topErrors { error count } trend } }

				  { agents(first: 10) { edges { node { name
				      metrics(timeRange: LAST_30_DAYS, metricType: AGGREGATED) { totalExecutions errorRate trend } } } } }

				  { dashboard { totalExecutions24h averageSuccessRate
				      agentsWithIssues { agent { name } errorRate p95Ms } executionTrends { date totalExecutions successRate } } }
				"""
			.formatted(agentInTrouble(database));
	}

	/** The agent with the most failures of the last week has the most to show. */
	private static String agentInTrouble(DataSource database) throws SQLException {
		try (Connection connection = database.getConnection();
				PreparedStatement statement = connection.prepareStatement("""
						select agent_id from agent_executions
						where execution_start >= now() - interval '7 days' and error_message is not null
						group by agent_id order by count(*) desc, agent_id limit 1
						""");
				ResultSet result = statement.executeQuery()) {
			return result.next() ? result.getString(1) : "00000000-0000-0000-0000-000000000000";
		}
	}

}
