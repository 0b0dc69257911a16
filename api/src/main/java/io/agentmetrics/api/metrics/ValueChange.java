package io.agentmetrics.api.metrics;

import java.util.OptionalDouble;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.Significance;
import io.agentmetrics.model.number.Percent;

/**
 * How one number changed; the type of the same name of the GraphQL schema.
 *
 * @param current the number in the window; empty if there is none
 * @param previous the number in the window before; empty if there is none
 * @param difference current minus previous; empty if one is
 * @param percent the difference in percent of the previous; empty if that is 0, more than
 * tenfold, or the numbers are percentages themselves
 * @param significant whether the change is more than chance
 */
public record ValueChange(OptionalDouble current, OptionalDouble previous, OptionalDouble difference,
		OptionalDouble percent, boolean significant) {

	/** In percent; beyond a tenfold change the percentage says less than the numbers. */
	private static final double MOST = 1_000;

	/**
	 * Compares numbers whose significance is known.
	 * @param current the number in the window; empty if there is none
	 * @param previous the number in the window before; empty if there is none
	 * @param significant whether the change, if there is one, is more than chance
	 * @return the change, with two decimals
	 */
	public static ValueChange of(OptionalDouble current, OptionalDouble previous, boolean significant) {
		if (current.isEmpty() || previous.isEmpty()) {
			return new ValueChange(current, previous, OptionalDouble.empty(), OptionalDouble.empty(), false);
		}
		double difference = current.getAsDouble() - previous.getAsDouble();
		double percent = 100 * difference / previous.getAsDouble();
		// written so that NaN, which 0 of 0 gives, is left out
		return new ValueChange(current, previous, OptionalDouble.of(Rounding.decimal(difference)),
				(Math.abs(percent) <= MOST) ? OptionalDouble.of(Rounding.decimal(percent)) : OptionalDouble.empty(),
				significant);
	}

	/** Returns this change, which is significant only if the windows are comparable. */
	public ValueChange significantIf(boolean comparable) {
		return new ValueChange(this.current, this.previous, this.difference, this.percent,
				this.significant && comparable);
	}

	/**
	 * Compares how many there were in two windows of the same length.
	 * @return the change, tested as Poisson counts
	 */
	public static ValueChange ofCounts(long current, long previous) {
		return of(OptionalDouble.of(current), OptionalDouble.of(previous), Significance.ofCounts(current, previous));
	}

	/**
	 * Compares success rates.
	 * @return the change in points, by the two-proportion test; a rate without finished
	 * executions is empty
	 */
	public static ValueChange ofSuccessRates(ExecutionCounts current, ExecutionCounts previous) {
		return ofRates(current.successful(), current.finished(), previous.successful(), previous.finished());
	}

	/**
	 * Compares error rates.
	 * @return the change in points, by the two-proportion test; a rate without finished
	 * executions is empty
	 */
	public static ValueChange ofErrorRates(ExecutionCounts current, ExecutionCounts previous) {
		return ofRates(current.failed(), current.finished(), previous.failed(), previous.finished());
	}

	private static ValueChange ofRates(long part, long all, long previousPart, long previousAll) {
		ValueChange change = of(rate(part, all), rate(previousPart, previousAll),
				Significance.ofRates(part, all, previousPart, previousAll));
		return new ValueChange(change.current, change.previous, change.difference, OptionalDouble.empty(),
				change.significant);
	}

	private static OptionalDouble rate(long part, long all) {
		return (all > 0) ? OptionalDouble.of(Percent.of(part, all)) : OptionalDouble.empty();
	}

}
