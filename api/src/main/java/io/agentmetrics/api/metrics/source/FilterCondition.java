package io.agentmetrics.api.metrics.source;

import java.util.Optional;
import java.util.Set;

import io.agentmetrics.api.metrics.ExecutionFilter;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * The condition that rows fulfil which match a filter, and the cells of days that do.
 */
public final class FilterCondition {

	/** On the columns {@code agent_version} and {@code environment}. */
	public static final String SQL = """
			(:anyVersion or agent_version = any (:versions) or :unknownVersion and agent_version is null)
				and (:anyEnvironment or environment = any (:environments) or :unknownEnvironment and environment is null)
			""";

	private FilterCondition() {
	}

	/**
	 * Returns what FROM takes to read the cells of days that match: {@code agent_metrics}
	 * as {@code day}, and a {@code cell} of it. A day with a single cell is that cell.
	 * The rest of too many cells comes, too, with {@code other}, so that it can be told
	 * of.
	 * @param columns the columns of a cell
	 */
	public static String cells(String columns) {
		return """
				agent_metrics day
				cross join lateral (
					select false as other, %1$s
					where cells = 1 and %2$s
					union all
					select other, %1$s
					from agent_metric_cells
					where agent_id = day.agent_id and metric_date = day.metric_date and day.cells > 1 and (other or %2$s)
				) cell
				"""
			.formatted(columns, SQL);
	}

	/**
	 * Returns what FROM takes to read the same of many agents, without looking each of
	 * their days up. The days are closed: of others, cells say nothing of themselves.
	 * @param columns the columns of a cell
	 */
	public static String cellsOfMany(String columns) {
		return """
				(
					select agent_id, metric_date, provisional, false as other, %1$s
					from agent_metrics
					where cells = 1 and %2$s
					union all
					select agent_id, metric_date, false, other, %1$s
					from agent_metric_cells
					where other or %2$s
				)
				""".formatted(columns, SQL);
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
