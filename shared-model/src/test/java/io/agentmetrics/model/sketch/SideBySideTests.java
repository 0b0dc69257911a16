package io.agentmetrics.model.sketch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * {@link LatencySketch#builder(int)}: sketches that are asked without being merged.
 */
class SideBySideTests {

	private static final double[] RANKS = { 0.0, 0.0001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0 };

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6 })
	void quantilesAndRanksOfExactSketchesAreExactHoweverMany(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		long[][] parts = new long[random.nextInt(2, 60)][];
		Arrays.setAll(parts, (part) -> mixed(random.nextInt(700, 1_025), random.nextLong()));
		long[] sorted = Durations.sorted(Durations.concatenated(parts));
		LatencySketch sketch = sideBySide(parts.length, parts);
		assertThat(sketch.count()).isEqualTo(sorted.length);
		assertThat(sketch.sumMs()).isEqualTo(Arrays.stream(sorted).sum());
		for (double rank : RANKS) {
			assertThat(sketch.quantileMs(rank)).as("rank %s of %d", rank, sorted.length)
				.hasValue(Durations.nearestRank(sorted, rank));
		}
		for (int i = 0; i < 50; i++) {
			long limit = sorted[random.nextInt(sorted.length)] + random.nextInt(-1, 2);
			assertThat(sketch.rank(limit)).as("limit %d", limit)
				.isEqualTo((double) Durations.atOrBelow(sorted, limit) / sorted.length);
		}
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 11, 12, 13 })
	void daysOfAllSizesKeepThePromise(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		long[][] days = new long[90][];
		Arrays.setAll(days, (day) -> Durations.lognormal(random.nextInt(12) * random.nextInt(2_000), seed + day));
		long[] sorted = Durations.sorted(Durations.concatenated(days));
		for (int kept : new int[] { 90, 40, 1 }) {
			LatencySketch sketch = sideBySide(kept, days);
			for (double rank : RANKS) {
				double error = Durations.rankErrorPercent(sorted, rank, sketch.quantileMs(rank).orElseThrow());
				assertThat(Math.abs(error)).as("rank %s, %d kept", rank, kept)
					.isLessThanOrEqualTo(sketch.rankErrorPercent(rank));
			}
			long median = sorted[sorted.length / 2];
			assertThat(100 * sketch.rank(median)).isCloseTo(50.0, within(sketch.rankErrorPercent(0.5)));
		}
	}

	@Test
	void seventyTwoLongestAreExact() {
		long[][] days = { Durations.lognormal(5_000, 1), Durations.lognormal(700, 2), Durations.lognormal(40_000, 3) };
		long[] sorted = Durations.sorted(Durations.concatenated(days));
		LatencySketch sketch = sideBySide(3, days);
		for (int position = sorted.length - 71; position <= sorted.length; position++) {
			double rank = (position - 0.5) / sorted.length;
			assertThat(sketch.rankErrorPercent(rank)).isZero();
			assertThat(sketch.quantileMs(rank)).hasValue(sorted[position - 1]);
		}
	}

	@Test
	void whatIsSmallEnoughToBeExactIsWhatMergingMakesOfIt() {
		long[][] parts = { Durations.lognormal(500, 1), {}, Durations.lognormal(523, 2), { 7 } };
		LatencySketch merged = LatencySketch.of(Durations.concatenated(parts));
		assertThat(merged.count()).isEqualTo(LatencySketch.EXACT_LIMIT);
		assertThat(sideBySide(10, parts)).isEqualTo(merged);
		assertThat(sideBySide(10, new long[][] { {} })).isEqualTo(LatencySketch.empty());
	}

	@Test
	void sketchByItselfStaysWhatItIs() {
		LatencySketch sketch = LatencySketch.of(Durations.lognormal(20_000, 1));
		assertThat(LatencySketch.builder(1).add(sketch).build()).isEqualTo(sketch);
	}

	@Test
	void storedItIsMerged() {
		long[][] days = new long[30][];
		Arrays.setAll(days, (day) -> Durations.lognormal(day * 300, day));
		long[] sorted = Durations.sorted(Durations.concatenated(days));
		LatencySketch sketch = sideBySide(30, days);
		LatencySketch stored = LatencySketch.fromBytes(sketch.toBytes());
		assertThat(stored.count()).isEqualTo(sketch.count());
		assertThat(stored.sumMs()).isEqualTo(sketch.sumMs());
		assertThat(sketch.toBytes()).hasSizeLessThan(20_000);
		for (double rank : RANKS) {
			assertThat(stored.rankErrorPercent(rank)).isEqualTo(sketch.rankErrorPercent(rank));
			double error = Durations.rankErrorPercent(sorted, rank, stored.quantileMs(rank).orElseThrow());
			assertThat(Math.abs(error)).isLessThanOrEqualTo(stored.rankErrorPercent(rank));
		}
	}

	@Test
	void canBeAddedToOthersAndComparedWithThem() {
		long[][] days = { Durations.lognormal(3_000, 1), Durations.lognormal(800, 2), Durations.lognormal(9_000, 3) };
		LatencySketch sketch = sideBySide(3, days);
		LatencySketch twice = LatencySketch.builder(1).add(sketch).add(sketch).build();
		assertThat(twice.count()).isEqualTo(2 * sketch.count());
		assertThat(sketch.plus(sketch).count()).isEqualTo(2 * sketch.count());
		for (double rank : RANKS) {
			long answer = twice.quantileMs(rank).orElseThrow();
			assertThat(
					Math.abs(Durations.rankErrorPercent(Durations.sorted(Durations.concatenated(days)), rank, answer)))
				.isLessThanOrEqualTo(2 * sketch.rankErrorPercent(rank));
		}
		assertThat(DistributionDistance.between(sketch, twice).distance()).isLessThan(0.02);
		assertThat(sideBySide(2, days[0], days[1])).isNotEqualTo(sketch);
		List<LatencySketch> parts = List.of(LatencySketch.of(days[0]), LatencySketch.of(days[1]));
		assertThat(together(parts)).isEqualTo(together(parts)).hasSameHashCodeAs(together(parts));
	}

	@Test
	void builtSketchDoesNotChangeWithItsBuilder() {
		LatencySketch.Builder builder = LatencySketch.builder(3)
			.add(5)
			.add(LatencySketch.of(Durations.lognormal(9_000, 1)));
		LatencySketch before = builder.build();
		List<Long> answers = quantiles(before);
		for (int i = 0; i < 3_000; i++) {
			builder.add(1_000_000);
		}
		builder.add(LatencySketch.of(Durations.lognormal(9_000, 2)));
		assertThat(quantiles(before)).isEqualTo(answers);
		assertThat(before.count()).isEqualTo(9_001);
		assertThat(builder.build().count()).isEqualTo(21_001);
		assertThat(builder.build().minMs()).hasValue(5);
	}

	@Test
	void buildingTwiceChangesNothing() {
		long[] first = Durations.lognormal(500, 1);
		long[] second = Durations.lognormal(600, 2);
		LatencySketch.Builder builder = LatencySketch.builder(3).add(LatencySketch.of(first));
		assertThat(builder.build()).isEqualTo(LatencySketch.of(first)).isEqualTo(builder.build());
		builder.add(LatencySketch.of(second));
		long[] sorted = Durations.sorted(Durations.concatenated(first, second));
		for (LatencySketch sketch : List.of(builder.build(), builder.build())) {
			for (double rank : RANKS) {
				assertThat(sketch.quantileMs(rank)).hasValue(Durations.nearestRank(sorted, rank));
			}
			assertThat(sketch.rank(sorted[549])).isEqualTo(550.0 / 1_100);
		}
	}

	@Test
	void equalAndExtremeDurationsComeBack() {
		for (long ms : new long[] { 0, 1, 63, 64, 127, 128, 2_000_000_000 }) {
			long[] equal = new long[1_500];
			Arrays.fill(equal, ms);
			LatencySketch sketch = sideBySide(4, equal, new long[] { ms }, equal);
			for (double rank : RANKS) {
				assertThat(sketch.quantileMs(rank)).as("rank %s", rank).hasValue(ms);
			}
			assertThat(sketch.rank(ms)).isOne();
		}
		long[] longest = LongStream.rangeClosed(0, 999).map((i) -> Long.MAX_VALUE / 2_000 - i).toArray();
		LatencySketch sketch = sideBySide(2, longest, LongStream.rangeClosed(1, 25).toArray());
		assertThat(sketch.quantileMs(0.9).orElseThrow()).isCloseTo(longest[0], within(longest[0] / 4_000_000));
		assertThat(sketch.quantileMs(0.01)).hasValue(11);
	}

	/** Short and long ones, so that all kinds of buckets are met. */
	private static long[] mixed(int count, long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		return random.longs(count).map((each) -> (each >>> 1) % (1L << (each >>> 59) % 31)).toArray();
	}

	private static LatencySketch sideBySide(int most, long[]... parts) {
		LatencySketch.Builder builder = LatencySketch.builder(most);
		for (long[] part : parts) {
			builder.add(LatencySketch.of(part));
		}
		return builder.build();
	}

	private static List<Long> quantiles(LatencySketch sketch) {
		List<Long> quantiles = new ArrayList<>();
		for (double rank : RANKS) {
			quantiles.add(sketch.quantileMs(rank).orElseThrow());
		}
		return quantiles;
	}

	private static LatencySketch together(List<LatencySketch> sketches) {
		LatencySketch.Builder builder = LatencySketch.builder(sketches.size());
		sketches.forEach(builder::add);
		return builder.build();
	}

}
