package io.agentmetrics.api.window;

import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.sketch.LatencySketch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RoundingTests {

	@Test
	void ratesHaveTwoDecimalsHalfUp() {
		assertThat(Rounding.rate(100.0 / 3)).isEqualTo(33.33);
		assertThat(Rounding.rate(200.0 / 3)).isEqualTo(66.67);
		assertThat(Rounding.rate(3.125)).isEqualTo(3.13);
		assertThat(Rounding.rate(0)).isZero();
		assertThat(Rounding.rate(100)).isEqualTo(100);
	}

	@Test
	void averageComesFromSumAndCount() {
		assertThat(Rounding.averageMs(ExecutionTimes.of(LatencySketch.of(1, 1, 2)))).hasValue(1.33);
		assertThat(Rounding.averageMs(ExecutionTimes.of(LatencySketch.of(100, 200, 300)))).hasValue(200);
		assertThat(Rounding.averageMs(ExecutionTimes.of(LatencySketch.of(0, 0, 0, 0, 0, 0, 0, 1)))).hasValue(0.13);
	}

	@Test
	void averageOfNothingIsEmpty() {
		assertThat(Rounding.averageMs(ExecutionTimes.empty())).isEmpty();
	}

}
