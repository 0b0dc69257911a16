package io.agentmetrics.aggregator.source;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link WeekStatistics}: no day is taken for smaller than it may be.
 */
class WeekStatisticsTests {

	private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");

	private static final Instant NEXT_MONDAY = day(7);

	@Test
	void executionsOfOneDayAreOfThatDay() {
		WeekStatistics week = week(1_000, 0, day(2), day(2).plusSeconds(3_600), day(2).plusSeconds(86_399));
		assertThat(ofDays(week)).containsExactly(0L, 0L, 1_000L, 0L, 0L, 0L, 0L);
		assertThat(week.executions(day(2), day(2).plusSeconds(3_600))).isEqualTo(500);
		assertThat(week.executions(day(2).plusSeconds(900), day(2).plusSeconds(1_800))).isEqualTo(125);
	}

	@Test
	void whatHasComeSinceMayBeOfAnyDay() {
		assertThat(ofDays(week(1_000, 40, day(2), day(3)))).containsExactly(40L, 40L, 1_040L, 40L, 40L, 40L, 40L);
	}

	@Test
	void withoutAHistogramAllMayBeOfAnyDay() {
		assertThat(ofDays(week(1_000, 40))).containsOnly(1_040L);
		assertThat(ofDays(week(1_000, 0, day(3)))).containsOnly(1_000L);
	}

	@Test
	void smallWeekIsSpreadEvenly() {
		assertThat(ofDays(WeekStatistics.even(MONDAY, NEXT_MONDAY, 700)))
			.allSatisfy((executions) -> assertThat(executions).isBetween(100L, 101L));
		assertThat(ofDays(WeekStatistics.even(MONDAY, NEXT_MONDAY, 0))).containsOnly(0L);
	}

	@Test
	void boundsThatAreTheSameAreOneInstant() {
		WeekStatistics week = week(900, 0, day(1), day(1), day(1), day(2));
		assertThat(week.executions(day(1), day(1).plusSeconds(1))).isBetween(600L, 601L);
		assertThat(week.executions(MONDAY, day(1))).isZero();
	}

	@Test
	void otherWeeksHaveNoneOfThem() {
		WeekStatistics week = week(1_000, 40, day(2), day(3));
		assertThat(week.executions(MONDAY.minusSeconds(86_400), MONDAY)).isZero();
		assertThat(week.executions(NEXT_MONDAY, day(8))).isZero();
		assertThat(List.of(week.contains(MONDAY), week.contains(NEXT_MONDAY))).containsExactly(true, false);
	}

	@RepeatedTest(20)
	void daysAddUpToTheWeek(RepetitionInfo repetition) {
		long seed = 4_000 + repetition.getCurrentRepetition();
		System.out.println("WeekStatisticsTests seed " + seed);
		Random random = new Random(seed);
		Instant[] bounds = Stream.generate(() -> MONDAY.plusSeconds(random.nextInt(7 * 86_400)))
			.limit(2 + random.nextInt(100))
			.sorted()
			.toArray(Instant[]::new);
		long analysed = random.nextInt(1_000_000);
		assertThat(ofDays(week(analysed, 0, bounds)).stream().mapToLong(Long::longValue).sum()).isBetween(analysed,
				analysed + 7);
	}

	private static List<Long> ofDays(WeekStatistics week) {
		return IntStream.range(0, 7).mapToObj((n) -> week.executions(day(n), day(n + 1))).toList();
	}

	private static WeekStatistics week(long analysed, long since, Instant... starts) {
		return new WeekStatistics(MONDAY, NEXT_MONDAY, analysed, since, List.of(starts));
	}

	private static Instant day(int number) {
		return MONDAY.plus(Duration.ofDays(number));
	}

}
