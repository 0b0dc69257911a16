package io.agentmetrics.model.error;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link ErrorGroup}.
 */
class ErrorGroupTests {

	private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

	@Test
	void sumHasAllErrorsAndTheWholeTime() {
		ErrorGroup later = new ErrorGroup("Timeout", 1, "Timeout of b", 2, NOON, NOON.plusSeconds(60));
		ErrorGroup earlier = new ErrorGroup("Timeout", 1, "Timeout of c", 3, NOON.minusSeconds(60), NOON);
		ErrorGroup sum = new ErrorGroup("Timeout", 1, "Timeout of c", 5, NOON.minusSeconds(60), NOON.plusSeconds(60));
		assertThat(later.plus(earlier)).isEqualTo(sum);
		assertThat(earlier.plus(later)).isEqualTo(sum);
	}

	@Test
	void exampleOfTwoSeenAtOnceDoesNotDependOnTheOrder() {
		ErrorGroup one = new ErrorGroup("Timeout", 1, "Timeout of a", 1, NOON, NOON);
		ErrorGroup other = new ErrorGroup("Timeout", 1, "Timeout of b", 1, NOON, NOON);
		assertThat(one.plus(other)).isEqualTo(other.plus(one))
			.extracting(ErrorGroup::example)
			.isEqualTo("Timeout of a");
	}

	@Test
	void differentGroupsDoNotAddUp() {
		ErrorGroup timeout = new ErrorGroup("Timeout", 1, "Timeout", 1, NOON, NOON);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> timeout.plus(new ErrorGroup("Refused", 1, "Refused", 1, NOON, NOON)))
			.withMessageContaining("'Timeout' (masking 1) and 'Refused' (masking 1)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> timeout.plus(new ErrorGroup("Timeout", 2, "Timeout", 1, NOON, NOON)));
	}

	@Test
	void countSaturates() {
		ErrorGroup most = new ErrorGroup("Timeout", 1, "Timeout", Long.MAX_VALUE, NOON, NOON);
		assertThat(most.plus(most).count()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void exampleHasFiveHundredCharactersAtMost() {
		ErrorGroup group = new ErrorGroup("x", 1, "x".repeat(499) + "\ud83d\ude32", 1, NOON, NOON);
		assertThat(group.example()).isEqualTo("x".repeat(499));
	}

	@Test
	void whatCannotBeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new ErrorGroup(" ", 1, "x", 1, NOON, NOON));
		assertThatIllegalArgumentException().isThrownBy(() -> new ErrorGroup("x", 0, "x", 1, NOON, NOON));
		assertThatIllegalArgumentException().isThrownBy(() -> new ErrorGroup("x", 1, "x", 0, NOON, NOON));
		assertThatIllegalArgumentException().isThrownBy(() -> new ErrorGroup("x", 1, "x", 1, NOON, NOON.minusNanos(1)));
	}

}
