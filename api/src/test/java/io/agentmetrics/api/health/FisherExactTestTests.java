package io.agentmetrics.api.health;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Random;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

class FisherExactTestTests {

	@ParameterizedTest
	// Fisher's lady tasting tea: 1/70 and 17/70
	@CsvSource({ "4, 4, 0, 4, 0.0142857142857", "3, 4, 1, 4, 0.2428571428571" })
	void textbookValuesComeOut(long marked, long all, long usuallyMarked, long usuallyAll, double expected) {
		assertThat(FisherExactTest.chanceOfSoMany(marked, all, usuallyMarked, usuallyAll)).isCloseTo(expected,
				withinPercentage(1e-6));
	}

	@RepeatedTest(20)
	void itEqualsTheSumOfHypergeometricProbabilities(RepetitionInfo repetition) {
		long seed = repetition.getCurrentRepetition();
		Random random = new Random(seed);
		int all = random.nextInt(1, 60);
		int usuallyAll = random.nextInt(1, 400);
		int usuallyMarked = random.nextInt(usuallyAll);
		int marked = random.nextInt(all + 1);
		double expected = ((double) marked / all > (double) usuallyMarked / usuallyAll)
				? byHand(marked, all, usuallyMarked, usuallyAll) : 1.0;
		assertThat(FisherExactTest.chanceOfSoMany(marked, all, usuallyMarked, usuallyAll)).as("seed %d", seed)
			.isCloseTo(expected, withinPercentage(1e-5));
	}

	@Test
	void shareThatIsNotHigherIsCertain() {
		assertThat(FisherExactTest.chanceOfSoMany(1, 10, 10, 100)).isEqualTo(1.0);
		assertThat(FisherExactTest.chanceOfSoMany(0, 10, 0, 100)).isEqualTo(1.0);
		assertThat(FisherExactTest.chanceOfSoMany(0, 0, 0, 0)).isEqualTo(1.0);
	}

	@Test
	void billionsAreNoTrouble() {
		// 4.1 standard deviations: the normal tail is 2e-5
		assertThat(FisherExactTest.chanceOfSoMany(20_000_600L, 1_000_000_000L, 56_000_000_000L / 100, 28_000_000_000L))
			.isBetween(0.4, 0.5);
		assertThat(FisherExactTest.chanceOfSoMany(20_018_500L, 1_000_000_000L, 56_000_000_000L / 100, 28_000_000_000L))
			.isBetween(1e-5, 1e-4);
	}

	private static double byHand(int marked, int all, int usuallyMarked, int usuallyAll) {
		int markedAll = marked + usuallyMarked;
		int unmarkedAll = all + usuallyAll - markedAll;
		BigInteger ways = BigInteger.ZERO;
		for (int k = marked; k <= Math.min(all, markedAll); k++) {
			if (all - k <= unmarkedAll) {
				ways = ways.add(choose(markedAll, k).multiply(choose(unmarkedAll, all - k)));
			}
		}
		return new BigDecimal(ways).divide(new BigDecimal(choose(all + usuallyAll, all)), MathContext.DECIMAL64)
			.doubleValue();
	}

	private static BigInteger choose(int all, int chosen) {
		BigInteger ways = BigInteger.ONE;
		for (int i = 0; i < chosen; i++) {
			ways = ways.multiply(BigInteger.valueOf(all - i)).divide(BigInteger.valueOf(i + 1));
		}
		return ways;
	}

}
