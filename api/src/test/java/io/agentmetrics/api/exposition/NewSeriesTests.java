package io.agentmetrics.api.exposition;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NewSeriesTests {

	private static final UUID AGENT = new UUID(0, 1);

	private static final UUID OTHER = new UUID(0, 2);

	private static final Usage USED = new Usage(1_000, 20, 300, BigDecimal.ONE);

	private final NewSeries newSeries = new NewSeries(Duration.ofSeconds(75));

	@Test
	void whatWasCountedBeforeTheFirstScrapeIsShownAsItIs() {
		Totals totals = totals(Map.of(AGENT, counts("TypeError", "v1")));
		assertThat(shown(totals, 0)).isEqualTo(totals);
		assertThat(shown(totals, 1)).isEqualTo(totals);
	}

	@Test
	void agentThatAppearsIsAtZeroForAllWhoScrape() {
		shown(totals(Map.of(AGENT, counts("TypeError", "v1"))), 0);
		Totals both = totals(Map.of(AGENT, counts("TypeError", "v1"), OTHER, counts("TypeError", "v1")));
		for (int second : new int[] { 100, 101, 160, 174 }) {
			Totals shown = shown(both, second);
			assertThat(of(shown, AGENT)).isEqualTo(of(both, AGENT));
			assertThat(of(shown, OTHER)).isEqualTo(new AgentTotals(Map.of(), AgentTotals.empty().buckets(), 0,
					Map.of("TypeError", 0L), Map.of("v1", Usage.NONE)));
		}
		assertThat(shown(both, 175)).isEqualTo(both);
	}

	@Test
	void errorTypeAndReleaseThatAppearAreAtZeroByThemselves() {
		AgentTotals before = counts("TypeError", "v1");
		shown(totals(Map.of(AGENT, before)), 0);
		AgentTotals now = before.plus(failed(), "Timeout", "v2");
		AgentTotals shown = of(shown(totals(Map.of(AGENT, now)), 30), AGENT);
		assertThat(shown.byErrorType()).isEqualTo(Map.of("TypeError", 1L, "Timeout", 0L));
		assertThat(shown.byVersion()).isEqualTo(Map.of("v1", USED, "v2", Usage.NONE));
		assertThat(shown.of(ExecutionStatus.FAILED)).isEqualTo(2);
		assertThat(of(shown(totals(Map.of(AGENT, now)), 105), AGENT)).isEqualTo(now);
	}

	/** The series are there from the beginning, and were at 0. */
	@Test
	void firstUsageOfAnAgentIsShownAtOnceWhereReleasesAreNotToldApart() {
		shown(totals(Map.of(AGENT, AgentTotals.empty())), 0);
		Totals now = totals(Map.of(AGENT, AgentTotals.empty().plus(completed(), "", AgentTotals.ANY_VERSION)));
		assertThat(shown(now, 1)).isEqualTo(now);
	}

	@Test
	void seriesThatComesBackIsAtZeroAgain() {
		Totals both = totals(Map.of(AGENT, counts("TypeError", "v1"), OTHER, counts("TypeError", "v1")));
		shown(both, 0);
		shown(totals(Map.of(AGENT, counts("TypeError", "v1"))), 10);
		assertThat(of(shown(both, 20), OTHER).of(ExecutionStatus.FAILED)).isZero();
		assertThat(shown(both, 95)).isEqualTo(both);
	}

	@Test
	void replicaThatCountsAgainShowsWhatAnotherHasCountedAsItIs() {
		shown(totals(Map.of(AGENT, counts("TypeError", "v1"))), 0);
		this.newSeries.forget();
		Totals both = totals(Map.of(AGENT, counts("TypeError", "v1"), OTHER, counts("TypeError", "v1")));
		assertThat(shown(both, 100)).isEqualTo(both);
	}

	private Totals shown(Totals totals, int second) {
		return this.newSeries.shown(totals, Duration.ofSeconds(second).toNanos());
	}

	private static Totals totals(Map<UUID, AgentTotals> agents) {
		return new Totals(
				agents.entrySet()
					.stream()
					.collect(Collectors.toMap((agent) -> agent.getKey().toString(), Map.Entry::getValue)),
				RecentRuns.empty());
	}

	private static AgentTotals of(Totals totals, UUID agent) {
		return Objects.requireNonNull(totals.agents().get(agent.toString()));
	}

	private static AgentTotals counts(String errorType, String version) {
		return AgentTotals.empty().plus(failed(), errorType, version);
	}

	private static FinishedRuns failed() {
		return new FinishedRuns(AGENT, ExecutionStatus.FAILED, "", OptionalInt.of(3), 1, 1_500, "", USED);
	}

	private static FinishedRuns completed() {
		return new FinishedRuns(AGENT, ExecutionStatus.COMPLETED, "", OptionalInt.of(3), 1, 1_500, "", USED);
	}

}
