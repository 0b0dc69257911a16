package io.agentmetrics.otlp.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.otlp.SpanRole;
import io.agentmetrics.otlp.TokenUsage;
import io.agentmetrics.otlp.TraceSpan;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code received_traces} and {@code received_spans}.
 */
final class SpanTable {

	/** In one order, so that of two transactions one waits for the other. */
	private static final String LOCK = """
			insert into received_traces (trace_id, received_at)
			select trace_id, now() from unnest(?::uuid[]) trace_id order by trace_id
			on conflict (trace_id) do update set received_at = excluded.received_at
			""";

	private static final String LOAD = """
			select trace_id, span_id, parent_id, role, client, service, agent, agent_id, started, ended, status, error_type,
				error_message, user_key, release, environment, input_tokens, output_tokens, cached_input_tokens, run_agent,
				run_started
			from received_spans
			where trace_id = any (?::uuid[])
			""";

	/** Nobody else writes spans of a trace that is locked, so there is no conflict. */
	private static final String INSERT = """
			insert into received_spans (trace_id, span_id, parent_id, role, client, service, agent, agent_id, started, ended,
				status, error_type, error_message, user_key, release, environment, input_tokens, output_tokens,
				cached_input_tokens, run_agent, run_started)
			select * from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::boolean[], ?::text[], ?::text[], ?::text[],
				?::timestamptz[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
				?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::timestamptz[])
			""";

	/** Looking for conflicts costs more, so it is for those that are there. */
	private static final String REPLACE = INSERT + """
			on conflict (trace_id, span_id) do update
				set parent_id = excluded.parent_id, role = excluded.role, client = excluded.client,
					service = excluded.service, agent = excluded.agent, agent_id = excluded.agent_id,
					started = excluded.started, ended = excluded.ended, status = excluded.status,
					error_type = excluded.error_type, error_message = excluded.error_message,
					user_key = excluded.user_key, release = excluded.release, environment = excluded.environment,
					input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
					cached_input_tokens = excluded.cached_input_tokens, run_agent = excluded.run_agent,
					run_started = excluded.run_started
			""";

	private static final String FORGET = """
			with old as (
				select trace_id from received_traces where received_at < ?::timestamptz order by received_at limit ?
				for update skip locked
			),
			spans as (
				delete from received_spans using old where received_spans.trace_id = old.trace_id
			)
			delete from received_traces using old where received_traces.trace_id = old.trace_id
			""";

	private static final List<Function<StoredSpan, @Nullable Object>> COLUMNS = List.of((row) -> row.span().traceId(),
			(row) -> row.span().spanId(), (row) -> row.span().parentId(), (row) -> row.span().role(),
			(row) -> row.span().client(), (row) -> row.span().service(), (row) -> row.span().agent(),
			(row) -> row.span().agentId(), (row) -> row.span().start(), (row) -> row.span().end(),
			(row) -> row.span().status(), (row) -> row.span().errorType(), (row) -> row.span().errorMessage(),
			(row) -> row.span().user(), (row) -> row.span().release(), (row) -> row.span().environment(),
			(row) -> row.span().tokens().input(), (row) -> row.span().tokens().output(),
			(row) -> row.span().tokens().cachedInput(), StoredSpan::runAgent, StoredSpan::runStarted);

	private SpanTable() {
	}

	/**
	 * Makes whoever else stores spans of these traces wait for the end of the
	 * transaction.
	 */
	static void lock(Connection connection, Collection<String> traces) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
			Columns.bind(statement, 1, traces, (trace) -> trace);
			statement.executeUpdate();
		}
	}

	/** Returns the spans of traces by the ids of the traces and of the spans. */
	static Map<String, Map<String, StoredSpan>> load(Connection connection, Collection<String> traces)
			throws SQLException {
		Map<String, Map<String, StoredSpan>> spans = new HashMap<>();
		try (PreparedStatement statement = connection.prepareStatement(LOAD)) {
			Columns.bind(statement, 1, traces, (trace) -> trace);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					StoredSpan stored = stored(row);
					spans.computeIfAbsent(stored.span().traceId(), (trace) -> new HashMap<>())
						.put(stored.span().spanId(), stored);
				}
			}
		}
		return spans;
	}

	private static StoredSpan stored(ResultSet row) throws SQLException {
		TraceSpan span = new TraceSpan(row.getString("trace_id").replace("-", ""), row.getString("span_id"),
				row.getString("parent_id"), SpanRole.valueOf(row.getString("role")), row.getBoolean("client"),
				row.getString("service"), row.getString("agent"), row.getString("agent_id"),
				row.getObject("started", OffsetDateTime.class).toInstant(), instant(row, "ended"),
				ExecutionStatus.valueOf(row.getString("status")), row.getString("error_type"),
				row.getString("error_message"), row.getString("user_key"), row.getString("release"),
				row.getString("environment"), new TokenUsage(row.getObject("input_tokens", Long.class),
						row.getObject("output_tokens", Long.class), row.getObject("cached_input_tokens", Long.class)));
		return new StoredSpan(span, row.getString("run_agent"), instant(row, "run_started"));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	/** Adds spans of traces that are locked. */
	static void insert(Connection connection, List<StoredSpan> spans) throws SQLException {
		write(connection, INSERT, spans);
	}

	/** Stores spans in place of what is stored of them. */
	static void replace(Connection connection, List<StoredSpan> spans) throws SQLException {
		write(connection, REPLACE, spans);
	}

	private static void write(Connection connection, String sql, List<StoredSpan> spans) throws SQLException {
		if (spans.isEmpty()) {
			return;
		}
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < COLUMNS.size(); i++) {
				Columns.bind(statement, i + 1, spans, COLUMNS.get(i));
			}
			statement.executeUpdate();
		}
	}

	/**
	 * Forgets traces of which nothing has come since a moment.
	 * @param most how many at once
	 * @return how many there were
	 */
	static int forget(Connection connection, Instant before, int most) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
			statement.setString(1, before.toString());
			statement.setInt(2, most);
			return statement.executeUpdate();
		}
	}

}
