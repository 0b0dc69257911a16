package io.agentmetrics.api.ledger;

import java.time.LocalDate;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link FailedDays}: what an answer says of days that could not be aggregated.
 */
class FailedDaysTests {

	private static final LocalDate DAY = LocalDate.parse("2026-09-02");

	@Test
	void daysAreCountedAndNamed() {
		assertThat(FailedDays.sentence(Set.of())).isEmpty();
		assertThat(FailedDays.sentence(Set.of(DAY)))
			.containsExactly("1 day of this agent could not be aggregated and is left out: 2026-09-02.");
		assertThat(FailedDays.sentence(Set.of(DAY.plusDays(3), DAY))).containsExactly(
				"2 days of this agent could not be aggregated and are left out, from 2026-09-02 to 2026-09-05.");
	}

}
