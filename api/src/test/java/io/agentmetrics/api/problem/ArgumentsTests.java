package io.agentmetrics.api.problem;

import java.util.UUID;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ArgumentsTests {

	@Test
	void uuidIsAnIdInAnyCase() {
		UUID id = UUID.randomUUID();
		assertThat(Arguments.id("id", id.toString())).isEqualTo(id);
		assertThat(Arguments.id("id", id.toString().toUpperCase())).isEqualTo(id);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1", "1-1-1-1-1", "6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c111 ",
			"6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c11g", "'; drop table agents; --" })
	void anythingElseIsNoId(String text) {
		assertRefused(() -> Arguments.id("agentId", text), "The argument 'agentId' must be a UUID");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 99, 100 })
	void oneToAHundredEntriesMayBeAskedFor(int first) {
		assertThat(Arguments.first(first)).isEqualTo(first);
	}

	@ParameterizedTest
	@ValueSource(ints = { Integer.MIN_VALUE, -1, 0, 101, Integer.MAX_VALUE })
	void noOtherNumberOfEntriesMayBeAskedFor(int first) {
		assertRefused(() -> Arguments.first(first), "must be from 1 to 100, but was " + first);
	}

	@Test
	void anyTextMayBeSearchedFor() {
		assertThat(Arguments.text("search", "")).isEmpty();
		assertThat(Arguments.text("search", "100 % 東京 🙂 '_\\")).isEqualTo("100 % 東京 🙂 '_\\");
		assertThat(Arguments.text("search", "x".repeat(200))).hasSize(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\0", "a\nb", "half a \ud83d pair" })
	void whatDatabasesCannotStoreIsRefused(String text) {
		assertRefused(() -> Arguments.text("search", text), "without control characters");
	}

	@Test
	void longTextIsRefused() {
		assertRefused(() -> Arguments.text("search", "x".repeat(201)), "at most 200 characters");
	}

	private static void assertRefused(ThrowingCallable call, String sentence) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(call)
			.withMessageContaining(sentence)
			.satisfies((ex) -> assertThat(Problem.of(ex).kind()).isEqualTo(ProblemKind.BAD_INPUT));
	}

}
