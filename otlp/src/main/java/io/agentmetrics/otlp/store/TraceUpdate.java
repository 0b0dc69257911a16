package io.agentmetrics.otlp.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

	private final Map<String, String> faults;

	private final int mostSpans;

	/** All spans that have ever come and are kept, by their ids, as they came. */
	private final Map<String, TraceSpan> spans = new LinkedHashMap<>();

	/** The ids of those that are new or not as they were. */
	private final Set<String> changed = new HashSet<>();

	private final Map<String, AgentRun> runs = new HashMap<>();

	/** Those that had been found before these spans came. */
	private final Map<String, StoredRun> runsBefore = new HashMap<>();

	private final Set<String> merged = new HashSet<>();

	/**
	 * Finds what changes.
	 * @param faults why runs cannot be stored, by their keys: of each, what is stored
	 * stays, and where nothing is, its span is none, but kept for those inside it
	 * @param mostSpans how many spans a trace may have; more are rejected
	 */
	TraceUpdate(Map<String, StoredSpan> stored, List<TraceSpan> received, Map<String, String> faults, int mostSpans,
			boolean sameNameIsSameRun) {
		this.stored = stored;
		this.received = received;
		this.faults = faults;
		this.mostSpans = mostSpans;
		stored.forEach((id, row) -> this.spans.put(id, row.span()));
		if (!stored.isEmpty()) {
			TraceRuns.of(this.spans.values(), sameNameIsSameRun)
				.runs()
				.forEach((run) -> this.runsBefore.put(run.span().spanId(), StoredRun.of(run)));
		}
		for (TraceSpan span : received) {
			TraceSpan before = this.spans.get(span.spanId());
			if (hasFault(span) && stored.containsKey(span.spanId())) {
				continue;
			}
			TraceSpan after = (before != null) ? before.merge(span) : span;
			if (!after.equals(before) && (before != null || this.spans.size() < mostSpans)) {
				this.spans.put(span.spanId(), after);
				this.changed.add(span.spanId());
			}
		}
		TraceRuns trace = TraceRuns.of(this.spans.values().stream().map(this::withoutFaults).toList(),
				sameNameIsSameRun);
		trace.runs().forEach((run) -> this.runs.put(run.span().spanId(), run));
		this.merged.addAll(trace.merged());
	}

	/** Mostly there is none, and a key takes longer to make than all else here. */
	private boolean hasFault(TraceSpan span) {
		return !this.faults.isEmpty() && this.faults.containsKey(span.key());
	}

	private TraceSpan withoutFaults(TraceSpan span) {
		StoredSpan row = this.stored.get(span.spanId());
		boolean isNone = hasFault(span) && (row == null || !row.isRun());
		return isNone ? span.withoutAgent() : span;
	}

	/** Returns the runs that have to be stored: those that are not as they were. */
	List<StoredRun> runs() {
		List<StoredRun> changes = new ArrayList<>();
		this.runs.forEach((id, run) -> {
			StoredRun after = StoredRun.of(run);
			boolean isChanged = !isStored(id) || !after.equals(this.runsBefore.get(id));
			if (isChanged && !this.faults.containsKey(after.key())) {
				changes.add(after);
			}
		});
		return changes;
	}

	/** Returns the runs that are stored, and are none any more. */
	List<StoredRun> gone() {
		return this.stored.values()
			.stream()
			.filter(StoredSpan::isRun)
			.filter((row) -> !isStored(row.span().spanId()) && !this.faults.containsKey(row.span().key()))
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

	/** Returns the rows that are not as they are stored. */
	List<StoredSpan> changes() {
		List<StoredSpan> changes = new ArrayList<>();
		this.spans.forEach((id, span) -> {
			StoredSpan before = this.stored.get(id);
			AgentRun run = this.runs.get(id);
			StoredSpan after = (run != null) ? StoredSpan.of(run) : StoredSpan.of(span);
			if (hasFault(span)) {
				after = Objects.requireNonNullElse(before, StoredSpan.of(span));
			}
			if (!after.equals(before)) {
				changes.add(after);
			}
		});
		return changes;
	}

	/** Counts what became of each span that came in. */
	void count(Receipt receipt) {
		Set<String> seen = new HashSet<>();
		for (TraceSpan span : this.received) {
			String id = span.spanId();
			String fault = this.faults.isEmpty() ? null : this.faults.get(span.key());
			boolean isFirst = seen.add(id);
			boolean isNewRun = this.runs.containsKey(id) && !isStored(id);
			if (!this.spans.containsKey(id)) {
				receipt.reject(span,
						"its trace has %d spans already, and no trace may have more".formatted(this.mostSpans));
			}
			else if (isFirst && fault != null) {
				receipt.reject(span, fault);
			}
			else if (!isFirst || !this.changed.contains(id) && !isNewRun) {
				receipt.count(span.service(), Receipt.REPEATED);
			}
			else if (this.runs.containsKey(id)) {
				receipt.count(span.service(), Receipt.RUN);
			}
			else {
				receipt.count(span.service(), this.merged.contains(id) ? Receipt.MERGED : Receipt.NO_AGENT);
			}
		}
	}

}
