package io.agentmetrics.model.number;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link Percent}.
 */
class PercentTests {

	@ParameterizedTest
	@CsvSource({ "0, 0, 0", "0, 7, 0", "7, 7, 100", "1, 3, 33.33", "2, 3, 66.67", "1, 32, 3.13", "1, 8, 12.5",
			"1, 30000, 0.01", "29999, 30000, 99.99", "1, 9223372036854775807, 0.01",
			"9223372036854775806, 9223372036854775807, 99.99", "4611686018427387904, 9223372036854775807, 50",
			"9223372036854775807, 9223372036854775807, 100" })
	void partIsToldWithTwoDecimalsAndNeverAsAllOrNothing(long part, long whole, double percent) {
		assertThat(Percent.of(part, whole)).isEqualTo(percent);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "100, 100", "33.333333, 33.33", "3.125, 3.13", "0.000001, 0.01", "99.9999, 99.99" })
	void shareIsRoundedLikeAPart(double percent, double rounded) {
		assertThat(Percent.rounded(percent)).isEqualTo(rounded);
	}

	@RepeatedTest(20)
	void everyPartIsWithinHalfAHundredthUnlessAtAnEnd() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		long whole = 2 + (random.nextLong(Long.MAX_VALUE - 2) >>> random.nextInt(62));
		long part = 1 + random.nextLong(whole - 1);
		double exact = BigDecimal.valueOf(100)
			.multiply(BigDecimal.valueOf(part))
			.divide(BigDecimal.valueOf(whole), 6, RoundingMode.HALF_UP)
			.doubleValue();
		assertThat(Percent.of(part, whole)).as("%d of %d, seed %d", part, whole, seed)
			.isBetween(0.01, 99.99)
			.isBetween(Math.min(99.99, exact - 0.005001), Math.max(0.01, exact + 0.005001));
	}

	@Test
	void whatIsNoPartIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Percent.of(2, 1)).withMessage("Not a part: 2 of 1");
		assertThatIllegalArgumentException().isThrownBy(() -> Percent.of(-1, 1));
	}

}
