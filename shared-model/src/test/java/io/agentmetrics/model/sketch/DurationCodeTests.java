package io.agentmetrics.model.sketch;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link DurationCode}.
 */
class DurationCodeTests {

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 2, 8_388_607, 8_388_608, 16_777_217, 86_400_000, 1_999_999_999, 2_000_000_000 })
	void durationUpToTheLimitComesBack(long ms) {
		assertThat(DurationCode.decode(DurationCode.encode(ms))).isEqualTo(ms);
		assertThat(DurationCode.encode(ms + 1)).isGreaterThanOrEqualTo(DurationCode.encode(ms));
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 8_388_607, 1_999_999_998, 1_999_999_999 })
	void neighboursBelowTheLimitDiffer(long ms) {
		assertThat(DurationCode.encode(ms)).isLessThan(DurationCode.encode(ms + 1));
	}

	@Test
	void longestDurationIsAFiniteFloat() {
		assertThat(DurationCode.encode(Long.MAX_VALUE)).isFinite();
		assertThat(DurationCode.decode(DurationCode.encode(Long.MAX_VALUE))).isPositive();
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3 })
	void longerDurationHasNoSmallerCodeAndLosesAFourMillionth(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		for (int i = 0; i < 100_000; i++) {
			long ms = random.nextLong(Long.MAX_VALUE) >>> random.nextInt(40);
			long longer = ms + (random.nextLong(Long.MAX_VALUE - ms) >>> random.nextInt(63));
			assertThat(DurationCode.encode(longer)).isGreaterThanOrEqualTo(DurationCode.encode(ms));
			long lost = ms - DurationCode.decode(DurationCode.encode(ms));
			assertThat(Math.abs(lost)).isLessThanOrEqualTo((ms <= DurationCode.EXACT_LIMIT_MS) ? 0 : ms / 4_000_000);
		}
	}

}
