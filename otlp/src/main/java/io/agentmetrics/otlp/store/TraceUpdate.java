package io.agentmetrics.otlp.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.agentmetrics.otlp.AgentRun;
import io.agentmetrics.otlp.TraceRuns;
import io.agentmetrics.otlp.TraceSpan;

/**
 * What spans that came in change of their trace.
 */
final class TraceUpdate {

	private final Map<String, StoredSpan> stored;

	private final List<TraceSpan> received;

	/** All spans that have ever come, by their ids. */
	private final Map<String, TraceSpan> spans = new HashMap<>();

	/** The ids of those that are new or not as they were. */
	private final Set<String> changed = new HashSet<>();

	private final Map<String, AgentRun> runs = new HashMap<>();

	private final Set<String> merged = new HashSet<>();

	TraceUpdate(Map<String, StoredSpan> stored, List<TraceSpan> received, boolean sameNameIsSameRun) {
		this.stored = stored;
		this.received = received;
		stored.forEach((id, row) -> this.spans.put(id, row.span()));
		for (TraceSpan span : received) {
			TraceSpan before = this.spans.get(span.spanId());
			TraceSpan after = (before != null) ? before.merge(span) : span;
			if (!after.equals(before)) {
				this.spans.put(span.spanId(), after);
				this.changed.add(span.spanId());
			}
		}
		TraceRuns trace = TraceRuns.of(this.spans.values(), sameNameIsSameRun);
		trace.runs().forEach((run) -> this.runs.put(run.span().spanId(), run));
		this.merged.addAll(trace.merged());
	}

	/** Returns the runs that may have to be stored: none if nothing has changed. */
	List<StoredRun> runs() {
		return this.runs.values()
			.stream()
			.filter((run) -> !this.changed.isEmpty() || !isStored(run.span().spanId()))
			.map(StoredRun::of)
			.toList();
	}

	/** Returns the runs that are stored, and are none any more. */
	List<StoredRun> gone() {
		return this.stored.values()
			.stream()
			.filter(StoredSpan::isRun)
			.filter((row) -> !isStored(row.span().spanId()))
			.map(StoredRun::gone)
			.toList();
	}

	/** Whether there is a run that is stored as the same agent's, with the same start. */
	private boolean isStored(String id) {
		AgentRun run = this.runs.get(id);
		StoredSpan row = this.stored.get(id);
		return run != null && row != null && run.agentKey().equals(row.runAgent())
				&& run.span().start().equals(row.runStarted());
	}

	/**
	 * Returns the rows that are not as they are stored.
	 * @param faults why runs are not stored, by their keys
	 */
	List<StoredSpan> changes(Map<String, String> faults) {
		List<StoredSpan> changes = new ArrayList<>();
		this.spans.forEach((id, span) -> {
			AgentRun run = this.runs.get(id);
			StoredSpan row = (run != null && (!faults.containsKey(span.key()) || isStored(id)))
					? new StoredSpan(span, run.agentKey(), span.start()) : new StoredSpan(span, null, null);
			if (!row.equals(this.stored.get(id))) {
				changes.add(row);
			}
		});
		return changes;
	}

	/** Counts what became of each span that came in. */
	void count(Receipt receipt, Map<String, String> faults) {
		Set<String> seen = new HashSet<>();
		for (TraceSpan span : this.received) {
			String fault = faults.get(span.key());
			if (!seen.add(span.spanId())) {
				receipt.count(span.service(), Receipt.REPEATED);
			}
			else if (fault != null) {
				receipt.reject(span.service(), fault, "%s (%s)".formatted(span.agent(), span.spanId()));
			}
			else if (!this.changed.contains(span.spanId())) {
				receipt.count(span.service(), Receipt.REPEATED);
			}
			else if (this.runs.containsKey(span.spanId())) {
				receipt.count(span.service(), Receipt.RUN);
			}
			else {
				receipt.count(span.service(), this.merged.contains(span.spanId()) ? Receipt.MERGED : Receipt.NO_AGENT);
			}
		}
	}

}
