package io.agentmetrics.model.sketch;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class DistributionDistanceTests {

	@Test
	void equalDurationsHaveNoDistance() {
		LatencySketch sketch = LatencySketch.of(1, 2, 3, 3);
		assertThat(DistributionDistance.between(sketch, LatencySketch.of(1, 2, 3, 3)).distance()).isZero();
		assertThat(DistributionDistance.between(sketch, sketch).significant()).isFalse();
	}

	@Test
	void distanceIsTheLargestDifferenceOfTheShares() {
		// at 2 all of one and half of the other
		DistributionDistance distance = DistributionDistance.between(LatencySketch.of(1, 2), LatencySketch.of(2, 5));
		assertThat(distance.distance()).isEqualTo(0.5);
		assertThat(distance.threshold()).isEqualTo(1);
	}

	@Test
	void thresholdIsSmirnovsWhereBothAreExact() {
		LatencySketch one = LatencySketch.of(LongStream.range(0, 100).toArray());
		LatencySketch other = LatencySketch.of(LongStream.range(25, 325).toArray());
		assertThat(DistributionDistance.between(one, other).threshold())
			.isCloseTo(1.35810 * Math.sqrt(400 / (100.0 * 300)), within(1e-5));
		assertThat(DistributionDistance.between(one, other).significant()).isTrue();
	}

	@Test
	void nothingIsKnownOfNoDurations() {
		DistributionDistance unknown = DistributionDistance.between(LatencySketch.empty(), LatencySketch.of(7));
		assertThat(unknown).isEqualTo(new DistributionDistance(0, 1, 1));
		assertThat(DistributionDistance.between(LatencySketch.empty(), LatencySketch.empty()).significant()).isFalse();
	}

	@Test
	void fewDurationsNeverDifferSignificantly() {
		DistributionDistance distance = DistributionDistance.between(LatencySketch.of(1, 1, 1),
				LatencySketch.of(9, 9, 9));
		assertThat(distance.distance()).isEqualTo(1);
		assertThat(distance.threshold()).isEqualTo(1);
		assertThat(distance.significant()).isFalse();
		// 2 exp(-3)
		assertThat(distance.chance()).isCloseTo(0.0996, within(1e-4));
	}

	@Test
	void chanceIsFiveInHundredAtTheThreshold() {
		LatencySketch one = LatencySketch.of(LongStream.range(0, 1_000).toArray());
		for (int shift : new int[] { 55, 60, 61, 65 }) {
			DistributionDistance distance = DistributionDistance.between(one,
					LatencySketch.of(LongStream.range(shift, 1_000 + shift).toArray()));
			assertThat(distance.chance() < 0.05).isEqualTo(distance.significant());
		}
	}

	@RepeatedTest(20)
	void sketchesOfTheSameDistributionDoNotDiffer(RepetitionInfo repetition) {
		long seed = repetition.getCurrentRepetition();
		Random random = new Random(seed);
		LatencySketch one = LatencySketch.of(logNormal(random, 50_000, 7));
		LatencySketch other = LatencySketch.of(logNormal(random, 30_000, 7));
		// the sketches' own errors make the test stricter than one in 20
		assertThat(DistributionDistance.between(one, other).significant()).as("seed %d", seed).isFalse();
	}

	@RepeatedTest(5)
	void distanceOfSketchesIsThatOfTheirDurationsWithinTheirErrors(RepetitionInfo repetition) {
		long seed = repetition.getCurrentRepetition();
		Random random = new Random(seed);
		long[] one = logNormal(random, 20_000, 7);
		long[] other = logNormal(random, 20_000, 7.2);
		DistributionDistance distance = DistributionDistance.between(LatencySketch.of(one), LatencySketch.of(other));
		double exact = LongStream.concat(Arrays.stream(one), Arrays.stream(other))
			.limit(2_000)
			.mapToDouble((ms) -> Math.abs(share(one, ms) - share(other, ms)))
			.max()
			.orElseThrow();
		assertThat(distance.distance()).as("seed %d", seed).isCloseTo(exact, within(0.03));
		assertThat(distance.significant()).as("seed %d", seed).isTrue();
	}

	private static long[] logNormal(Random random, int count, double mean) {
		return LongStream.generate(() -> (long) Math.exp(random.nextGaussian() + mean)).limit(count).toArray();
	}

	private static double share(long[] durations, long ms) {
		return (double) Arrays.stream(durations).filter((each) -> each <= ms).count() / durations.length;
	}

}
