package io.agentmetrics.model.number;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link SaturatingSum}.
 */
class SaturatingSumTests {

	@Test
	void sumStopsAtTheLimit() {
		assertThat(SaturatingSum.of(1, 2)).isEqualTo(3);
		assertThat(SaturatingSum.of(Long.MAX_VALUE - 1, 1)).isEqualTo(Long.MAX_VALUE);
		assertThat(SaturatingSum.of(Long.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
		assertThat(SaturatingSum.of(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void sumAtTheLimitSaysNoMoreThanThat() {
		assertThat(SaturatingSum.isSaturated(SaturatingSum.of(Long.MAX_VALUE, 0))).isTrue();
		assertThat(SaturatingSum.isSaturated(Long.MAX_VALUE - 1)).isFalse();
	}

}
