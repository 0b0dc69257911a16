package io.agentmetrics.api.agent;

import java.util.Base64;
import java.util.UUID;

import io.agentmetrics.api.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AgentCursorTests {

	private final AgentPosition position = new AgentPosition("Straße 東京 🙂", UUID.randomUUID());

	private final String cursor = AgentCursor.encode(this.position, "search");

	@Test
	void cursorLeadsBackToItsPosition() {
		assertThat(AgentCursor.decode(this.cursor, "search")).isEqualTo(this.position);
	}

	@Test
	void cursorIsSafeInAUrl() {
		assertThat(this.cursor).matches("[A-Za-z0-9_-]+");
	}

	@Test
	void cursorOfAnotherSearchIsRefused() {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> AgentCursor.decode(this.cursor, ""))
			.withMessageContaining("another 'search'");
	}

	@Test
	void cursorWithAnyByteChangedIsRefused() {
		byte[] bytes = Base64.getUrlDecoder().decode(this.cursor);
		for (int i = 0; i < bytes.length; i++) {
			byte[] damaged = bytes.clone();
			damaged[i] ^= 0x10;
			assertRefused(Base64.getUrlEncoder().encodeToString(damaged));
		}
	}

	@Test
	void cursorCutShortIsRefused() {
		for (int length = 0; length < this.cursor.length(); length++) {
			assertRefused(this.cursor.substring(0, length));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "?", "ü", "AAAA", "eyJpZCI6MX0=", "' or 1=1 --" })
	void whatIsNoCursorIsRefused(String text) {
		assertRefused(text);
	}

	private static void assertRefused(String text) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> AgentCursor.decode(text, "search"))
			.withMessageContaining("'after' is not a cursor");
	}

}
