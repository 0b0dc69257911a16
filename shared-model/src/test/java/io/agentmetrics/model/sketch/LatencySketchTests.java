package io.agentmetrics.model.sketch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * {@link LatencySketch}: what is exact.
 */
class LatencySketchTests {

	private static final long[] TEN = LongStream.rangeClosed(1, 10).map((i) -> 100 * i).toArray();

	@Test
	void tenDurationsGiveTheirNearestRanks() {
		LatencySketch sketch = LatencySketch.of(TEN);
		assertThat(sketch.count()).isEqualTo(10);
		assertThat(sketch.sumMs()).isEqualTo(5_500);
		assertThat(sketch.minMs()).hasValue(100);
		assertThat(sketch.maxMs()).hasValue(1_000);
		assertThat(sketch.avgMs()).hasValue(550.0);
		assertThat(sketch.quantileMs(0.0)).hasValue(100);
		assertThat(sketch.quantileMs(0.05)).hasValue(100);
		assertThat(sketch.quantileMs(0.5)).hasValue(500);
		assertThat(sketch.quantileMs(0.501)).hasValue(600);
		assertThat(sketch.quantileMs(0.95)).hasValue(1_000);
		assertThat(sketch.quantileMs(0.99)).hasValue(1_000);
		assertThat(sketch.quantileMs(1.0)).hasValue(1_000);
		assertThat(sketch.isExact()).isTrue();
	}

	@Test
	void emptySketchKnowsNothing() {
		LatencySketch sketch = LatencySketch.empty();
		assertThat(sketch.count()).isZero();
		assertThat(sketch.sumMs()).isZero();
		assertThat(sketch.minMs()).isEmpty();
		assertThat(sketch.maxMs()).isEmpty();
		assertThat(sketch.avgMs()).isEmpty();
		assertThat(sketch.quantileMs(0.5)).isEmpty();
		assertThat(sketch.rank(1)).isZero();
		assertThat(sketch.isExact()).isTrue();
		assertThat(sketch.rankErrorPercent(0.5)).isZero();
		assertThat(LatencySketch.of()).isEqualTo(sketch);
		assertThat(LatencySketch.merged(List.of())).isEqualTo(sketch);
		assertThat(LatencySketch.merged(List.of(sketch, sketch))).isEqualTo(sketch);
		assertThat(sketch.plus(sketch)).isEqualTo(sketch);
	}

	@Test
	void emptySketchAddsNothing() {
		LatencySketch sketch = LatencySketch.of(TEN);
		assertThat(sketch.plus(LatencySketch.empty())).isEqualTo(sketch);
		assertThat(LatencySketch.empty().plus(sketch)).isEqualTo(sketch);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 2_000_000_000, 2_000_000_001, Integer.MAX_VALUE, Long.MAX_VALUE - 1 })
	void oneDurationIsEveryQuantile(long ms) {
		LatencySketch sketch = LatencySketch.of(ms);
		assertThat(List.of(sketch.minMs(), sketch.quantileMs(0.01), sketch.quantileMs(0.5), sketch.maxMs()))
			.containsOnly(OptionalLong.of(ms));
		assertThat(sketch.avgMs()).hasValue(ms);
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void everyQuantileIsExactUpToTheLimit(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		for (int count : new int[] { 1, 2, 3, 15, 16, 17, 99, 100, random.nextInt(1, 1_000), 1_023, 1_024 }) {
			long[] ms = Durations.lognormal(count, random.nextLong());
			long[] sorted = Durations.sorted(ms);
			LatencySketch sketch = LatencySketch.of(ms);
			assertThat(sketch.isExact()).isTrue();
			for (double rank : new double[] { 0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0,
					1.0 - random.nextDouble() }) {
				assertThat(sketch.quantileMs(rank)).as("rank %s of %d", rank, count)
					.hasValue(Durations.nearestRank(sorted, rank));
				assertThat(sketch.rankErrorPercent(rank)).isZero();
			}
		}
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3, 4 })
	void mergingStaysExactUpToTheLimit(long seed) {
		List<LatencySketch> parts = new ArrayList<>();
		long[] all = new long[0];
		for (int count : new int[] { 500, 0, 1, 300, 223 }) {
			long[] part = Durations.lognormal(count, seed + count);
			parts.add(LatencySketch.of(part));
			all = Durations.concatenated(all, part);
		}
		assertThat(all).hasSize(1_024);
		LatencySketch merged = LatencySketch.merged(parts);
		assertThat(merged.isExact()).isTrue();
		assertThat(merged).isEqualTo(LatencySketch.of(all))
			.isEqualTo(parts.stream().reduce(LatencySketch.empty(), LatencySketch::plus));
		LatencySketch oneMore = merged.plus(LatencySketch.of(1));
		assertThat(oneMore.isExact()).isFalse();
		assertThat(oneMore.rankErrorPercent(0.5)).isPositive();
		assertThat(oneMore.count()).isEqualTo(1_025);
	}

	@Test
	void countSumMinimumAndMaximumAreExactHoweverMany() {
		long[] small = Durations.lognormal(700, 1);
		long[] large = Durations.lognormal(20_000, 2);
		LongStream all = Arrays.stream(Durations.concatenated(small, large, large));
		LatencySketch sketch = LatencySketch
			.merged(List.of(LatencySketch.of(small), LatencySketch.of(large), LatencySketch.of(large)));
		var expected = all.summaryStatistics();
		assertThat(sketch.count()).isEqualTo(expected.getCount());
		assertThat(sketch.sumMs()).isEqualTo(expected.getSum());
		assertThat(sketch.minMs()).hasValue(expected.getMin());
		assertThat(sketch.maxMs()).hasValue(expected.getMax());
		assertThat(sketch.avgMs()).hasValue(expected.getAverage());
		assertThat(sketch.quantileMs(0.0)).hasValue(expected.getMin());
		assertThat(sketch.quantileMs(1.0)).hasValue(expected.getMax());
		assertThat(sketch.rank(expected.getMax())).isOne();
		assertThat(sketch.rank(expected.getMin() - 1)).isZero();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 5, 1_999_999_999, 2_000_000_000, 2_000_000_001, 3_333_333_333L })
	void equalDurationsAreTheirOwnQuantiles(long ms) {
		for (int count : new int[] { 5, 71, 1_024, 1_025, 50_000 }) {
			long[] equal = new long[count];
			Arrays.fill(equal, ms);
			LatencySketch once = LatencySketch.of(equal);
			for (LatencySketch sketch : List.of(once, once.plus(once), LatencySketch.fromBytes(once.toBytes()))) {
				for (double rank : new double[] { 0.0, 0.001, 0.5, 0.99, 1.0 }) {
					assertThat(sketch.quantileMs(rank)).as("%d times, rank %s", count, rank).hasValue(ms);
				}
				assertThat(sketch.rank(ms)).isOne();
				assertThat(sketch.rank(ms - 1)).isZero();
			}
		}
	}

	@Test
	void everyDurationUpToTwentyThreeDaysComesBackToTheMillisecond() {
		long[] ms = LongStream.rangeClosed(1_999_950_000L, 2_000_000_000L).toArray();
		LatencySketch sketch = LatencySketch.of(ms);
		for (double rank : new double[] { 0.001, 0.5, 0.95, 0.99, 0.9999 }) {
			double error = Durations.rankErrorPercent(ms, rank, sketch.quantileMs(rank).orElseThrow());
			assertThat(Math.abs(error)).isLessThanOrEqualTo(sketch.rankErrorPercent(rank));
		}
	}

	@Test
	void longerDurationsAreRoundedByAFourMillionth() {
		long[] ms = LongStream.rangeClosed(1, 10_000).map((i) -> 2_000_000_000L + i * i * 7_919).toArray();
		LatencySketch sketch = LatencySketch.of(ms);
		assertThat(sketch.minMs()).hasValue(ms[0]);
		assertThat(sketch.maxMs()).hasValue(ms[9_999]).isEqualTo(sketch.quantileMs(1.0));
		// among the 72 longest the rank is exact, so that only the rounding is left
		for (int i = 9_930; i < 9_999; i++) {
			long answer = sketch.quantileMs((i + 0.5) / 10_000).orElseThrow();
			assertThat(answer).isCloseTo(ms[i], within(ms[i] / 4_000_000));
		}
	}

	@Test
	void longestDurationOfAllIsAccepted() {
		LatencySketch sketch = LatencySketch.builder()
			.add(LatencySketch.of(new long[2_000]))
			.add(Long.MAX_VALUE)
			.build();
		assertThat(sketch.maxMs()).hasValue(Long.MAX_VALUE).isEqualTo(sketch.quantileMs(1.0));
		assertThat(sketch.sumMs()).isEqualTo(Long.MAX_VALUE);
		assertThat(sketch.quantileMs(0.99)).hasValue(0);
		assertThat(LatencySketch.fromBytes(sketch.toBytes())).isEqualTo(sketch);
	}

	@Test
	void sumSaturatesAndTheRestStaysExact() {
		long epochMicros = 1_795_694_944_804_803_000L;
		long[] ms = LongStream.concat(LongStream.of(1, 2, 3), LongStream.generate(() -> epochMicros).limit(6))
			.toArray();
		LatencySketch sketch = LatencySketch.of(ms);
		assertThat(sketch.sumMs()).isEqualTo(Long.MAX_VALUE);
		assertThat(sketch.avgMs()).isEmpty();
		assertThat(sketch.count()).isEqualTo(9);
		assertThat(sketch.minMs()).hasValue(1);
		assertThat(sketch.quantileMs(0.3)).hasValue(3);
		assertThat(sketch.maxMs()).hasValue(epochMicros);
		assertThat(LatencySketch.merged(List.of(sketch, sketch)).sumMs()).isEqualTo(Long.MAX_VALUE);
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 1_024, 1_025, 5_000 })
	void saturatedSketchIsStoredAndReadBack(int count) {
		LatencySketch sketch = LatencySketch.of(LongStream.range(0, count).map((i) -> Long.MAX_VALUE - i).toArray());
		LatencySketch read = LatencySketch.fromBytes(sketch.toBytes());
		assertThat(read).isEqualTo(sketch);
		assertThat(read.sumMs()).isEqualTo(Long.MAX_VALUE);
		assertThat(read.plus(LatencySketch.of(7)).minMs()).hasValue(7);
	}

	@Test
	void negativeDurationIsRefusedAndNotAdded() {
		LatencySketch.Builder builder = LatencySketch.builder().add(7);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.add(-1)).withMessageContaining("-1 ms");
		assertThat(builder.build()).isEqualTo(LatencySketch.of(7));
	}

	@ParameterizedTest
	@ValueSource(doubles = { -0.001, 1.001, 50, Double.NaN, Double.POSITIVE_INFINITY })
	void rankOutsideOfZeroToOneIsRefused(double rank) {
		for (LatencySketch sketch : List.of(LatencySketch.empty(), LatencySketch.of(TEN))) {
			assertThatIllegalArgumentException().isThrownBy(() -> sketch.quantileMs(rank));
			assertThatIllegalArgumentException().isThrownBy(() -> sketch.rankErrorPercent(rank));
		}
	}

	@Test
	void rankIsTheShareAtOrBelow() {
		LatencySketch sketch = LatencySketch.of(TEN);
		assertThat(sketch.rank(-1)).isZero();
		assertThat(sketch.rank(99)).isZero();
		assertThat(sketch.rank(100)).isEqualTo(0.1);
		assertThat(sketch.rank(550)).isEqualTo(0.5);
		assertThat(sketch.rank(1_000)).isOne();
		assertThat(sketch.rank(Long.MAX_VALUE)).isOne();
	}

	@Test
	void builtSketchDoesNotChangeWithItsBuilder() {
		for (int count : new int[] { 10, 1_024, 5_000 }) {
			LatencySketch.Builder builder = LatencySketch.builder();
			Arrays.stream(Durations.lognormal(count, 3)).forEach(builder::add);
			LatencySketch before = builder.build();
			byte[] bytes = before.toBytes();
			for (int i = 0; i < 3_000; i++) {
				builder.add(1_000_000);
			}
			assertThat(before.toBytes()).isEqualTo(bytes);
			assertThat(before.count()).isEqualTo(count);
			assertThat(builder.build().count()).isEqualTo(count + 3_000);
		}
	}

	@Test
	void mergingAndAskingChangesNeitherSide() {
		LatencySketch one = LatencySketch.of(Durations.lognormal(5_000, 4));
		LatencySketch other = LatencySketch.of(Durations.lognormal(5_000, 5));
		byte[] bytes = one.toBytes();
		byte[] otherBytes = other.toBytes();
		one.plus(other).quantileMs(0.5);
		one.quantileMs(0.5);
		other.rank(1_000);
		assertThat(one.toBytes()).isEqualTo(bytes);
		assertThat(other.toBytes()).isEqualTo(otherBytes);
	}

	@Test
	void manyThreadsGetTheSameAnswers() throws Exception {
		LatencySketch sketch = LatencySketch.of(Durations.lognormal(50_000, 6));
		LatencySketch same = LatencySketch.fromBytes(sketch.toBytes());
		List<OptionalLong> expected = quantiles(same);
		try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
			List<Callable<List<OptionalLong>>> askings = new ArrayList<>();
			for (int i = 0; i < 64; i++) {
				askings.add(() -> quantiles(sketch));
			}
			for (Future<List<OptionalLong>> answer : threads.invokeAll(askings)) {
				assertThat(answer.get()).isEqualTo(expected);
			}
		}
	}

	@Test
	void equalSketchesHaveTheSameDurations() {
		assertThat(LatencySketch.of(1, 2, 3)).isEqualTo(LatencySketch.of(3, 1, 2))
			.hasSameHashCodeAs(LatencySketch.of(3, 1, 2))
			.hasToString("LatencySketch[count=3, sumMs=6, minMs=1, maxMs=3]")
			.isNotEqualTo(LatencySketch.of(1, 1, 1, 3))
			.isNotEqualTo(LatencySketch.of(1, 2, 2, 3))
			.isNotEqualTo(LatencySketch.empty());
		LatencySketch large = LatencySketch.of(Durations.lognormal(5_000, 7));
		assertThat(LatencySketch.fromBytes(large.toBytes())).isEqualTo(large).hasSameHashCodeAs(large);
	}

	private static List<OptionalLong> quantiles(LatencySketch sketch) {
		return LongStream.rangeClosed(0, 100).mapToObj((percent) -> sketch.quantileMs(percent / 100.0)).toList();
	}

}
