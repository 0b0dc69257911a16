package io.agentmetrics.api.reception;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Stream;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.cache.open-windows=0s")
class ReceivedSpansIntegrationTests extends ApiTest {

	private static final String TOTALS = "totals { received runs merged noAgent repeated rejected newAgents rejections { reason spans } }";

	@AfterEach
	void forget() {
		JdbcClient.create(this.dataSource).sql("truncate span_receipts").update();
	}

	@Test
	void spansAreCountedByWhatBecameOfThem() {
		store("shop/checkout", 1, Map.of("run", 5L, "merged", 2L, "no agent", 40L, "repeated", 3L, "rejected: too old",
				4L, "rejected: it has no id", 6L, "new agents", 2L));
		store("shop/checkout", 3, Map.of("run", 10L, "rejected: too old", 9L));
		ask("", TOTALS).path("receivedSpans.totals").matchesJson("""
				{ "received": 79, "runs": 15, "merged": 2, "noAgent": 40, "repeated": 3, "rejected": 19,
				"newAgents": 2, "rejections": [{ "reason": "too old", "spans": 13 },
				{ "reason": "it has no id", "spans": 6 }] }
				""");
	}

	@Test
	void servicesWithMostRejectionsComeFirst() {
		store("busy", 1, Map.of("run", 1_000L, "rejected: no", 1L));
		store("broken", 1, Map.of("rejected: no", 3L));
		store("quiet", 1, Map.of("run", 1L, "new agents", 5_000L));
		store("fine", 2, Map.of("run", 20L));
		ask("", "serviceCount services(first: 3) { service spans { received rejected } }").path("receivedSpans")
			.matchesJson("""
					{ "serviceCount": 4, "services": [
					{ "service": "broken", "spans": { "received": 3, "rejected": 3 } },
					{ "service": "busy", "spans": { "received": 1001, "rejected": 1 } },
					{ "service": "fine", "spans": { "received": 20, "rejected": 0 } }] }
					""");
	}

	@Test
	void hoursOfOneServiceAreTheLatestFirst() {
		store("one", 1, Map.of("run", 1L));
		store("one", 2, Map.of("run", 2L, "no agent", 7L));
		store("one", 5, Map.of("run", 5L));
		store("other", 3, Map.of("run", 100L));
		ask("service: \"one\"", "serviceCount totals { runs } hours(first: 2) { hour spans { runs noAgent } }")
			.path("receivedSpans")
			.matchesJson("""
					{ "serviceCount": 1, "totals": { "runs": 8 }, "hours": [
					{ "hour": "%s", "spans": { "runs": 1, "noAgent": 0 } },
					{ "hour": "%s", "spans": { "runs": 2, "noAgent": 7 } }] }
					""".formatted(hoursAgo(1), hoursAgo(2)));
	}

	@Test
	void windowHasWholeHours() {
		this.clock.advance(Duration.ofMinutes(20));
		store("one", 0, Map.of("run", 1L));
		store("one", 24, Map.of("run", 10L));
		store("one", 25, Map.of("run", 100L));
		ask("timeRange: LAST_1_DAY", "from to computedAt totals { runs }").path("receivedSpans").matchesJson("""
				{ "from": "%s", "to": "%s", "computedAt": "%s", "totals": { "runs": 11 } }
				""".formatted(hoursAgo(24), hoursAgo(-1), this.clock.instant()));
		ask("between: { from: \"%s\", to: \"%s\" }".formatted(hoursAgo(25), hoursAgo(24)), "from to totals { runs }")
			.path("receivedSpans")
			.matchesJson("""
					{ "from": "%s", "to": "%s", "totals": { "runs": 100 } }
					""".formatted(hoursAgo(25), hoursAgo(24)));
	}

	@Test
	void answerDoesNotReachBackFurtherThanCountsAreKept() {
		ask("timeRange: LAST_90_DAYS", "from totals { received }").path("receivedSpans").matchesJson("""
				{ "from": "%s", "totals": { "received": 0 } }
				""".formatted(hoursAgo(30 * 24)));
	}

	@Test
	void countsBeyond64BitsAreTheLargest() {
		store("vast", 1, Map.of("run", Long.MAX_VALUE, "rejected: no", Long.MAX_VALUE));
		store("vast", 2, Map.of("run", Long.MAX_VALUE));
		ask("", "totals { received runs } services { spans { received runs } }").path("receivedSpans").matchesJson("""
				{ "totals": { "received": %1$d, "runs": %1$d },
				"services": [{ "spans": { "received": %1$d, "runs": %1$d } }] }
				""".formatted(Long.MAX_VALUE));
	}

	static Stream<Arguments> badInput() {
		return Stream.of(Arguments.of(
				"(timeRange: LAST_1_DAY, between: { from: \"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" }) { to }",
				"exclude each other"),
				Arguments.of("(between: { from: \"2026-01-02T00:00:00Z\", to: \"2026-01-01T00:00:00Z\" }) { to }",
						"must be before"),
				Arguments.of("(service: \"a\\u0000b\") { to }", "without control characters"),
				Arguments.of("{ services(first: 101) { service } }", "must be from 1 to 100"),
				Arguments.of("{ hours(first: 0) { hour } }", "must be from 1 to 100"),
				Arguments.of("{ totals { rejections(first: 101) { reason } } }", "must be from 1 to 100"));
	}

	@ParameterizedTest
	@MethodSource("badInput")
	void badInputIsRefusedWithWhatIsAllowed(String question, String sentence) {
		graphQl().document("{ receivedSpans" + question + " }")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement().satisfies((error) -> {
				assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT");
				assertThat(error.getMessage()).contains(sentence);
			}));
	}

	@Test
	void listThatCannotBeAskedForLeavesTheRest() {
		store("one", 1, Map.of("run", 1L));
		graphQl().document("{ receivedSpans { totals { runs rejections(first: 0) { reason } } } }")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).hasSize(1))
			.path("receivedSpans.totals")
			.matchesJson("""
					{ "runs": 1, "rejections": null }
					""");
	}

	private GraphQlTester.Response ask(String arguments, String fields) {
		String asked = arguments.isEmpty() ? "" : "(" + arguments + ")";
		return graphQl().document("{ receivedSpans" + asked + " { " + fields + " } }").execute();
	}

	private Instant hoursAgo(int hours) {
		return this.clock.instant().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(hours));
	}

	private void store(String service, int hoursAgo, Map<String, Long> outcomes) {
		for (Map.Entry<String, Long> outcome : outcomes.entrySet()) {
			JdbcClient.create(this.dataSource)
				.sql("insert into span_receipts values (:service, :hour, :outcome, :spans)")
				.param("service", service)
				.param("hour", hoursAgo(hoursAgo).atOffset(ZoneOffset.UTC))
				.param("outcome", outcome.getKey())
				.param("spans", outcome.getValue())
				.update();
		}
	}

}
