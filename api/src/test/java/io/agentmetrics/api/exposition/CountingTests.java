package io.agentmetrics.api.exposition;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class CountingTests {

	private static final Instant MINUTE = Instant.parse("2026-11-22T10:15:00Z");

	private static final Totals NOTHING = new Totals(Map.of(), RecentRuns.empty());

	@Test
	void agentsWithoutRoomAreCountedTogether() {
		Counting counting = new Counting(NOTHING, MINUTE, limits(2, 20));
		for (int agent = 0; agent < 5; agent++) {
			counting.add(runs(agent, ExecutionStatus.COMPLETED, "", 10));
		}
		Totals after = counting.after();
		assertThat(after.ownSeries()).isEqualTo(2);
		assertThat(after.agents()).hasSize(3);
		assertThat(total(after, Totals.OTHER).of(ExecutionStatus.COMPLETED)).isEqualTo(30);
	}

	@Test
	void agentKeepsItsSeriesHoweverBusyTheOthersAre() {
		Counting first = new Counting(NOTHING, MINUTE, limits(1, 20));
		first.add(runs(7, ExecutionStatus.COMPLETED, "", 1));
		Counting second = new Counting(first.after(), MINUTE, limits(1, 20));
		second.add(runs(8, ExecutionStatus.COMPLETED, "", 1_000));
		second.add(runs(7, ExecutionStatus.COMPLETED, "", 1));
		assertThat(total(second.after(), label(7)).of(ExecutionStatus.COMPLETED)).isEqualTo(2);
		assertThat(total(second.after(), Totals.OTHER).of(ExecutionStatus.COMPLETED)).isEqualTo(1_000);
	}

	@Test
	void errorTypesWithoutRoomAreCountedTogether() {
		Counting counting = new Counting(NOTHING, MINUTE, limits(10, 3));
		for (int type = 0; type < 100; type++) {
			counting.add(runs(1, ExecutionStatus.FAILED, "Error" + type, 1));
		}
		assertThat(total(counting.after(), label(1)).byErrorType())
			.isEqualTo(Map.of("Error0", 1L, "Error1", 1L, "Error2", 1L, Totals.OTHER, 97L));
	}

	@Test
	void onlyFailedAndTimedOutRunsAreErrors() {
		Counting counting = new Counting(NOTHING, MINUTE, limits(10, 3));
		counting.add(runs(1, ExecutionStatus.COMPLETED, "", 1));
		counting.add(runs(1, ExecutionStatus.CANCELLED, "", 2));
		counting.add(runs(1, ExecutionStatus.TIMEOUT, "", 4));
		counting.add(runs(1, ExecutionStatus.FAILED, "ToolError", 8));
		assertThat(total(counting.after(), label(1)).byErrorType())
			.isEqualTo(Map.of(Counting.UNKNOWN, 4L, "ToolError", 8L));
		assertThat(counting.after().recent().byAgent()).isEqualTo(Map.of(label(1), new RecentRuns.Ended(1, 12)));
	}

	@Test
	void releasesAreToldApartUpToALimitAndOnlyIfThatIsSwitchedOn() {
		Map<Integer, Map<String, Long>> tokens = Map.of(0, Map.of(AgentTotals.ANY_VERSION, 20L), 2,
				Map.of("v0", 2L, "v1", 2L, Totals.OTHER, 16L));
		tokens.forEach((limit, expected) -> {
			Counting counting = new Counting(NOTHING, MINUTE, limits(10, 3, limit));
			for (int run = 0; run < 20; run++) {
				counting.add(new FinishedRuns(new UUID(0, 1), ExecutionStatus.COMPLETED, "", OptionalInt.empty(), 1, 0,
						"v" + run % 10, new Usage(1, 0, 0, BigDecimal.ZERO)));
			}
			Map<String, Long> counted = new HashMap<>();
			total(counting.after(), label(1)).byVersion()
				.forEach((version, usage) -> counted.put(version, usage.inputTokens()));
			assertThat(counted).isEqualTo(expected);
			assertThat(total(counting.after(), label(1)).usage().inputTokens()).isEqualTo(20);
		});
	}

	@ParameterizedTest
	@CsvSource({ "'', unknown", "'   ', unknown", "java.net.SocketTimeoutException, java.net.SocketTimeoutException",
			"'  Fehler: \"Zürich\"\n', Fehler: _Zürich_", "\uD83D\uDE00 sad, _ sad",
			"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggghhhh, "
					+ "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg" })
	void errorTypeBecomesALabelOfBoundedLength(String stored, String label) {
		Counting counting = new Counting(NOTHING, MINUTE, limits(10, 3));
		counting.add(runs(1, ExecutionStatus.FAILED, stored, 1));
		assertThat(total(counting.after(), label(1)).byErrorType()).containsOnlyKeys(label);
	}

	@Test
	void batchWithoutRunsChangesNothing() {
		Counting counting = new Counting(NOTHING, MINUTE, limits(10, 3));
		assertThat(counting.isEmpty()).isTrue();
		assertThat(counting.after()).isSameAs(NOTHING);
	}

	@Test
	void successRateForgetsWhatLiesBeforeItsWindow() {
		Counting early = new Counting(NOTHING, MINUTE, limits(10, 3));
		early.add(runs(1, ExecutionStatus.FAILED, "", 3));
		Counting late = new Counting(early.after(), MINUTE.plusSeconds(120), limits(10, 3));
		late.add(runs(1, ExecutionStatus.COMPLETED, "", 1));
		RecentRuns both = late.after().recent();
		assertThat(both.byAgent().getOrDefault(label(1), RecentRuns.Ended.empty()).successRate()).isEqualTo(25);
		assertThat(both.since(MINUTE.plusSeconds(60)).byAgent())
			.isEqualTo(Map.of(label(1), new RecentRuns.Ended(1, 0)));
	}

	private static AgentTotals total(Totals totals, String agent) {
		return totals.agents().getOrDefault(agent, AgentTotals.empty());
	}

	private static String label(int agent) {
		return new UUID(0, agent).toString();
	}

	private static FinishedRuns runs(int agent, ExecutionStatus status, String errorType, long executions) {
		return new FinishedRuns(new UUID(0, agent), status, errorType, OptionalInt.of(0), executions, 0, "",
				Usage.NONE);
	}

	private static ExpositionProperties limits(int agents, int errorTypes) {
		return limits(agents, errorTypes, 0);
	}

	private static ExpositionProperties limits(int agents, int errorTypes, int releases) {
		return new ExpositionProperties(true, Duration.ofSeconds(1), agents, errorTypes, releases, Duration.ZERO,
				Duration.ofHours(1), Duration.ofSeconds(30));
	}

}
