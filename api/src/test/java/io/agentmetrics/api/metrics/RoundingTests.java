package io.agentmetrics.api.metrics;

import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.sketch.LatencySketch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RoundingTests {

	@Test
	void numbersHaveTwoDecimalsHalfUp() {
		assertThat(Rounding.decimal(100.0 / 3)).isEqualTo(33.33);
		assertThat(Rounding.decimal(-200.0 / 3)).isEqualTo(-66.67);
		assertThat(Rounding.decimal(3.125)).isEqualTo(3.13);
		assertThat(Rounding.decimal(0)).isZero();
		assertThat(Rounding.decimal(100)).isEqualTo(100);
	}

	@Test
	void averageComesFromSumAndCount() {
		assertThat(Rounding.averageMs(ExecutionTimes.of(LatencySketch.of(1, 1, 2)))).hasValue(1.33);
		assertThat(Rounding.averageMs(ExecutionTimes.of(LatencySketch.of(100, 200, 300)))).hasValue(200);
		assertThat(Rounding.averageMs(ExecutionTimes.of(LatencySketch.of(0, 0, 0, 0, 0, 0, 0, 1)))).hasValue(0.13);
	}

	@Test
	void averageOfNothingOrTooMuchIsEmpty() {
		assertThat(Rounding.averageMs(ExecutionTimes.of(LatencySketch.of(Long.MAX_VALUE - 1, 2)))).isEmpty();
		assertThat(Rounding.averageMs(ExecutionTimes.empty())).isEmpty();
	}

}
