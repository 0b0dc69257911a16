package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.model.time.Window;

/**
 * What an agent's executions did between each of the moments that were asked about and
 * the next.
 *
 * @param question what was asked
 * @param counts those of each segment, the earliest first
 * @param gaps what the answer leaves out
 * @param divided the moments that divide days of which only the whole is known
 * @param provenance where the whole answer comes from
 */
public record Segments(SegmentsQuestion question, List<SegmentCounts> counts, List<Gap> gaps, List<Instant> divided,
		Provenance provenance) {

	private static final String WHOLE_DAYS = "Of days whose executions have been dropped only the whole is known: they count to the time before %s.";

	public Segments {
		counts = List.copyOf(counts);
		gaps = List.copyOf(gaps);
		divided = List.copyOf(divided);
	}

	/**
	 * Adds up the segments from a moment on.
	 * @param from one of the moments that were asked about
	 */
	public SegmentCounts since(Instant from) {
		return between(from, this.question.edges().getLast());
	}

	/**
	 * Adds up the segments between two moments.
	 * @param from one of the moments that were asked about
	 * @param to the same one, or a later one
	 */
	public SegmentCounts between(Instant from, Instant to) {
		List<Instant> edges = this.question.edges();
		return this.counts.subList(edges.indexOf(from), edges.indexOf(to))
			.stream()
			.reduce(SegmentCounts.empty(this.question.limitsMs().size()), SegmentCounts::plus);
	}

	/**
	 * Returns where answers about windows come from.
	 * @param starts the moments of those that were asked about from which on the segments
	 * were added up
	 */
	public Provenance provenance(Collection<Instant> starts) {
		Instant from = Collections.min(starts);
		Window known = new Window(this.provenance.from(), this.provenance.to()).since(from);
		Provenance part = new Provenance(known.from(), known.to(), this.provenance.zone(),
				this.provenance.aggregatedThrough(), this.provenance.computedAt(), this.provenance.missing());
		return part.missing(this.gaps.stream().filter((gap) -> from.isBefore(gap.until())).map(Gap::sentence).toList())
			.missing(this.divided.stream().filter(starts::contains).map(WHOLE_DAYS::formatted).toList());
	}

}
