package io.agentmetrics.api.metrics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalDouble;

import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.number.Percent;
import io.agentmetrics.model.number.SaturatingSum;

/**
 * How numbers are rounded for clients: to two decimals, half up; shares of 1 to four;
 * bounds never down.
 */
public final class Rounding {

	private static final int DECIMALS = 2;

	private static final int BOUND_DECIMALS = 3;

	private static final int SHARE_DECIMALS = 4;

	private static final MathContext SIGNIFICANT = new MathContext(8, RoundingMode.HALF_UP);

	private Rounding() {
	}

	/**
	 * Rounds a difference or an average; shares of a whole are rounded by
	 * {@link Percent}.
	 * @return the number with two decimals
	 */
	public static double decimal(double number) {
		return BigDecimal.valueOf(number).setScale(DECIMALS, RoundingMode.HALF_UP).doubleValue();
	}

	/**
	 * Rounds a share.
	 * @param share from 0 to 1
	 * @return the share with four decimals
	 */
	public static double share(double share) {
		return BigDecimal.valueOf(share).setScale(SHARE_DECIMALS, RoundingMode.HALF_UP).doubleValue();
	}

	/**
	 * Rounds how far a number may be off.
	 * @return a bound with three decimals that is no smaller
	 */
	public static double bound(double percent) {
		return BigDecimal.valueOf(percent).setScale(BOUND_DECIMALS, RoundingMode.CEILING).doubleValue();
	}

	/**
	 * Divides a sum of US dollars.
	 * @param executions over how many; not negative
	 * @return the quotient with eight significant digits; empty for none
	 */
	public static Optional<BigDecimal> averageUsd(BigDecimal usd, long executions) {
		return (executions > 0) ? Optional.of(usd.divide(BigDecimal.valueOf(executions), SIGNIFICANT))
				: Optional.empty();
	}

	/**
	 * Rounds the average, which is computed from the exact sum and count.
	 * @return ms with two decimals, empty without timed executions and when the sum is
	 * saturated
	 */
	public static OptionalDouble averageMs(ExecutionTimes times) {
		return average(times.sumMs(), times.count());
	}

	/**
	 * Divides a sum by its count.
	 * @return two decimals; empty if the count is 0 and when the sum is saturated
	 */
	public static OptionalDouble average(long sum, long count) {
		if (count == 0 || SaturatingSum.isSaturated(sum)) {
			return OptionalDouble.empty();
		}
		return OptionalDouble.of(BigDecimal.valueOf(sum)
			.divide(BigDecimal.valueOf(count), DECIMALS, RoundingMode.HALF_UP)
			.doubleValue());
	}

}
