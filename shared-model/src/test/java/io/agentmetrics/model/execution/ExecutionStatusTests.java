package io.agentmetrics.model.execution;

import java.util.EnumSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link ExecutionStatus}.
 */
class ExecutionStatusTests {

	@Test
	void timeoutIsAFailure() {
		assertThat(EnumSet.allOf(ExecutionStatus.class)).filteredOn(ExecutionStatus::isFailed)
			.containsExactly(ExecutionStatus.FAILED, ExecutionStatus.TIMEOUT);
	}

	@Test
	void cancelledIsNeitherFinishedNorInProgress() {
		assertThat(ExecutionStatus.CANCELLED.isFinished()).isFalse();
		assertThat(ExecutionStatus.CANCELLED.isInProgress()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void everyStatusCountsOnce(ExecutionStatus status) {
		int kinds = (status.isSuccessful() ? 1 : 0) + (status.isFailed() ? 1 : 0) + (status.isInProgress() ? 1 : 0)
				+ ((status == ExecutionStatus.CANCELLED) ? 1 : 0);
		assertThat(kinds).isOne();
		assertThat(status.isFinished()).isEqualTo(status.isSuccessful() || status.isFailed());
	}

}
