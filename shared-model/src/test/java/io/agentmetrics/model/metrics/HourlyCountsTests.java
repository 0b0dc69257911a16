package io.agentmetrics.model.metrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link HourlyCounts}.
 */
class HourlyCountsTests {

	@ParameterizedTest
	@ValueSource(ints = { 22, 23, 24, 25, 26 })
	void dayStartsWithoutExecutions(int hours) {
		HourlyCounts counts = HourlyCounts.of(hours);
		assertThat(counts.hours()).isEqualTo(hours);
		assertThat(counts.total()).isZero();
		assertThat(counts.totals()).hasSize(hours).containsOnly(0);
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 27 })
	void noDayHasSoManyHours(int hours) {
		assertThatIllegalArgumentException().isThrownBy(() -> HourlyCounts.of(hours));
	}

	@Test
	void everyHourAddsUp() {
		HourlyCounts one = day(23, 5, 3, 1);
		HourlyCounts sum = one.plus(day(22, 10, 6, 2)).plus(day(23, 1, 0, 1));
		assertThat(sum.total(23)).isEqualTo(6);
		assertThat(sum.successful(23)).isEqualTo(3);
		assertThat(sum.failed(23)).isEqualTo(2);
		assertThat(sum.finished(23)).isEqualTo(5);
		assertThat(sum.total(22)).isEqualTo(10);
		assertThat(sum.total()).isEqualTo(16);
		assertThat(sum.successful()).isEqualTo(9);
		assertThat(sum.failed()).isEqualTo(4);
		assertThat(sum.plus(HourlyCounts.of(24))).isEqualTo(sum).hasSameHashCodeAs(sum).isNotEqualTo(one);
	}

	@Test
	void daysOfDifferentLengthDoNotAddUp() {
		assertThatIllegalArgumentException().isThrownBy(() -> HourlyCounts.of(23).plus(HourlyCounts.of(24)))
			.withMessageContaining("24 hours to one of 23");
	}

	@Test
	void builderAddsUpHoursAndDays() {
		HourlyCounts sum = HourlyCounts.builder(24).add(23, 5, 3, 1).add(day(23, 1, 0, 1)).add(0, 2, 1, 1).build();
		assertThat(sum).isEqualTo(day(23, 6, 3, 2).plus(day(0, 2, 1, 1)));
		assertThat(sum.totals()).hasSize(24).startsWith(2, 0).endsWith(0, 6);
	}

	@Test
	void builderDoesNotChangeWhatItHasBuilt() {
		HourlyCounts.Builder builder = HourlyCounts.builder(24).add(1, 1, 1, 0);
		HourlyCounts built = builder.build();
		assertThat(builder.add(1, 1, 0, 1).add(0, 4, 0, 0).build().total()).isEqualTo(6);
		assertThat(built).isEqualTo(day(1, 1, 1, 0));
	}

	@Test
	void hoursMayComeInAnyOrder() {
		HourlyCounts.Builder builder = HourlyCounts.builder(26);
		for (int hour : new int[] { 25, 0, 13, 12, 14, 1, 24, 13 }) {
			builder.add(hour, 100 + hour, hour, 1);
		}
		HourlyCounts counts = builder.build();
		assertThat(counts.total(13)).isEqualTo(226);
		assertThat(counts.successful(25)).isEqualTo(25);
		assertThat(counts.failed(24)).isEqualTo(1);
		assertThat(counts.totals()).startsWith(100, 101, 0).endsWith(0, 124, 125);
		assertThat(counts.finished(2)).isZero();
		assertThat(counts).isEqualTo(HourlyCounts.of(counts.totals(), counts.successes(), counts.failures()));
	}

	@Test
	void hourWithoutExecutionsIsNoDifference() {
		assertThat(HourlyCounts.builder(24).add(3, 0, 0, 0).build()).isEqualTo(HourlyCounts.of(24))
			.isNotEqualTo(HourlyCounts.of(23));
	}

	@Test
	void hourOutsideTheDayIsRefused() {
		HourlyCounts counts = HourlyCounts.of(23);
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> counts.total(23));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> counts.successful(-1));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> counts.failed(23));
		assertThatExceptionOfType(IndexOutOfBoundsException.class)
			.isThrownBy(() -> HourlyCounts.builder(23).add(23, 1, 1, 0));
	}

	@Test
	void arraysAreCopiedInAndOut() {
		long[] totals = { 3 };
		long[] successful = { 2 };
		long[] failed = { 1 };
		HourlyCounts counts = HourlyCounts.of(totals, successful, failed);
		totals[0] = 9;
		successful[0] = 9;
		failed[0] = 9;
		counts.totals()[0] = 9;
		counts.successes()[0] = 9;
		counts.failures()[0] = 9;
		assertThat(counts).hasToString("HourlyCounts[totals=[3], successful=[2], failed=[1]]");
		assertThat(counts.totals()).containsExactly(3);
		assertThat(counts.successes()).containsExactly(2);
		assertThat(counts.failures()).containsExactly(1);
	}

	@Test
	void whatCannotBeIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> HourlyCounts.of(new long[24], new long[23], new long[24]));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> HourlyCounts.of(new long[24], new long[24], new long[25]));
		assertThatIllegalArgumentException().isThrownBy(() -> day(7, 3, 2, 2)).withMessageContaining("Hour 7");
		assertThatIllegalArgumentException().isThrownBy(() -> day(7, 3, -1, 2));
		assertThatIllegalArgumentException().isThrownBy(() -> day(7, 3, 2, -1));
		assertThatIllegalArgumentException().isThrownBy(() -> day(7, -1, 0, 0));
	}

	private static HourlyCounts day(int hour, long total, long successful, long failed) {
		return HourlyCounts.of(at(hour, total), at(hour, successful), at(hour, failed));
	}

	private static long[] at(int hour, long count) {
		long[] counts = new long[24];
		counts[hour] = count;
		return counts;
	}

}
