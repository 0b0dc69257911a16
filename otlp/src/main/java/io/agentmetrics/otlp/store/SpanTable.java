package io.agentmetrics.otlp.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.db.copy.BinaryCopyWriter;
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
			insert into received_traces as traces (trace_id, kept_until, spans)
			select trace_id, now() + ?::interval, spans from unnest(?::uuid[], ?::bigint[]) as given (trace_id, spans)
			order by trace_id
			on conflict (trace_id) do update
				set kept_until = greatest(traces.kept_until, excluded.kept_until), spans = traces.spans + excluded.spans
			returning trace_id, spans
			""";

	private static final String COLUMNS = """
			trace_id, span_id, parent_id, role, client, service, agent, agent_id, started, ended, status, error_type,
			error_message, user_key, release, environment, input_tokens, output_tokens, cached_input_tokens, run_agent,
			run_started, run_input_tokens, run_output_tokens, run_cached_input_tokens
			""";

	private static final String LOAD = """
			select %s from received_spans where trace_id = any (?::uuid[])
			""".formatted(COLUMNS);

	private static final String INSERT = """
			copy received_spans (%s) from stdin (format binary)
			""".formatted(COLUMNS);

	private static final String REMOVE = """
			delete from received_spans using unnest(?::uuid[], ?::text[]) as given (trace_id, span_id)
			where received_spans.trace_id = given.trace_id and received_spans.span_id = given.span_id
			""";

	/**
	 * So few at once that nobody waits for long: at least one trace, however many spans
	 * it has.
	 */
	private static final String FORGET = """
			with due as (
				select trace_id, spans from received_traces where kept_until < now() order by kept_until limit 1000
				for update skip locked
			), old as (
				select trace_id from (
					select trace_id, sum(spans) over (order by trace_id rows unbounded preceding) - spans as before
					from due) due
				where before < ?
			), spans as (
				delete from received_spans using old where received_spans.trace_id = old.trace_id
			)
			delete from received_traces using old where received_traces.trace_id = old.trace_id
			""";

	private static final int COLUMN_COUNT = 24;

	private SpanTable() {
	}

	/**
	 * Makes whoever else stores spans of these traces wait for the end of the
	 * transaction.
	 * @param received by the ids of their traces
	 * @param keep how long they are kept from now on
	 * @return how many spans of a trace had come before, however often each, by the ids
	 * of those traces of which some had
	 */
	static Map<String, Long> lock(Connection connection, Map<String, List<TraceSpan>> received, Duration keep)
			throws SQLException {
		Map<String, Long> before = new HashMap<>();
		try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
			statement.setString(1, keep.toString());
			Columns.bind(statement, 2, received.keySet(), (trace) -> trace);
			Columns.bind(statement, 3, received.values(), List::size);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					String trace = traceId(row);
					long count = row.getLong("spans") - received.getOrDefault(trace, List.of()).size();
					if (count > 0) {
						before.put(trace, count);
					}
				}
			}
		}
		return before;
	}

	/** Returns the spans of traces by the ids of the traces and of the spans. */
	static Map<String, Map<String, StoredSpan>> load(Connection connection, Collection<String> traces)
			throws SQLException {
		Map<String, Map<String, StoredSpan>> spans = new HashMap<>();
		if (traces.isEmpty()) {
			return spans;
		}
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

	private static String traceId(ResultSet row) throws SQLException {
		return row.getString("trace_id").replace("-", "");
	}

	private static StoredSpan stored(ResultSet row) throws SQLException {
		TraceSpan span = new TraceSpan(traceId(row), row.getString("span_id"), row.getString("parent_id"),
				SpanRole.valueOf(row.getString("role")), row.getBoolean("client"), row.getString("service"),
				row.getString("agent"), row.getString("agent_id"),
				row.getObject("started", OffsetDateTime.class).toInstant(), instant(row, "ended"),
				ExecutionStatus.valueOf(row.getString("status")), row.getString("error_type"),
				row.getString("error_message"), row.getString("user_key"), row.getString("release"),
				row.getString("environment"), tokens(row, ""));
		return new StoredSpan(span, row.getString("run_agent"), instant(row, "run_started"), tokens(row, "run_"));
	}

	private static TokenUsage tokens(ResultSet row, String prefix) throws SQLException {
		return new TokenUsage(row.getObject(prefix + "input_tokens", Long.class),
				row.getObject(prefix + "output_tokens", Long.class),
				row.getObject(prefix + "cached_input_tokens", Long.class));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	/**
	 * Adds spans of traces that are locked: nobody else writes them, so there is no
	 * conflict.
	 */
	static void insert(Connection connection, List<StoredSpan> rows) throws SQLException {
		if (rows.isEmpty()) {
			return;
		}
		try (BinaryCopyWriter copy = new BinaryCopyWriter(connection, INSERT)) {
			for (StoredSpan row : rows) {
				write(copy.row(COLUMN_COUNT), row);
			}
			copy.finish();
		}
	}

	private static void write(BinaryCopyWriter copy, StoredSpan row) throws SQLException {
		TraceSpan span = row.span();
		copy.uuid(uuid(span.traceId()))
			.text(span.spanId())
			.text(span.parentId())
			.text(span.role().name())
			.bool(span.client())
			.text(span.service())
			.text(span.agent())
			.text(span.agentId())
			.timestamp(span.start())
			.timestamp(span.end())
			.text(span.status().name())
			.text(span.errorType())
			.text(span.errorMessage())
			.text(span.user())
			.text(span.release())
			.text(span.environment());
		write(copy, span.tokens());
		copy.text(row.runAgent()).timestamp(row.runStarted());
		write(copy, row.runTokens());
	}

	private static void write(BinaryCopyWriter copy, TokenUsage tokens) throws SQLException {
		copy.int8(tokens.input()).int8(tokens.output()).int8(tokens.cachedInput());
	}

	private static UUID uuid(String hex) {
		return new UUID(HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
	}

	/** Stores spans in place of what is stored of them. */
	static void replace(Connection connection, List<StoredSpan> rows) throws SQLException {
		if (rows.isEmpty()) {
			return;
		}
		try (PreparedStatement statement = connection.prepareStatement(REMOVE)) {
			Columns.bind(statement, 1, rows, (row) -> row.span().traceId());
			Columns.bind(statement, 2, rows, (row) -> row.span().spanId());
			statement.executeUpdate();
		}
		insert(connection, rows);
	}

	/**
	 * Forgets traces that need not be kept any longer.
	 * @param enough how many spans are enough for once
	 * @return how many traces there were
	 */
	static int forget(Connection connection, int enough) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
			statement.setInt(1, enough);
			return statement.executeUpdate();
		}
	}

}
