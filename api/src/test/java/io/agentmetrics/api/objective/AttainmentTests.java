package io.agentmetrics.api.objective;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class AttainmentTests {

	private static final Instant UNTIL = Instant.parse("2026-11-22T10:00:00Z");

	@ParameterizedTest
	@CsvSource({ //
			"99, 0, 0, 0, NO_DATA", //
			"99, 99, 0, 0, TOO_FEW", //
			"99, 100, 0, 0, MET", //
			"99, 100, 1, 0, MET", //
			"99, 100, 2, 0, BROKEN", //
			"99.9, 1000, 1, 0, MET", //
			"99.9, 1000, 2, 0, BROKEN", //
			"99.9999, 3000000, 3, 0, MET", //
			"99.9999, 3000000, 4, 0, BROKEN", //
			"0.0001, 1, 0, 0, TOO_FEW", //
			// 1 of 50 comes by chance where 1 of 100 may
			"99, 50, 1, 0, TOO_FEW", //
			"99, 7, 2, 0, TOO_FEW", //
			"99, 7, 3, 0, BROKEN", //
			"99, 7, 7, 0, BROKEN", //
			"95, 1000, 45, 4, MET", //
			"95, 1000, 48, 4, UNDECIDED", //
			"95, 1000, 53, 4, UNDECIDED", //
			"95, 1000, 55, 4, BROKEN" })
	void statusFollowsFromTargetAndCounts(BigDecimal target, long executions, double missed, double error,
			ObjectiveStatus status) {
		assertThat(new Attainment(executions, missed, error).status(new Target(target))).isEqualTo(status);
	}

	@Test
	void budgetIsWhatMayMissLessWhatHas() {
		Attainment attainment = new Attainment(1_200, 9, 0);
		assertThat(attainment.attainedPercent()).hasValue(99.25);
		assertThat(attainment.budgetLeft(target())).isEqualTo(3);
		assertThat(attainment.budgetLeftShare(target())).hasValue(0.25);
		assertThat(new Attainment(1_200, 30, 0).budgetLeftShare(target())).hasValue(-1.5);
		assertThat(new Attainment(0, 0, 0).budgetLeftShare(target())).isEmpty();
		assertThat(new Attainment(0, 0, 0).attainedPercent()).isEmpty();
	}

	@Test
	void attainedIsNeverRoundedToAllWhileOneMissed() {
		assertThat(new Attainment(1_000_000, 1, 0).attainedPercent()).hasValue(99.99);
		assertThat(new Attainment(1_000_000, 0.3, 2).attainedPercent()).hasValue(99.99);
		assertThat(new Attainment(10, 10, 0).attainedPercent()).hasValue(0);
	}

	@Test
	void boundIsInPercentAndNeverRoundedDown() {
		assertThat(new Attainment(3_000, 100, 1).errorPercent()).isEqualTo(0.034);
	}

	@Test
	void burnRateIsOneWhereTheTargetIsJustKept() {
		assertThat(new Attainment(200, 2, 0).burnRate(target())).hasValue(1);
		assertThat(new Attainment(200, 20, 0).burnRate(target())).hasValue(10);
		assertThat(new Attainment(0, 0, 0).burnRate(target())).isEmpty();
	}

	@Test
	void budgetLastsForItsShareOfTheWindowByTheRate() {
		Attainment half = new Attainment(1_000, 5, 0);
		// half of 28 days, five times as fast as may be
		assertThat(burn(new Attainment(100, 5, 0), half).budgetGoneAt())
			.contains(UNTIL.plus(Duration.ofHours(28 * 24 / 2 / 5)).plus(Duration.ofMinutes(12)));
		// slower than what is left: after a window the rate alone decides
		assertThat(burn(new Attainment(1_000, 4, 0), half).budgetGoneAt()).isEmpty();
		assertThat(burn(new Attainment(100, 0, 0), half).budgetGoneAt()).isEmpty();
		assertThat(burn(new Attainment(0, 0, 0), half).budgetGoneAt()).isEmpty();
		assertThat(burn(new Attainment(100, 5, 0), new Attainment(1_000, 11, 0)).budgetGoneAt()).isEmpty();
	}

	@Test
	void leastExecutionsAreThoseOfWhichOneMayMiss() {
		for (String percent : List.of("99", "99.9", "95", "66.6667", "0.0001", "99.9999")) {
			Target target = new Target(new BigDecimal(percent));
			assertThat(target.budget(target.leastExecutions())).isGreaterThanOrEqualTo(1);
			assertThat(target.budget(target.leastExecutions() - 1)).isLessThan(1);
		}
		assertThat(target().missShare()).isCloseTo(0.01, within(1e-12));
	}

	private static BurnRate burn(Attainment lately, Attainment whole) {
		Objective objective = new Objective("objective", OptionalLong.empty(), target(), 28, Set.of(new UUID(0, 1)),
				List.of(), Set.of());
		return BurnRate.of(Duration.ofHours(1), lately, whole, objective, UNTIL);
	}

	private static Target target() {
		return new Target(new BigDecimal("99"));
	}

}
