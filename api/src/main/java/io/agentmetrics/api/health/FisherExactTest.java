package io.agentmetrics.api.health;

/**
 * Fisher's exact test of two shares, one-sided: right for small samples too, where the
 * normal approximation cries wolf (R. A. Fisher, The Design of Experiments, 1935).
 */
final class FisherExactTest {

	private static final double NEGLIGIBLE = 1e-12;

	/** Of larger samples the terms would be too many to add up: some hundred thousand. */
	private static final long LARGEST = 10_000_000_000_000L;

	private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

	private FisherExactTest() {
	}

	/**
	 * Returns how likely a share this high would be if nothing had changed: if the marked
	 * of both samples fell into either by chance.
	 * @param all all of that sample, not fewer
	 * @param usuallyAll all of that sample, not fewer
	 * @return the probability of so many or more, 0 to 1; 1 where the share is not higher
	 * than the other
	 */
	static double chanceOfSoMany(long marked, long all, long usuallyMarked, long usuallyAll) {
		if (all > LARGEST) {
			// a smaller sample is beyond chance, too, where the difference could matter
			double part = (double) LARGEST / all;
			return chanceOfSoMany((long) (marked * part), LARGEST, usuallyMarked, usuallyAll);
		}
		if (usuallyAll > LARGEST) {
			double part = (double) LARGEST / usuallyAll;
			return chanceOfSoMany(marked, all, (long) (usuallyMarked * part), LARGEST);
		}
		if ((double) marked * usuallyAll <= (double) usuallyMarked * all) {
			return 1.0;
		}
		double population = (double) all + usuallyAll;
		double markedAll = (double) marked + usuallyMarked;
		double unmarkedAll = population - markedAll;
		double term = Math.exp(logChoose(markedAll, marked) + logChoose(unmarkedAll, (double) all - marked)
				- logChoose(population, all));
		double sum = term;
		double last = Math.min(all, markedAll);
		// beyond the expected number, each term is a smaller part of the one before
		for (double k = marked; k < last && term > sum * NEGLIGIBLE; k++) {
			term *= (markedAll - k) * (all - k) / ((k + 1) * (unmarkedAll - all + k + 1));
			sum += term;
		}
		return Math.min(sum, 1.0);
	}

	private static double logChoose(double all, double chosen) {
		return logFactorial(all) - logFactorial(chosen) - logFactorial(all - chosen);
	}

	/**
	 * Returns the logarithm of n!, also between whole numbers, where it is that of the
	 * gamma function of n + 1: by Stirling's series, whose error is below 1e-10 from 8
	 * on; smaller ones by hand.
	 */
	static double logFactorial(double n) {
		double product = 1;
		double x = n;
		while (x < 8) {
			x++;
			product *= x;
		}
		double series = (x + 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + 1 / (12 * x) - 1 / (360 * x * x * x)
				+ 1 / (1260 * x * x * x * x * x);
		return series - Math.log(product);
	}

}
