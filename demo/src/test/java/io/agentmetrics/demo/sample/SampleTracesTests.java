package io.agentmetrics.demo.sample;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class SampleTracesTests {

	private static final Instant END = Instant.parse("2026-11-22T18:00:00.123Z");

	@RepeatedTest(24)
	void childrenComeBeforeTheirParentsAndEndBefore(RepetitionInfo repetition) {
		Set<String> sent = new HashSet<>();
		Set<String> parents = new HashSet<>();
		for (String request : SampleTraces.requests(repetition.getCurrentRepetition(), END)) {
			JsonMapper.shared().readTree(request).findParents("spanId").forEach((span) -> {
				assertThat(Long.parseLong(span.path("endTimeUnixNano").asString())).isBetween(
						Long.parseLong(span.path("startTimeUnixNano").asString()), END.toEpochMilli() * 1_000_000);
				assertThat(sent).doesNotContain(span.path("parentSpanId").asString());
				assertThat(sent.add(span.path("spanId").asString())).isTrue();
				parents.add(span.path("parentSpanId").asString());
			});
		}
		parents.remove("");
		assertThat(sent).containsAll(parents);
	}

	@Test
	void sameNumberIsTheSameRunAndAnotherIsAnother() {
		assertThat(SampleTraces.requests(5, END)).isEqualTo(SampleTraces.requests(5, END))
			.doesNotContainAnyElementsOf(SampleTraces.requests(6, END));
	}

	@Test
	void modelsCallsTellTheirTokens() {
		List<JsonNode> calls = JsonMapper.shared()
			.readTree(SampleTraces.requests(0, END).getFirst())
			.findParents("spanId")
			.stream()
			.filter((span) -> span.path("name").asString().equals("chat"))
			.toList();
		assertThat(calls).isNotEmpty()
			.allSatisfy((call) -> assertThat(call.toString()).contains("gen_ai.usage.input_tokens",
					"gen_ai.usage.output_tokens"));
	}

}
