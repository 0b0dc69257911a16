package io.agentmetrics.model.number;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A part of a whole in percent, as it is stored and told: two decimals, half up, but
 * never 0 while there is a part and never 100 while there is a rest.
 */
public final class Percent {

	private static final int DECIMALS = 2;

	private static final double LEAST = 0.01;

	private static final double MOST = 99.99;

	/** Up to here twice the part in hundredths of a percent still fits. */
	private static final long EXACT_LIMIT = Long.MAX_VALUE / 20_001;

	private Percent() {
	}

	/**
	 * Returns which share of a whole a part is.
	 * @param part from 0 to the whole
	 * @param whole not negative
	 * @return 0.01 to 99.99, 0 for no part and 100 for the whole; 0 of a whole of 0
	 */
	public static double of(long part, long whole) {
		if (part < 0 || part > whole) {
			throw new IllegalArgumentException("Not a part: " + part + " of " + whole);
		}
		if (part == 0) {
			return 0.0;
		}
		if (part == whole) {
			return 100.0;
		}
		double hundredths = (whole <= EXACT_LIMIT) ? (20_000 * part + whole) / (2 * whole)
				: Math.rint(10_000.0 * part / whole);
		return Math.clamp(hundredths / 100.0, LEAST, MOST);
	}

	/**
	 * Rounds a share that is known in percent only.
	 * @param percent from 0 to 100
	 * @return the share with two decimals, 0 and 100 only for exactly that
	 */
	public static double rounded(double percent) {
		if (percent <= 0.0 || percent >= 100.0) {
			return percent;
		}
		return Math.clamp(BigDecimal.valueOf(percent).setScale(DECIMALS, RoundingMode.HALF_UP).doubleValue(), LEAST,
				MOST);
	}

}
