package io.agentmetrics.otlp.store;

import java.nio.charset.StandardCharsets;
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
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Runs as executions: what {@code store_executions()}, the one door to the table, makes
 * of them.
 */
final class RunTable {

	/** One source for all services, so that files and the receiver make the same ids. */
	private static final String REGISTER = """
			insert into execution_sources (name, statuses)
			select '%1$s', jsonb_object_agg(lower(status collate "C"), status)
			from unnest(array['RUNNING', 'COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED']) status
			having not exists (select from execution_sources where name = '%1$s')
			on conflict do nothing
			""".formatted(SpanStore.SOURCE);

	private static final String EXECUTIONS = """
			array(
				select row(key, agent, agent_name, user_key, status, started, ended, null, error_type, error_message, release,
					environment, input_tokens, output_tokens, cached_input_tokens, null, trace_id)::foreign_execution
				from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::text[],
					?::text[], ?::text[], ?::text[], ?::numeric[], ?::numeric[], ?::numeric[], ?::text[]) with ordinality as given
					(key, agent, agent_name, user_key, status, started, ended, error_type, error_message, release, environment,
					input_tokens, output_tokens, cached_input_tokens, trace_id, position)
				order by position)
			""";

	private static final String JUDGE = """
			select ordinal, reason from execution_sources, mapped_executions(name, statuses, %s)
			where execution_sources.name = '%s' and reason is not null
			""".formatted(EXECUTIONS, SpanStore.SOURCE);

	private static final String STORE = """
			select store_executions(id, %s, %s) from execution_sources where name = '%s'
			""".formatted(EXECUTIONS, EXECUTIONS, SpanStore.SOURCE);

	private static final String KNOWN_AGENTS = """
			select id from agents where id = any (?::uuid[])
			""";

	private static final List<Function<StoredRun, @Nullable Object>> COLUMNS = List.of(StoredRun::key,
			StoredRun::agentKey, StoredRun::agent, StoredRun::user, StoredRun::status, StoredRun::started,
			StoredRun::ended, StoredRun::errorType, StoredRun::errorMessage, StoredRun::release, StoredRun::environment,
			(run) -> run.tokens().input(), (run) -> run.tokens().output(), (run) -> run.tokens().cachedInput(),
			StoredRun::traceId);

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
		Map<String, String> ids = new HashMap<>();
		keys.forEach((key) -> ids.put(agentId(key), key));
		Set<String> known = new HashSet<>();
		try (PreparedStatement statement = connection.prepareStatement(KNOWN_AGENTS)) {
			Columns.bind(statement, 1, ids.keySet(), (id) -> id);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					known.add(Objects.requireNonNull(ids.get(row.getString(1))));
				}
			}
		}
		return known;
	}

	/**
	 * As {@code source_uuid()} makes it of a key that is no UUID itself, which no agent's
	 * is. There, thousands of names that somebody has made up take a fifth of a second.
	 */
	private static String agentId(String key) {
		return UUID.nameUUIDFromBytes((SpanStore.SOURCE + ":" + key).getBytes(StandardCharsets.UTF_8)).toString();
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
	 * @return why runs are not stored, by their keys
	 */
	static Map<String, String> store(Connection connection, List<StoredRun> runs, List<StoredRun> gone)
			throws SQLException {
		if (runs.isEmpty() && gone.isEmpty()) {
			return Map.of();
		}
		Savepoint before = connection.setSavepoint();
		try (PreparedStatement statement = connection.prepareStatement(STORE)) {
			bind(statement, 1, runs);
			bind(statement, 1 + COLUMNS.size(), gone);
			statement.execute();
		}
		catch (SQLException ex) {
			if (!isFaultOfData(ex) || runs.isEmpty()) {
				throw ex;
			}
			connection.rollback(before);
			// else each of those that follow would lie inside it
			connection.releaseSavepoint(before);
			return (runs.size() == 1 && gone.size() <= 1) ? refused(runs.getFirst(), ex)
					: storeHalves(connection, runs, gone);
		}
		connection.releaseSavepoint(before);
		return Map.of();
	}

	private static Map<String, String> storeHalves(Connection connection, List<StoredRun> runs, List<StoredRun> gone)
			throws SQLException {
		Map<String, String> faults = new HashMap<>();
		Set<String> keys = runs.stream().map(StoredRun::key).collect(Collectors.toSet());
		// what is only gone cannot be refused
		store(connection, List.of(), gone.stream().filter((run) -> !keys.contains(run.key())).toList());
		int middle = (runs.size() + 1) / 2;
		for (List<StoredRun> half : List.of(runs.subList(0, middle), runs.subList(middle, runs.size()))) {
			Set<String> own = half.stream().map(StoredRun::key).collect(Collectors.toSet());
			faults.putAll(store(connection, half, gone.stream().filter((run) -> own.contains(run.key())).toList()));
		}
		return faults;
	}

	private static Map<String, String> refused(StoredRun run, SQLException ex) {
		return Map.of(run.key(),
				"the database refuses it: " + String.valueOf(ex.getMessage()).lines().findFirst().orElse(""));
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
