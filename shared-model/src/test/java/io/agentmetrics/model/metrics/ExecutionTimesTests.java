package io.agentmetrics.model.metrics;

import java.util.OptionalLong;
import java.util.stream.LongStream;

import io.agentmetrics.model.sketch.LatencySketch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link ExecutionTimes}.
 */
class ExecutionTimesTests {

	@Test
	void fewTimesAreExact() {
		ExecutionTimes times = ExecutionTimes.of(LatencySketch.of(100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000));
		assertThat(times).isEqualTo(new ExecutionTimes(10, 5_500, OptionalLong.of(100), OptionalLong.of(1_000),
				OptionalLong.of(500), OptionalLong.of(1_000), OptionalLong.of(1_000), true, 0.0, 0.0, 0.0));
		assertThat(times.avgMs()).hasValue(550.0);
	}

	@Test
	void manyTimesTellTheirError() {
		LatencySketch sketch = LatencySketch.of(LongStream.rangeClosed(1, 100_000).toArray());
		ExecutionTimes times = ExecutionTimes.of(sketch);
		assertThat(times.exact()).isFalse();
		assertThat(times.p50RankErrorPercent()).isPositive().isEqualTo(sketch.rankErrorPercent(0.5));
		assertThat(times.p95RankErrorPercent()).isPositive().isEqualTo(sketch.rankErrorPercent(0.95));
		assertThat(times.p99RankErrorPercent()).isPositive().isEqualTo(sketch.rankErrorPercent(0.99));
		assertThat(times.p50Ms()).isEqualTo(sketch.quantileMs(0.5));
		assertThat(times.p95Ms()).isEqualTo(sketch.quantileMs(0.95));
		assertThat(times.p99Ms()).isEqualTo(sketch.quantileMs(0.99));
	}

	@Test
	void averageIsNotRounded() {
		assertThat(ExecutionTimes.of(LatencySketch.of(1, 2)).avgMs()).hasValue(1.5);
	}

	@Test
	void saturatedSumGivesNoAverageButEverythingElse() {
		ExecutionTimes times = ExecutionTimes.of(LatencySketch.of(1, Long.MAX_VALUE - 2, Long.MAX_VALUE - 1));
		assertThat(times.avgMs()).isEmpty();
		assertThat(times.isSumSaturated()).isTrue();
		assertThat(times.count()).isEqualTo(3);
		assertThat(times.minMs()).hasValue(1);
		assertThat(times.p50Ms()).hasValue(Long.MAX_VALUE - 2);
		assertThat(times.maxMs()).hasValue(Long.MAX_VALUE - 1);
	}

	@Test
	void withoutExecutionsThereAreNoTimes() {
		ExecutionTimes times = ExecutionTimes.empty();
		assertThat(times.count()).isZero();
		assertThat(times.avgMs()).isEmpty();
		assertThat(times.p99Ms()).isEmpty();
		assertThat(times.exact()).isTrue();
	}

	@Test
	void whatCannotBeIsRefused() {
		OptionalLong none = OptionalLong.empty();
		OptionalLong one = OptionalLong.of(1);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ExecutionTimes(-1, 0, none, none, none, none, none, true, 0, 0, 0));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ExecutionTimes(0, 0, none, none, one, none, none, true, 0, 0, 0));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ExecutionTimes(1, 1, one, one, one, one, none, true, 0, 0, 0));
	}

}
