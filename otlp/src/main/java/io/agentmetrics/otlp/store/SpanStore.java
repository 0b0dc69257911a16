package io.agentmetrics.otlp.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.agentmetrics.otlp.RefusedSpan;
import io.agentmetrics.otlp.SpanReading;
import io.agentmetrics.otlp.TraceSpan;

/**
 * Stores spans, and the executions that the spans of their traces are. What is stored
 * depends on which spans have come, not on their order or how often.
 *
 * @param sameNameIsSameRun whether a run inside a run of the same agent is the same run
 * @param newAgentsPerHour how many agents a service may bring in an hour of the clock
 */
public record SpanStore(boolean sameNameIsSameRun, int newAgentsPerHour) {

	/** So few that nobody waits for long. */
	private static final int FORGOTTEN_AT_ONCE = 1_000;

	/**
	 * Stores what was read of some spans.
	 * @param connection in a transaction, which the caller commits
	 * @return what became of them
	 */
	public Receipt store(Connection connection, Collection<? extends SpanReading> readings) throws SQLException {
		Receipt receipt = new Receipt();
		Map<String, List<TraceSpan>> received = new TreeMap<>();
		for (SpanReading reading : readings) {
			switch (reading) {
				case RefusedSpan refused -> receipt.reject(refused.service(), refused.reason(), refused.name());
				case TraceSpan span -> received.computeIfAbsent(span.traceId(), (trace) -> new ArrayList<>()).add(span);
			}
		}
		if (!received.isEmpty()) {
			SpanTable.lock(connection, received.keySet());
			Map<String, Map<String, StoredSpan>> stored = SpanTable.load(connection, received.keySet());
			List<TraceUpdate> updates = new ArrayList<>();
			received.forEach((trace, spans) -> updates
				.add(new TraceUpdate(stored.getOrDefault(trace, Map.of()), spans, this.sameNameIsSameRun)));
			Map<String, String> faults = store(connection, updates);
			Map<Boolean, List<StoredSpan>> changes = updates.stream()
				.flatMap((update) -> update.changes(faults).stream())
				.collect(Collectors.partitioningBy((row) -> isStored(stored, row)));
			SpanTable.insert(connection, changes.getOrDefault(false, List.of()));
			SpanTable.replace(connection, changes.getOrDefault(true, List.of()));
			updates.forEach((update) -> update.count(receipt, faults));
		}
		ReceiptTable.add(connection, receipt);
		return receipt;
	}

	private static boolean isStored(Map<String, Map<String, StoredSpan>> stored, StoredSpan row) {
		return stored.getOrDefault(row.span().traceId(), Map.of()).containsKey(row.span().spanId());
	}

	/** Returns why runs are not stored, by their keys. */
	private Map<String, String> store(Connection connection, List<TraceUpdate> updates) throws SQLException {
		List<StoredRun> runs = updates.stream().flatMap((update) -> update.runs().stream()).toList();
		List<StoredRun> gone = updates.stream().flatMap((update) -> update.gone().stream()).toList();
		if (runs.isEmpty() && gone.isEmpty()) {
			return Map.of();
		}
		registerSource(connection);
		Map<String, String> faults = new HashMap<>(RunTable.faults(connection, runs));
		faults
			.putAll(tooManyAgents(connection, runs.stream().filter((run) -> !faults.containsKey(run.key())).toList()));
		RunTable.store(connection, runs.stream().filter((run) -> !faults.containsKey(run.key())).toList(), gone);
		return faults;
	}

	private Map<String, String> tooManyAgents(Connection connection, List<StoredRun> runs) throws SQLException {
		Set<String> keys = runs.stream().map(StoredRun::agentKey).collect(Collectors.toSet());
		Set<String> known = RunTable.knownAgents(connection, keys);
		Map<String, Set<String>> news = new TreeMap<>();
		for (StoredRun run : runs) {
			if (!known.contains(run.agentKey())) {
				news.computeIfAbsent(run.service(), (service) -> new TreeSet<>()).add(run.agentKey());
			}
		}
		for (Map.Entry<String, Set<String>> service : news.entrySet()) {
			int allowed = ReceiptTable.addNewAgents(connection, service.getKey(), service.getValue().size(),
					this.newAgentsPerHour);
			service.getValue().stream().limit(allowed).forEach(known::add);
		}
		return runs.stream()
			.filter((run) -> !known.contains(run.agentKey()))
			.collect(Collectors.toMap(StoredRun::key,
					(run) -> "its service has brought %d new agents in this hour already"
						.formatted(this.newAgentsPerHour)));
	}

	/** Makes the source {@code otlp}, of which all spans are, known to the database. */
	public void registerSource(Connection connection) throws SQLException {
		RunTable.registerSource(connection);
	}

	/**
	 * Forgets spans of traces of which nothing has come since a moment, and counts that
	 * are older than 30 days; each part in a transaction of its own.
	 * @param connection without a transaction
	 */
	public void forget(Connection connection, Instant before) throws SQLException {
		int forgotten;
		do {
			forgotten = SpanTable.forget(connection, before, FORGOTTEN_AT_ONCE);
		}
		while (forgotten == FORGOTTEN_AT_ONCE);
		ReceiptTable.forget(connection);
	}

}
