package io.agentmetrics.model.sketch;

import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link DeltaVarints}.
 */
class DeltaVarintsTests {

	@ParameterizedTest
	@CsvSource({ "0, 00", "127, 7f", "128, 8001", "16383, ff7f", "16384, 808001",
			"9223372036854775807, ffffffffffffffff7f" })
	void oneNumberTakesSevenBitsAByte(long number, String bytes) {
		assertThat(DeltaVarints.encode(new long[] { number })).isEqualTo(HexFormat.of().parseHex(bytes));
		assertThat(DeltaVarints.decode(HexFormat.of().parseHex(bytes), 1)).containsExactly(number);
	}

	@Test
	void differencesAreStored() {
		long[] numbers = { 0, 0, 5, 1_000_000, 1_000_127, Long.MAX_VALUE, Long.MAX_VALUE };
		byte[] bytes = DeltaVarints.encode(numbers);
		assertThat(bytes).startsWith(0, 0, 5).hasSize(3 + 3 + 1 + 9 + 1);
		assertThat(DeltaVarints.decode(bytes, 7)).isEqualTo(numbers);
		assertThat(DeltaVarints.decode(Arrays.copyOf(bytes, 3), 3)).containsExactly(0, 0, 5);
	}

	@ParameterizedTest
	@CsvSource({ "'', 1, ends after 0 of 1 durations", "05, 2, ends after 1 of 2 durations",
			"0580, 2, The 2 bytes end before the number at byte 1 does", "0500, 1, 1 bytes after its 1 durations",
			"ffffffffffffffffff01, 1, The number at byte 0 has more than 63 bits",
			"ffffffffffffffff7f01, 2, Duration 1 has more than 63 bits",
			"8000, 1, The number at byte 0 takes more bytes than it needs" })
	void anythingElseIsRefused(String bytes, int count, String words) {
		assertThatExceptionOfType(CorruptSketchException.class)
			.isThrownBy(() -> DeltaVarints.decode(HexFormat.of().parseHex(bytes), count))
			.withMessageContaining(words);
	}

}
