package io.agentmetrics.model.metrics;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

	@Test
	void sumsSaturate() {
		HourlyCounts most = day(5, Long.MAX_VALUE, Long.MAX_VALUE, 0).plus(day(5, 1, 0, 1)).plus(day(6, 1, 1, 0));
		assertThat(most.total(5)).isEqualTo(Long.MAX_VALUE);
		assertThat(most.failed(5)).isOne();
		assertThat(most.finished(5)).isEqualTo(Long.MAX_VALUE);
		assertThat(most.total()).isEqualTo(Long.MAX_VALUE);
		assertThat(most.plus(most).total(5)).isEqualTo(Long.MAX_VALUE);
		assertThat(HourlyCounts.fromBytes(most.toBytes(), 24)).isEqualTo(most);
	}

	@Test
	void bytesStayWhatTheyAre() {
		assertThat(hex(HourlyCounts.of(24))).isEmpty();
		assertThat(hex(day(9, 1, 1, 0))).isEqualTo("09010100");
		assertThat(hex(day(23, 127, 0, 127))).isEqualTo("177f007f");
		assertThat(hex(day(0, 128, 100, 28))).isEqualTo("008001641c");
		assertThat(hex(HourlyCounts.builder(25).add(24, 16_384, 16_383, 1).add(3, 300, 0, 0).build()))
			.isEqualTo("03ac02000018808001ff7f01");
		assertThat(hex(day(5, Long.MAX_VALUE, Long.MAX_VALUE, 0)))
			.isEqualTo("05ffffffffffffffff7fffffffffffffffff7f00");
	}

	@RepeatedTest(5)
	void bytesAreReadBack(RepetitionInfo repetition) {
		long seed = 4_711 + repetition.getCurrentRepetition();
		Random random = new Random(seed);
		for (int day = 0; day < 2_000; day++) {
			HourlyCounts counts = random(random);
			assertThat(HourlyCounts.fromBytes(counts.toBytes(), counts.hours())).as("day %s of seed %s", day, seed)
				.isEqualTo(counts);
		}
	}

	/** No two sequences of bytes mean the same. */
	@RepeatedTest(5)
	void anyDamageIsRefusedOrMakesOtherCounts(RepetitionInfo repetition) {
		long seed = 815 + repetition.getCurrentRepetition();
		Random random = new Random(seed);
		for (int day = 0; day < 2_000; day++) {
			HourlyCounts counts = random(random);
			byte[] bytes = counts.toBytes();
			byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 2));
			for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
				damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
			}
			try {
				assertThat(HourlyCounts.fromBytes(damaged, counts.hours()).toBytes()).as("day %s of seed %s", day, seed)
					.isEqualTo(damaged);
			}
			catch (IllegalArgumentException ex) {
				assertThat(damaged).as("day %s of seed %s: %s", day, seed, ex.getMessage()).isNotEqualTo(bytes);
			}
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "24 | 09            | The 1 bytes end before the number at byte 1 does",
			"24 | 0901          | The 2 bytes end before the number at byte 2 does",
			"24 | 090101        | The 3 bytes end before the number at byte 3 does",
			"24 | 09010180      | The 4 bytes end before the number at byte 3 does",
			"24 | 090101000a    | The 5 bytes end before the number at byte 5 does",
			"24 | 0901010009010100 | Hour 9 cannot follow hour 9 on a day of 24 hours",
			"24 | 0901010008010100 | Hour 8 cannot follow hour 9 on a day of 24 hours",
			"24 | 18010100      | Hour 24 cannot follow hour -1 on a day of 24 hours",
			"23 | 17010100      | Hour 23 cannot follow hour -1 on a day of 23 hours",
			"25 | 19010100      | Hour 25 cannot follow hour -1 on a day of 25 hours",
			"24 | ffffffff0f010100 | Hour 4294967295 cannot follow hour -1 on a day of 24 hours",
			"24 | 09000000      | Hour 9 is stored without executions",
			"24 | 09010101      | Hour 9 cannot have 1 executions, 1 successful, 1 failed",
			"24 | 09000100      | Hour 9 cannot have 0 executions, 1 successful, 0 failed",
			"24 | 0901ffffffffffffffff7fffffffffffffffff7f | Hour 9 cannot have 1 executions, 9223372036854775807 successful, 9223372036854775807 failed",
			"24 | 09ffffffffffffffffff010100 | The number at byte 1 has more than 63 bits",
			"24 | 0981000100    | The number at byte 1 takes more bytes than it needs",
			"24 | 09018000      | The number at byte 2 takes more bytes than it needs",
			"0  | 09010100      | A day does not have 0 hours", "27 | 09010100 | A day does not have 27 hours" })
	void bytesThatNobodyHasWrittenAreRefused(int hours, String hex, String message) {
		byte[] bytes = HexFormat.of().parseHex(hex);
		assertThatIllegalArgumentException().isThrownBy(() -> HourlyCounts.fromBytes(bytes, hours))
			.withMessage(message);
	}

	@Test
	void dayIsShortenedAsFarAsItsHoursAreEmpty() {
		HourlyCounts longest = HourlyCounts.fromBytes(HexFormat.of().parseHex("1601010017010001"), 26);
		assertThat(longest.shortenedTo(23)).isEqualTo(longest.shortenedTo(24)).isEqualTo(longest.shortenedTo(1));
		assertThat(longest.shortenedTo(24).hours()).isEqualTo(24);
		assertThat(longest.shortenedTo(25).hours()).isEqualTo(25);
		assertThat(longest.shortenedTo(26)).isEqualTo(longest);
		assertThat(HourlyCounts.of(26).shortenedTo(23)).isEqualTo(HourlyCounts.of(23));
		assertThatIllegalArgumentException().isThrownBy(() -> longest.shortenedTo(0));
	}

	/** Of 22 to 26 hours, with few or many executions in few or many of them. */
	private static HourlyCounts random(Random random) {
		HourlyCounts.Builder builder = HourlyCounts.builder(random.nextInt(22, 27));
		int[] hours = random.ints(random.nextInt(30), 0, 22).toArray();
		for (int hour : hours) {
			long total = random.nextLong() >>> random.nextInt(6, 64);
			long successful = (total == 0) ? 0 : random.nextLong(total);
			builder.add(hour, total, successful, random.nextLong(total - successful + 1));
		}
		return builder.build();
	}

	private static String hex(HourlyCounts counts) {
		byte[] bytes = counts.toBytes();
		assertThat(HourlyCounts.fromBytes(bytes, counts.hours())).isEqualTo(counts);
		return HexFormat.of().formatHex(bytes);
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
