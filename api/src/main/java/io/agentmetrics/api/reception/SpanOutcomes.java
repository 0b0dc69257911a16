package io.agentmetrics.api.reception;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

import io.agentmetrics.model.number.SaturatingSum;

/**
 * Spans that came in, by what became of them; the type of the same name of the GraphQL
 * schema.
 *
 * @param byOutcome how many had each outcome, as the receiver calls it
 */
record SpanOutcomes(Map<String, Long> byOutcome) {

	/** Followed by the reason. */
	private static final String REJECTED = "rejected: ";

	/** Counts agents, not spans. */
	private static final String NEW_AGENTS = "new agents";

	public long received() {
		return this.byOutcome.entrySet()
			.stream()
			.filter((outcome) -> !outcome.getKey().equals(NEW_AGENTS))
			.mapToLong(Map.Entry::getValue)
			.reduce(0, SaturatingSum::of);
	}

	public long runs() {
		return of("run");
	}

	public long merged() {
		return of("merged");
	}

	public long noAgent() {
		return of("no agent");
	}

	public long repeated() {
		return of("repeated");
	}

	public long rejected() {
		return this.byOutcome.entrySet()
			.stream()
			.filter((outcome) -> outcome.getKey().startsWith(REJECTED))
			.mapToLong(Map.Entry::getValue)
			.reduce(0, SaturatingSum::of);
	}

	/** Returns why spans were rejected, the most frequent reason first. */
	List<SpanRejection> rejections(int first) {
		return this.byOutcome.entrySet()
			.stream()
			.filter((outcome) -> outcome.getKey().startsWith(REJECTED))
			.map((outcome) -> new SpanRejection(outcome.getKey().substring(REJECTED.length()), outcome.getValue()))
			.sorted(Comparator.comparingLong(SpanRejection::spans).reversed().thenComparing(SpanRejection::reason))
			.limit(first)
			.toList();
	}

	public long newAgents() {
		return of(NEW_AGENTS);
	}

	private long of(String outcome) {
		return this.byOutcome.getOrDefault(outcome, 0L);
	}

}
