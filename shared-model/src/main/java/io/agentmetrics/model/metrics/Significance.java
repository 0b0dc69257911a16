package io.agentmetrics.model.metrics;

import java.util.OptionalDouble;

/**
 * Statistical tests of whether counts and rates of two windows differ by more than
 * chance.
 * <p>
 * Both tests are two-sided at the 5 % level and rest on the normal approximation, which
 * is good where at least five are expected everywhere (Cochran's rule). With fewer they
 * never call a difference significant.
 */
public final class Significance {

	/**
	 * The level of both tests: where there is no difference, at most one comparison in 20
	 * calls it significant.
	 */
	public static final double LEVEL = 0.05;

	/** The two-sided 5 % point of the normal distribution. */
	private static final double CRITICAL_DEVIATIONS = 1.959964;

	private static final double MIN_EXPECTED = 5;

	private static final double SERIES_UP_TO = 3;

	private static final int TERMS = 60;

	private Significance() {
	}

	/**
	 * Compares how many events there were in two windows of the same length: given their
	 * sum, each event falls into either with equal chance (the conditional test of
	 * Przyborowski and Wilenski, Biometrika 31, 1940, for Poisson counts). Events that
	 * come in bursts exceed it more often than one time in 20.
	 * @param one the count of one window, not negative
	 * @param other the count of the other, not negative
	 */
	public static boolean ofCounts(long one, long other) {
		double sum = (double) one + other;
		if (sum / 2 < MIN_EXPECTED) {
			return false;
		}
		return Math.abs((double) one - other) / Math.sqrt(sum) > CRITICAL_DEVIATIONS;
	}

	/**
	 * Compares two rates by the pooled two-proportion z-test (NIST/SEMATECH e-Handbook of
	 * Statistical Methods, section 7.3.3).
	 * @param part those that count in one window, not negative
	 * @param all all of that window, not fewer
	 * @param otherPart those that count in the other window
	 * @param otherAll all of the other window
	 * @throws IllegalArgumentException if a part is negative or more than all
	 */
	public static boolean ofRates(long part, long all, long otherPart, long otherAll) {
		return deviationsOfRates(part, all, otherPart, otherAll) > CRITICAL_DEVIATIONS;
	}

	/**
	 * Returns how likely two rates would differ by so much or more if there were no
	 * difference, by the same test.
	 * @param part those that count in one window, not negative
	 * @param all all of that window, not fewer
	 * @param otherPart those that count in the other window
	 * @param otherAll all of the other window
	 * @return the p-value, 0 to 1; empty if there are too few to tell
	 * @throws IllegalArgumentException if a part is negative or more than all
	 */
	public static OptionalDouble chanceOfRates(long part, long all, long otherPart, long otherAll) {
		double deviations = deviationsOfRates(part, all, otherPart, otherAll);
		return Double.isNaN(deviations) ? OptionalDouble.empty() : OptionalDouble.of(chanceBeyond(deviations));
	}

	/** Returns NaN if there are too few to tell. */
	private static double deviationsOfRates(long part, long all, long otherPart, long otherAll) {
		requirePart(part, all);
		requirePart(otherPart, otherAll);
		double pooled = ((double) part + otherPart) / ((double) all + otherAll);
		double fewest = Math.min(all, otherAll) * Math.min(pooled, 1 - pooled);
		// written so that NaN, which 0 of 0 gives, is refused
		if (!(fewest >= MIN_EXPECTED)) {
			return Double.NaN;
		}
		double deviation = Math.sqrt(pooled * (1 - pooled) * (1.0 / all + 1.0 / otherAll));
		return Math.abs((double) part / all - (double) otherPart / otherAll) / deviation;
	}

	/**
	 * Returns the two-sided tail of the normal distribution: near the middle by its
	 * series, beyond by Laplace's continued fraction (Marsaglia, Journal of Statistical
	 * Software 11(4), 2004).
	 */
	private static double chanceBeyond(double deviations) {
		double density = Math.exp(-deviations * deviations / 2) / Math.sqrt(2 * Math.PI);
		if (deviations > SERIES_UP_TO) {
			double fraction = deviations;
			for (int k = TERMS; k > 0; k--) {
				fraction = deviations + k / fraction;
			}
			return 2 * density / fraction;
		}
		double term = deviations;
		double sum = term;
		for (int k = 1; k <= TERMS; k++) {
			term *= deviations * deviations / (2 * k + 1);
			sum += term;
		}
		return 1 - 2 * density * sum;
	}

	private static void requirePart(long part, long all) {
		if (part < 0 || part > all) {
			throw new IllegalArgumentException("Not a part: " + part + " of " + all);
		}
	}

}
