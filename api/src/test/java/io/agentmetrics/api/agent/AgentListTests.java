package io.agentmetrics.api.agent;

import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.api.health.HealthStatus;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AgentListTests {

	private final AgentList list = new AgentList("search", EnumSet.allOf(HealthStatus.class), AgentOrder.NAME,
			ExecutionFilter.ALL);

	private final AgentPosition position = new AgentPosition(-7, "Straße 東京 🙂", UUID.randomUUID());

	private final String cursor = this.list.cursor(this.position);

	@Test
	void cursorLeadsBackToItsPosition() {
		assertThat(this.list.position(this.cursor)).isEqualTo(this.position);
	}

	@Test
	void cursorIsSafeInAUrl() {
		assertThat(this.cursor).matches("[A-Za-z0-9_-]+");
	}

	@Test
	void cursorOfAnotherListIsRefused() {
		assertOtherList(new AgentList("", EnumSet.allOf(HealthStatus.class), AgentOrder.NAME, ExecutionFilter.ALL));
		assertOtherList(new AgentList("search", EnumSet.of(HealthStatus.ALERT), AgentOrder.NAME, ExecutionFilter.ALL));
		assertOtherList(
				new AgentList("search", EnumSet.allOf(HealthStatus.class), AgentOrder.HEALTH, ExecutionFilter.ALL));
		assertOtherList(new AgentList("search", EnumSet.allOf(HealthStatus.class), AgentOrder.NAME,
				ExecutionFilter.of(new ExecutionFilter.Input(List.of("v1"), false, null, false))));
	}

	private void assertOtherList(AgentList other) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> other.position(this.cursor))
			.withMessageContaining("another 'search', 'health', 'filter' or 'orderBy'");
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

	private void assertRefused(String text) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> this.list.position(text))
			.withMessageContaining("'after' is not a cursor");
	}

}
