package io.agentmetrics.model.metrics;

import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class SignificanceTests {

	@Test
	void ratesThatDifferByMoreThanChanceAreSignificant() {
		// z = 2.03 and 1.92, by hand
		assertThat(Significance.ofRates(60, 100, 114, 250)).isTrue();
		assertThat(Significance.ofRates(50, 100, 364, 1_000)).isTrue();
		assertThat(Significance.ofRates(50, 100, 410, 1_000)).isFalse();
	}

	@Test
	void ratesOfFewAreNeverSignificant() {
		assertThat(Significance.ofRates(0, 4, 4, 4)).isFalse();
		assertThat(Significance.ofRates(0, 1_000_000, 4, 1_000_000)).isFalse();
		assertThat(Significance.ofRates(0, 0, 0, 0)).isFalse();
		assertThat(Significance.ofRates(0, 0, 500, 1_000)).isFalse();
		assertThat(Significance.ofRates(1_000, 1_000, 1_000, 1_000)).isFalse();
	}

	@Test
	void orderOfTheWindowsDoesNotMatter() {
		assertThat(Significance.ofRates(114, 250, 60, 100)).isEqualTo(Significance.ofRates(60, 100, 114, 250));
		assertThat(Significance.ofCounts(70, 100)).isEqualTo(Significance.ofCounts(100, 70));
	}

	@Test
	void countsThatDifferByMoreThanChanceAreSignificant() {
		// 30 / sqrt(170) = 2.30, 20 / sqrt(180) = 1.49
		assertThat(Significance.ofCounts(100, 70)).isTrue();
		assertThat(Significance.ofCounts(100, 80)).isFalse();
		assertThat(Significance.ofCounts(0, 9)).isFalse();
		assertThat(Significance.ofCounts(0, 10)).isTrue();
		assertThat(Significance.ofCounts(Long.MAX_VALUE, Long.MAX_VALUE)).isFalse();
	}

	@Test
	void ofEqualRatesAboutOneInTwentyIsCalledSignificant() {
		Random random = new Random(20);
		int called = 0;
		for (int trial = 0; trial < 10_000; trial++) {
			called += Significance.ofRates(successes(random, 300), 300, successes(random, 500), 500) ? 1 : 0;
		}
		assertThat(called / 10_000.0).as("seed 20").isBetween(0.04, 0.06);
	}

	@Test
	void chanceOfRatesIsTheTailOfTheNormalDistribution() {
		// z = 2.4341 and 1.7397
		assertThat(Significance.chanceOfRates(60, 100, 114, 250).orElseThrow()).isCloseTo(0.01493, within(1e-5));
		assertThat(Significance.chanceOfRates(50, 100, 410, 1_000).orElseThrow()).isCloseTo(0.08191, within(1e-5));
		assertThat(Significance.chanceOfRates(1, 2, 1, 2)).isEmpty();
		assertThat(Significance.chanceOfRates(50, 100, 50, 100)).hasValue(1);
		double last = 1;
		for (int part = 500; part < 1_000; part++) {
			double chance = Significance.chanceOfRates(part, 1_000, 500, 1_000).orElseThrow();
			assertThat(chance).isPositive().isLessThanOrEqualTo(last);
			assertThat(chance < Significance.LEVEL).isEqualTo(Significance.ofRates(part, 1_000, 500, 1_000));
			last = chance;
		}
	}

	@Test
	void partMustBeAPart() {
		assertThatIllegalArgumentException().isThrownBy(() -> Significance.ofRates(3, 2, 1, 2));
		assertThatIllegalArgumentException().isThrownBy(() -> Significance.ofRates(-1, 2, 1, 2));
	}

	private static int successes(Random random, int count) {
		int successes = 0;
		for (int i = 0; i < count; i++) {
			successes += (random.nextDouble() < 0.9) ? 1 : 0;
		}
		return successes;
	}

}
