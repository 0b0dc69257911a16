package io.agentmetrics.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import io.agentmetrics.demo.sample.SampleAgents;

/**
 * Four GraphQL queries to paste, two of them about agents and releases that are really
 * there.
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

				%s"""
			.formatted(agentInTrouble(database), comparison(database));
	}

	/** Of the two last releases of an agent whose releases differ. */
	private static String comparison(DataSource database) throws SQLException {
		UUID agent = SampleAgents.idOf(SampleAgents.WITH_WORSE_RELEASES);
		List<String> versions = new ArrayList<>();
		try (Connection connection = database
			.getConnection(); PreparedStatement statement = connection.prepareStatement("""
					select agent_version from agent_executions
					where agent_id = ? and execution_start >= now() - interval '30 days' and agent_version is not null
					group by agent_version order by max(execution_start) desc limit 2
					""")) {
			statement.setObject(1, agent);
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					versions.add(result.getString(1));
				}
			}
		}
		return (versions.size() < 2) ? ""
				: """
						  { compare(agentId: "%s",
						      baseline: { timeRange: LAST_30_DAYS, filter: { versions: ["%s"] } },
						      candidate: { timeRange: LAST_30_DAYS, filter: { versions: ["%s"] } }) {
						      summary successRate { sentence } executionTime { sentence } tokens { sentence } cost { sentence } } }
						"""
					.formatted(agent, versions.getLast(), versions.getFirst());
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
