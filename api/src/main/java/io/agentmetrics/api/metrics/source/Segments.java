package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.model.time.Window;

/**
 * What an agent's executions did between each of the moments that were asked about and
 * the next.
 *
 * @param question what was asked
 * @param counts those of each segment, the earliest first
 * @param missing what the answer leaves out, one sentence each
 * @param dropped what is left out because executions have been dropped; empty if nothing
 * @param provenance where the whole answer comes from
 */
public record Segments(SegmentsQuestion question, List<SegmentCounts> counts, List<String> missing,
		Optional<String> dropped, Provenance provenance) {

	public Segments {
		counts = List.copyOf(counts);
		missing = List.copyOf(missing);
	}

	/**
	 * Adds up the segments from a moment on.
	 * @param from one of the moments that were asked about
	 */
	public SegmentCounts since(Instant from) {
		int first = this.question.edges().indexOf(from);
		return this.counts.subList(first, this.counts.size())
			.stream()
			.reduce(SegmentCounts.empty(this.question.limitsMs().size()), SegmentCounts::plus);
	}

	/** Returns where the answer about the time from a moment on comes from. */
	public Provenance provenance(Instant from) {
		Window known = new Window(this.provenance.from(), this.provenance.to()).since(from);
		Provenance part = new Provenance(known.from(), known.to(), this.provenance.zone(),
				this.provenance.aggregatedThrough(), this.provenance.computedAt(), this.provenance.missing());
		return part.missing(from.isBefore(known.from()) ? this.dropped : Optional.empty()).missing(this.missing);
	}

}
