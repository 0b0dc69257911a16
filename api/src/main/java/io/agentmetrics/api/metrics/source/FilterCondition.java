package io.agentmetrics.api.metrics.source;

import java.util.Optional;
import java.util.Set;

import io.agentmetrics.api.metrics.ExecutionFilter;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * The condition that rows fulfil which match a filter.
 */
public final class FilterCondition {

	/** On the columns {@code agent_version} and {@code environment}. */
	public static final String SQL = """
			(:anyVersion or agent_version = any (:versions) or :unknownVersion and agent_version is null)
				and (:anyEnvironment or environment = any (:environments) or :unknownEnvironment and environment is null)
			""";

	private FilterCondition() {
	}

	/** Sets the condition's parameters, also of a statement without it. */
	public static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec statement, ExecutionFilter filter) {
		return statement.param("anyVersion", filter.versions().isEmpty())
			.param("versions", names(filter.versions()))
			.param("unknownVersion", isUnknown(filter.versions()))
			.param("anyEnvironment", filter.environments().isEmpty())
			.param("environments", names(filter.environments()))
			.param("unknownEnvironment", isUnknown(filter.environments()));
	}

	private static SqlArrayValue names(Optional<ExecutionFilter.Choice> choice) {
		return new SqlArrayValue("text", choice.map(ExecutionFilter.Choice::names).orElse(Set.of()).toArray());
	}

	private static boolean isUnknown(Optional<ExecutionFilter.Choice> choice) {
		return choice.filter(ExecutionFilter.Choice::unknown).isPresent();
	}

}
