package io.agentmetrics.otlp.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.agentmetrics.otlp.RefusedSpan;
import io.agentmetrics.otlp.SpanReading;
import io.agentmetrics.otlp.TraceSpan;

/**
 * Stores spans, and the executions that the spans of their traces are. What is stored
 * depends on which spans have come, not on their order or how often.
 *
 * @param sameNameIsSameRun whether a run inside a run of the same agent is the same run
 * @param newAgentsPerHour how many agents a service may bring in an hour of the clock, or
 * {@link #ANY_NUMBER}; all services together may bring ten times as many
 * @param keep how long the spans of a trace are kept at least after the last one came
 */
public record SpanStore(boolean sameNameIsSameRun, int newAgentsPerHour, Duration keep) {

	/** The name of the source that all spans are of, whichever way they come in. */
	public static final String SOURCE = "otlp";

	/** New agents are neither limited nor counted. */
	public static final int ANY_NUMBER = Integer.MAX_VALUE;

	/**
	 * How many spans a trace may have: each part that comes reads those that came before.
	 */
	static final int MOST_SPANS_PER_TRACE = 10_000;

	/** Of several traces, so many spans are held at once. */
	private static final int MOST_SPANS_LOADED = 2 * MOST_SPANS_PER_TRACE;

	/**
	 * How often the runs of traces are found at most: each time those that cannot be
	 * stored are left out, so that they take nothing with them.
	 */
	private static final int MOST_TIMES = 4;

	/**
	 * Stores what was read of some spans.
	 * @param connection in a transaction, which the caller commits
	 * @return what became of them
	 */
	public Receipt store(Connection connection, Collection<? extends SpanReading> readings) throws SQLException {
		Receipt receipt = new Receipt();
		List<TraceSpan> spans = new ArrayList<>();
		for (SpanReading reading : readings) {
			switch (reading) {
				case RefusedSpan refused -> receipt.reject(refused);
				case TraceSpan span -> spans.add(span);
			}
		}
		NewAgents newAgents = new NewAgents(connection, this.newAgentsPerHour);
		Map<String, String> faults = newAgents.faults(spans);
		Map<String, List<TraceSpan>> traces = new TreeMap<>();
		for (TraceSpan span : spans) {
			String fault = !faults.isEmpty() && NewAgents.isSurelyOfAnAgent(span) ? faults.get(span.agentKey()) : null;
			if (fault != null) {
				receipt.reject(span, fault);
			}
			else {
				traces.computeIfAbsent(span.traceId(), (trace) -> new ArrayList<>()).add(span);
			}
		}
		if (!traces.isEmpty()) {
			storeTraces(connection, traces, newAgents, receipt);
		}
		ReceiptTable.add(connection, receipt);
		return receipt;
	}

	private void storeTraces(Connection connection, Map<String, List<TraceSpan>> traces, NewAgents newAgents,
			Receipt receipt) throws SQLException {
		Map<String, Long> before = SpanTable.lock(connection, traces, this.keep);
		Map<String, List<TraceSpan>> part = new HashMap<>();
		long loaded = 0;
		for (Map.Entry<String, List<TraceSpan>> trace : traces.entrySet()) {
			long more = Math.min(before.getOrDefault(trace.getKey(), 0L), MOST_SPANS_PER_TRACE);
			if (loaded + more > MOST_SPANS_LOADED) {
				storePart(connection, part, before, newAgents, receipt);
				part.clear();
				loaded = 0;
			}
			part.put(trace.getKey(), trace.getValue());
			loaded += more;
		}
		storePart(connection, part, before, newAgents, receipt);
	}

	/**
	 * Stores spans of traces that are locked.
	 * @param before how many spans of each had come, if any
	 */
	private void storePart(Connection connection, Map<String, List<TraceSpan>> traces, Map<String, Long> before,
			NewAgents newAgents, Receipt receipt) throws SQLException {
		Map<String, Map<String, StoredSpan>> stored = SpanTable.load(connection,
				traces.keySet().stream().filter(before::containsKey).toList());
		Map<String, String> faults = new HashMap<>();
		List<TraceUpdate> updates;
		Map<String, String> more;
		int times = 0;
		do {
			// without those that cannot be stored there are other runs
			updates = updates(traces, stored, faults);
			more = storeRuns(connection, updates, newAgents, ++times == MOST_TIMES);
			faults.putAll(more);
		}
		while (!more.isEmpty() && times < MOST_TIMES);
		Map<Boolean, List<StoredSpan>> changes = updates.stream()
			.flatMap((update) -> update.changes().stream())
			.collect(Collectors.partitioningBy((row) -> isStored(stored, row)));
		SpanTable.insert(connection, changes.getOrDefault(false, List.of()));
		SpanTable.replace(connection, changes.getOrDefault(true, List.of()));
		updates.forEach((update) -> update.count(receipt));
	}

	private static boolean isStored(Map<String, Map<String, StoredSpan>> stored, StoredSpan row) {
		return stored.getOrDefault(row.span().traceId(), Map.of()).containsKey(row.span().spanId());
	}

	private List<TraceUpdate> updates(Map<String, List<TraceSpan>> traces, Map<String, Map<String, StoredSpan>> stored,
			Map<String, String> faults) {
		List<TraceUpdate> updates = new ArrayList<>();
		traces.forEach((trace, spans) -> updates.add(new TraceUpdate(stored.getOrDefault(trace, Map.of()), spans,
				faults, MOST_SPANS_PER_TRACE, this.sameNameIsSameRun)));
		return updates;
	}

	/**
	 * Stores all runs, or none if some of them cannot be.
	 * @param anyway stores the others all the same
	 * @return why runs are not stored, by their keys
	 */
	private static Map<String, String> storeRuns(Connection connection, List<TraceUpdate> updates, NewAgents newAgents,
			boolean anyway) throws SQLException {
		List<StoredRun> runs = updates.stream().flatMap((update) -> update.runs().stream()).toList();
		List<StoredRun> gone = updates.stream().flatMap((update) -> update.gone().stream()).toList();
		if (runs.isEmpty() && gone.isEmpty()) {
			return Map.of();
		}
		RunTable.registerSource(connection);
		Map<String, String> faults = new HashMap<>(RunTable.faults(connection, runs));
		faults.putAll(newAgents.judge(without(faults, runs)));
		if (!faults.isEmpty() && !anyway) {
			return faults;
		}
		Savepoint before = connection.setSavepoint();
		Map<String, String> refused = RunTable.store(connection, without(faults, runs), without(faults, gone));
		if (!refused.isEmpty() && !anyway) {
			connection.rollback(before);
		}
		connection.releaseSavepoint(before);
		faults.putAll(refused);
		if (faults.isEmpty() || anyway) {
			newAgents.count(without(faults, runs));
		}
		return faults;
	}

	private static List<StoredRun> without(Map<String, String> faults, List<StoredRun> runs) {
		return runs.stream().filter((run) -> !faults.containsKey(run.key())).toList();
	}

	/** Makes the source of all spans known to the database. */
	public void registerSource(Connection connection) throws SQLException {
		RunTable.registerSource(connection);
	}

	/**
	 * Forgets the spans of traces that need not be kept any longer, and counts that are
	 * older than 30 days; each part in a transaction of its own.
	 * @param connection without a transaction
	 */
	public void forget(Connection connection) throws SQLException {
		int forgotten;
		do {
			forgotten = SpanTable.forget(connection, MOST_SPANS_PER_TRACE);
		}
		while (forgotten > 0);
		ReceiptTable.forget(connection);
	}

}
