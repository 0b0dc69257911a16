package io.agentmetrics.model.metrics;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link Trend}.
 */
class TrendTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			# first half, second half
			 0,   0,   0,   0, NO_DATA
			 1,   4,   5,   5, INSUFFICIENT_DATA
			 0,   5,   5,   5, IMPROVING
			 5,   5,   0,   5, DECLINING
			 5,   5,   5,   5, STABLE
			50, 100,  55, 100, STABLE
			50, 100,  56, 100, IMPROVING
			55, 100,  50, 100, STABLE
			56, 100,  50, 100, DECLINING
			 0,   0,  10,  10, INSUFFICIENT_DATA
			10,  10,   0,   0, INSUFFICIENT_DATA
			""")
	void ratesOfTheHalvesAreCompared(long firstSuccessful, long firstFinished, long secondSuccessful,
			long secondFinished, Trend expected) {
		assertThat(Trend.between(firstSuccessful, firstFinished, secondSuccessful, secondFinished)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "1, 3, 23, 60", "2, 7, 47, 140", "1, 9, 29, 180" })
	void fivePointsToTheLastDigitAreStable(long firstSuccessful, long firstFinished, long secondSuccessful,
			long secondFinished) {
		assertThat(Trend.between(firstSuccessful, firstFinished, secondSuccessful, secondFinished))
			.isEqualTo(Trend.STABLE);
		assertThat(Trend.between(secondSuccessful, secondFinished, firstSuccessful, firstFinished))
			.isEqualTo(Trend.STABLE);
		assertThat(Trend.between(firstSuccessful, firstFinished, secondSuccessful * 1_000 + 1, secondFinished * 1_000))
			.isEqualTo(Trend.IMPROVING);
	}

	@Test
	void countsMayBeLarge() {
		long half = Long.MAX_VALUE / 2;
		assertThat(Trend.between(half / 2, half, half, half)).isEqualTo(Trend.IMPROVING);
	}

	@Test
	void whatCannotBeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Trend.between(6, 5, 5, 5))
			.withMessage("6 successful of 5 finished executions");
		assertThatIllegalArgumentException().isThrownBy(() -> Trend.between(5, 5, -1, 5));
		assertThatIllegalArgumentException().isThrownBy(() -> Trend.ofBuckets(new long[1], new long[2]));
		assertThatIllegalArgumentException().isThrownBy(() -> Trend.ofBuckets(new long[] { 2 }, new long[] { 1 }));
	}

	@Test
	void bucketsAreCutWhereHalfOfTheExecutionsLie() {
		// after the third bucket: 11 of 20; not in the middle of the time
		assertThat(Trend.ofBuckets(longs(1, 0, 10, 4, 0, 0), longs(1, 0, 10, 4, 0, 5))).isEqualTo(Trend.DECLINING);
		assertThat(Trend.ofBuckets(longs(0, 0, 10, 0, 10), longs(5, 0, 10, 0, 10))).isEqualTo(Trend.IMPROVING);
	}

	@Test
	void earlierOfTwoEquallyNearEdgesIsCut() {
		// 8 | 4 | 8: cut after the first bucket the rates are 100 % and 67 %, after the
		// second 83 % and 75 %
		assertThat(Trend.ofBuckets(longs(8, 2, 6), longs(8, 4, 8))).isEqualTo(Trend.DECLINING);
		// 8 | 4 | 8: 75 % and 75 % against 67 % and 88 %
		assertThat(Trend.ofBuckets(longs(6, 2, 7), longs(8, 4, 8))).isEqualTo(Trend.STABLE);
	}

	@Test
	void oneBucketCannotTell() {
		assertThat(Trend.ofBuckets(longs(0, 50, 0), longs(0, 100, 0))).isEqualTo(Trend.INSUFFICIENT_DATA);
		assertThat(Trend.ofBuckets(longs(50), longs(100))).isEqualTo(Trend.INSUFFICIENT_DATA);
	}

	@Test
	void emptyBucketsHaveNoData() {
		assertThat(Trend.ofBuckets(longs(), longs())).isEqualTo(Trend.NO_DATA);
		assertThat(Trend.ofBuckets(longs(0, 0), longs(0, 0))).isEqualTo(Trend.NO_DATA);
		assertThat(Trend.ofBuckets(longs(4, 0), longs(4, 5))).isEqualTo(Trend.INSUFFICIENT_DATA);
	}

	@Test
	void unevenBucketStillLeavesTwoParts() {
		assertThat(Trend.ofBuckets(longs(1_000, 0), longs(1_000, 1))).isEqualTo(Trend.DECLINING);
		assertThat(Trend.ofBuckets(longs(0, 1_000), longs(1, 1_000))).isEqualTo(Trend.IMPROVING);
	}

	@Test
	void middleOutcomeOfAnOddNumberIsInTheSecondHalf() {
		boolean[] outcomes = new boolean[21];
		Arrays.fill(outcomes, 0, 10, true);
		// 10 of 10 against 0 of 11
		assertThat(Trend.ofOutcomes(outcomes)).isEqualTo(Trend.DECLINING);
		outcomes[10] = true;
		Arrays.fill(outcomes, 0, 10, false);
		// 0 of 10 against 1 of 11
		assertThat(Trend.ofOutcomes(outcomes)).isEqualTo(Trend.IMPROVING);
		assertThat(Trend.ofOutcomes(new boolean[9])).isEqualTo(Trend.INSUFFICIENT_DATA);
		assertThat(Trend.ofOutcomes(new boolean[10])).isEqualTo(Trend.STABLE);
		assertThat(Trend.ofOutcomes(new boolean[0])).isEqualTo(Trend.NO_DATA);
	}

	private static long[] longs(long... values) {
		return values;
	}

}
