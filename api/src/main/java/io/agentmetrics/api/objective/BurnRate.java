package io.agentmetrics.api.objective;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import io.agentmetrics.api.metrics.Rounding;

/**
 * How fast an objective's budget has been used up lately; the type of the same name of
 * the GraphQL schema.
 *
 * @param hours over how many hours up to the end of the window
 * @param executions the executions of these hours that it is about
 * @param missed those of them that missed the objective
 * @param rate how many times as fast as it may be; empty without executions
 * @param budgetGoneAt when the budget is gone at this rate; empty if it is gone, or will
 * not be
 */
record BurnRate(int hours, long executions, double missed, OptionalDouble rate, Optional<Instant> budgetGoneAt) {

	/** As in Google's "The Site Reliability Workbook", chapter 5. */
	static final List<Duration> WINDOWS = List.of(Duration.ofHours(1), Duration.ofHours(6), Duration.ofDays(3));

	/** Windows of up to so many hours say what happens now. */
	static final int NOW_HOURS = 6;

	static BurnRate of(Duration window, Attainment lately, Attainment whole, Objective objective, Instant until) {
		OptionalDouble rate = lately.burnRate(objective.target());
		return new BurnRate(Math.toIntExact(window.toHours()), lately.executions(), Rounding.decimal(lately.missed()),
				rate.isPresent() ? OptionalDouble.of(Rounding.decimal(rate.getAsDouble())) : OptionalDouble.empty(),
				goneAt(rate.orElse(0), whole.budgetLeftShare(objective.target()).orElse(0), objective, until));
	}

	/** Returns its name in Prometheus: 1h, 6h or 3d. */
	String name() {
		return (this.hours % 24 == 0) ? this.hours / 24 + "d" : this.hours + "h";
	}

	/**
	 * What is left of the budget lasts for that share of the window, at a rate of 1.
	 * After a whole window at one rate, that rate alone decides.
	 */
	private static Optional<Instant> goneAt(double rate, double leftShare, Objective objective, Instant until) {
		if (leftShare <= 0 || rate <= 0 || leftShare / rate > 1) {
			return Optional.empty();
		}
		return Optional.of(until.plusSeconds(Math.round(leftShare / rate * objective.window().toSeconds())));
	}

}
