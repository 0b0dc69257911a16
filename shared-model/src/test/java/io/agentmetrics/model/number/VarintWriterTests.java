package io.agentmetrics.model.number;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link VarintWriter}.
 */
class VarintWriterTests {

	@Test
	void numbersAreReadBackAsTheyWereWritten() {
		VarintWriter writer = new VarintWriter(4);
		writer.add(0);
		writer.add(127);
		writer.add(128);
		writer.add(Long.MAX_VALUE);
		VarintReader reader = new VarintReader(writer.toBytes());
		assertThat(reader.next()).isZero();
		assertThat(reader.next()).isEqualTo(127);
		assertThat(reader.next()).isEqualTo(128);
		assertThat(reader.next()).isEqualTo(Long.MAX_VALUE);
		assertThat(reader.remaining()).isZero();
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, Long.MIN_VALUE })
	void negativeNumberIsRefusedAndLeavesNothing(long number) {
		VarintWriter writer = new VarintWriter(1);
		assertThatIllegalArgumentException().isThrownBy(() -> writer.add(number))
			.withMessage("A number is not negative: " + number);
		assertThat(writer.toBytes()).isEmpty();
	}

}
