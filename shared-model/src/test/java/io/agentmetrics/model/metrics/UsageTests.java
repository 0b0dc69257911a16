package io.agentmetrics.model.metrics;

import java.math.BigDecimal;

import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.LatencySketch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link Usage}.
 */
class UsageTests {

	@Test
	void usagesAddUpToTheLastCent() {
		Usage tenth = new Usage(5, 2, 1, LatencySketch.of(7), 1, new BigDecimal("0.1"));
		Usage sum = tenth.plus(tenth).plus(tenth).plus(Usage.empty());
		assertThat(sum).isEqualTo(new Usage(15, 6, 3, LatencySketch.of(7, 7, 7), 3, new BigDecimal("0.3")));
		assertThat(sum.tokenExecutions()).isEqualTo(3);
	}

	@Test
	void sumsOfTokensStopAtTheLimit() {
		Usage huge = new Usage(Long.MAX_VALUE - 1, Long.MAX_VALUE, 3, LatencySketch.of(Long.MAX_VALUE), 0,
				BigDecimal.ZERO);
		Usage sum = huge.plus(huge);
		assertThat(sum.inputTokens()).isEqualTo(SaturatingSum.LIMIT);
		assertThat(sum.outputTokens()).isEqualTo(SaturatingSum.LIMIT);
		assertThat(sum.cachedInputTokens()).isEqualTo(6);
	}

	@Test
	void nothingIsNegative() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Usage(-1, 0, 0, LatencySketch.empty(), 0, BigDecimal.ZERO));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Usage(0, 0, 0, LatencySketch.empty(), 1, new BigDecimal("-0.01")));
	}

}
