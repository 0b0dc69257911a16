package io.agentmetrics.model.metrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link ExecutionCounts}.
 */
class ExecutionCountsTests {

	@Test
	void runningAndCancelledExecutionsDoNotDragTheRatesDown() {
		ExecutionCounts counts = new ExecutionCounts(3, 1, 40, 50, 2);
		assertThat(counts.total()).isEqualTo(94);
		assertThat(counts.finished()).isEqualTo(4);
		assertThat(counts.successRate()).isEqualTo(75.0);
		assertThat(counts.errorRate()).isEqualTo(25.0);
	}

	@Test
	void ratesAreZeroWhenNoneHasFinished() {
		ExecutionCounts counts = new ExecutionCounts(0, 0, 1, 1, 1);
		assertThat(counts.successRate()).isZero();
		assertThat(counts.errorRate()).isZero();
		assertThat(counts.total()).isEqualTo(2);
	}

	@Test
	void everyCountAddsUp() {
		ExecutionCounts counts = new ExecutionCounts(1, 2, 3, 4, 5);
		assertThat(counts.plus(new ExecutionCounts(10, 20, 30, 40, 50)))
			.isEqualTo(new ExecutionCounts(11, 22, 33, 44, 55));
		assertThat(counts.plus(ExecutionCounts.empty())).isEqualTo(counts);
		assertThat(ExecutionCounts.empty().total()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "successful, -1, 0, 0, 0, 0", "failed, 0, -1, 0, 0, 0", "cancelled, 0, 0, -1, 0, 0",
			"inProgress, 0, 0, 0, -1, 0", "errors, 0, 0, 0, 0, -1" })
	void negativeCountIsRefusedByName(String name, long successful, long failed, long cancelled, long inProgress,
			long errors) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ExecutionCounts(successful, failed, cancelled, inProgress, errors))
			.withMessageContaining("'" + name + "'");
	}

	@Test
	void ratesAreNeverAllOrNothingWhileBothKindsExist() {
		ExecutionCounts counts = new ExecutionCounts(29_999, 1, 0, 0, 0);
		assertThat(counts.successRate()).isEqualTo(99.99);
		assertThat(counts.errorRate()).isEqualTo(0.01);
		ExecutionCounts most = new ExecutionCounts(Long.MAX_VALUE, 1, 0, 0, 0);
		assertThat(most.plus(most).errorRate()).isEqualTo(0.01);
	}

	@Test
	void sumsSaturate() {
		ExecutionCounts most = new ExecutionCounts(Long.MAX_VALUE, 1, 2, 3, 4);
		assertThat(most.total()).isEqualTo(Long.MAX_VALUE);
		assertThat(most.plus(most)).isEqualTo(new ExecutionCounts(Long.MAX_VALUE, 2, 4, 6, 8));
	}

}
