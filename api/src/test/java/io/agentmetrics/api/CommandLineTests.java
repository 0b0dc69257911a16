package io.agentmetrics.api;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CommandLineTests {

	@Test
	void helpSaysWhatIsNeeded() {
		assertThat(CommandLine.answer(List.of("--help"), "1.0")).hasValueSatisfying(
				(text) -> assertThat(text).contains("1.0", "SPRING_DATASOURCE_URL", "AGENT_METRICS_SECURITY_MODE"));
		assertThat(CommandLine.answer(List.of("-h"), "1.0")).isEqualTo(CommandLine.answer(List.of("--help"), "1.0"));
	}

	@Test
	void versionIsOneLine() {
		assertThat(CommandLine.answer(List.of("--version"), "1.0").orElseThrow().lines())
			.containsExactly("Agent Metrics API 1.0");
	}

	@Test
	void anythingElseStarts() {
		assertThat(CommandLine.answer(List.of("--server.port=1"), "1.0")).isEmpty();
	}

}
