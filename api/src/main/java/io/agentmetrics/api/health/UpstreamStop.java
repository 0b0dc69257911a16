package io.agentmetrics.api.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A stop of all or nearly all agents at once: something before them has stopped, such as
 * a scheduler, or what writes their executions. It is one finding, and none about each of
 * them.
 *
 * @param since when it began, to the hour
 * @param expected how many agents would have run since
 * @param heard how many have
 */
record UpstreamStop(Instant since, double expected, int heard) {

	/** Of those that would have run, no more may have. */
	private static final double NEARLY_NONE = 0.1;

	private static final int MOST_HOURS = 28 * 24;

	/**
	 * Looks for a stop that lasts until now. An agent that usually runs in h of the hours
	 * since has done so with the probability 1 − exp(−h) at least; by Chernoff's bound
	 * for sums of such, no more than k of n that are expected have with the probability
	 * exp(k − n − k ln(k/n)) at most.
	 * @param agents all agents whose rhythm is known
	 * @param chance how likely that may be by chance
	 * @return the longest one
	 */
	static Optional<UpstreamStop> of(Collection<Seen> agents, Instant now, double chance) {
		List<Instant> last = agents.stream().map(Seen::last).sorted(Comparator.reverseOrder()).toList();
		Optional<UpstreamStop> longest = Optional.empty();
		int heard = 0;
		for (int hours = 1; hours <= MOST_HOURS; hours++) {
			Instant since = now.minus(Duration.ofHours(hours));
			while (heard < last.size() && !last.get(heard).isBefore(since)) {
				heard++;
			}
			if (heard > NEARLY_NONE * last.size()) {
				break;
			}
			UpstreamStop stop = new UpstreamStop(since, expected(agents, since, now), heard);
			if (heard <= NEARLY_NONE * stop.expected && stop.logChance() <= Math.log(chance)) {
				longest = Optional.of(stop);
			}
		}
		return longest;
	}

	private static double expected(Collection<Seen> agents, Instant since, Instant now) {
		return agents.stream().mapToDouble((agent) -> -Math.expm1(-agent.rhythm().between(since, now))).sum();
	}

	private double logChance() {
		return this.heard - this.expected - ((this.heard > 0) ? this.heard * Math.log(this.heard / this.expected) : 0);
	}

	/** Returns how many agents would have run and have not. */
	private long missing() {
		return Math.round(this.expected) - this.heard;
	}

	HealthFinding finding(Instant now) {
		String sentence = String.format(Locale.ROOT,
				"Nearly all agents are silent: of %,d that would have run in the last %,d hours, %,d have.",
				Math.round(this.expected), Duration.between(this.since, now).toHours(), this.heard);
		return new HealthFinding(HealthRule.SILENT, HealthStatus.ALERT, Duration.between(this.since, now).toMillis(),
				OptionalDouble.empty(), Math.round(this.expected), missing(), this.since, Optional.empty(), sentence);
	}

	/**
	 * An agent, and when it was seen last.
	 *
	 * @param last when it was seen last; now for one that runs
	 */
	record Seen(Rhythm rhythm, Instant last) {

		static Optional<Seen> of(Rhythm rhythm, RecentExecutions recent, Instant now) {
			return rhythm.isKnown()
					? Optional
						.of(new Seen(rhythm, recent.isRunning() ? now : recent.lastSeen().orElse(rhythm.lastRun())))
					: Optional.empty();
		}

	}

	/** Returns what it says about all agents, as a list. */
	static List<HealthFinding> findings(Optional<UpstreamStop> stop, Instant now) {
		return stop.map((found) -> found.finding(now)).stream().toList();
	}

}
