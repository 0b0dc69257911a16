package io.agentmetrics.api.objective;

import java.math.BigDecimal;

/**
 * A share of executions that is promised, in percent.
 *
 * @param percent above 0 and below 100, with up to four decimals
 */
record Target(BigDecimal percent) {

	static final String ALLOWED = "above 0 and below 100 with up to four decimals (100 would allow no execution to fail, so that there is no budget)";

	/** Ten thousandths of a percent. */
	private static final int MILLION = 1_000_000;

	private static final int DECIMALS = 4;

	Target {
		if (!isAllowed(percent)) {
			throw new IllegalArgumentException("A target is " + ALLOWED + ", not " + percent);
		}
	}

	static boolean isAllowed(BigDecimal percent) {
		return percent.signum() > 0 && percent.compareTo(BigDecimal.valueOf(100)) < 0
				&& percent.stripTrailingZeros().scale() <= DECIMALS;
	}

	/** Returns how many of a million executions may miss. */
	long missingOfMillion() {
		return MILLION - this.percent.movePointRight(DECIMALS).longValueExact();
	}

	/**
	 * Returns how many executions may miss.
	 * @return so many, and a part of another
	 */
	double budget(long executions) {
		return (double) executions * missingOfMillion() / MILLION;
	}

	/** Returns how many executions it takes for one of them to be allowed to miss. */
	long leastExecutions() {
		return Math.ceilDiv(MILLION, missingOfMillion());
	}

	/** Returns the share of executions that may miss, 0 to 1. */
	double missShare() {
		return (double) missingOfMillion() / MILLION;
	}

}
