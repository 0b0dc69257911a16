package io.agentmetrics.otlp.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Runs as executions: what {@code store_executions()}, the one door to the table, makes
 * of them.
 */
final class RunTable {

	/** One source for all services, so that files and the receiver make the same ids. */
	private static final String REGISTER = """
			insert into execution_sources (name, statuses)
			select 'otlp', jsonb_object_agg(lower(status collate "C"), status)
			from unnest(array['RUNNING', 'COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED']) status
			having not exists (select from execution_sources where name = 'otlp')
			on conflict do nothing
			""";

	private static final String EXECUTIONS = """
			array(
				select row(key, agent, agent_name, user_key, status, started, ended, null, error_type, error_message)::foreign_execution
				from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::text[],
					?::text[]) with ordinality as given (key, agent, agent_name, user_key, status, started, ended, error_type,
					error_message, position)
				order by position)
			""";

	private static final String JUDGE = """
			select ordinal, reason from execution_sources, mapped_executions(name, statuses, %s)
			where execution_sources.name = 'otlp' and reason is not null
			""".formatted(EXECUTIONS);

	private static final String STORE = """
			select %s(id, %s, %s) from execution_sources where name = 'otlp'
			""";

	private static final String KNOWN_AGENTS = """
			select key from unnest(?::text[]) key where exists (select from agents where id = source_uuid('otlp', key))
			""";

	private static final List<Function<StoredRun, @Nullable Object>> COLUMNS = List.of(StoredRun::key,
			StoredRun::agentKey, StoredRun::agent, StoredRun::user, StoredRun::status, StoredRun::started,
			StoredRun::ended, StoredRun::errorType, StoredRun::errorMessage);

	private RunTable() {
	}

	/** Makes the source of all spans known. */
	static void registerSource(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(REGISTER)) {
			statement.executeUpdate();
		}
	}

	/** Returns which of these keys are those of agents that there are. */
	static Set<String> knownAgents(Connection connection, Set<String> keys) throws SQLException {
		Set<String> known = new HashSet<>();
		try (PreparedStatement statement = connection.prepareStatement(KNOWN_AGENTS)) {
			Columns.bind(statement, 1, keys, (key) -> key);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					known.add(row.getString(1));
				}
			}
		}
		return known;
	}

	/** Returns why runs cannot be stored, by their keys. */
	static Map<String, String> faults(Connection connection, List<StoredRun> runs) throws SQLException {
		Map<String, String> faults = new HashMap<>();
		try (PreparedStatement statement = connection.prepareStatement(JUDGE)) {
			bind(statement, 1, runs);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					faults.put(runs.get(row.getInt(1) - 1).key(), row.getString(2));
				}
			}
		}
		return faults;
	}

	/**
	 * Stores runs in place of what is stored of them. What the database refuses all the
	 * same harms no other.
	 * @param gone those that are none any more
	 */
	static void store(Connection connection, List<StoredRun> runs, List<StoredRun> gone) throws SQLException {
		if (runs.isEmpty() && gone.isEmpty()) {
			return;
		}
		Savepoint before = connection.setSavepoint();
		try {
			store(connection, "store_executions", runs, gone);
		}
		catch (SQLException ex) {
			if (!isFaultOfData(ex)) {
				throw ex;
			}
			connection.rollback(before);
			store(connection, "store_executions_singly", runs, gone);
		}
	}

	private static void store(Connection connection, String function, List<StoredRun> runs, List<StoredRun> gone)
			throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement(STORE.formatted(function, EXECUTIONS, EXECUTIONS))) {
			bind(statement, 1, runs);
			bind(statement, 1 + COLUMNS.size(), gone);
			statement.execute();
		}
	}

	/** By the classes of its states. */
	private static boolean isFaultOfData(SQLException failure) {
		return failure.getSQLState() != null && failure.getSQLState().matches("(22|23|54|P0).*");
	}

	private static void bind(PreparedStatement statement, int first, List<StoredRun> runs) throws SQLException {
		for (int i = 0; i < COLUMNS.size(); i++) {
			Columns.bind(statement, first + i, runs, COLUMNS.get(i));
		}
	}

}
