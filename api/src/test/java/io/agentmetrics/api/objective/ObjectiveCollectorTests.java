package io.agentmetrics.api.objective;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.model.agent.Agent;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ObjectiveCollectorTests {

	private static final Instant UNTIL = Instant.parse("2026-11-22T10:00:00Z");

	@Test
	void leastBudgetHasSeriesWhereThereAreTooMany() {
		MetricSnapshots shown = ObjectiveCollector.snapshots(new ObjectiveSource.Objectives(
				List.of(standing(1, 100, 5), standing(2, 100, 1), standing(3, 100, 0)), List.of("A problem.")), 2);
		assertThat(agents(shown, "agent_objective_budget_left_ratio")).containsExactly(id(1), id(2));
		assertThat(agents(shown, "agent_objective_target_ratio")).containsExactly(id(1), id(2));
		assertThat(values(shown, "agent_objective_budget_left_ratio")).containsExactly(-4.0, 0.0);
		assertThat(values(shown, "agent_objective_series_left_out")).containsExactly(1.0);
		assertThat(values(shown, "agent_objective_problems")).containsExactly(1.0);
	}

	@Test
	void whereItIsTooFewToSayNothingIsSaidOfBudgetAndRate() {
		MetricSnapshots shown = ObjectiveCollector
			.snapshots(new ObjectiveSource.Objectives(List.of(standing(1, 20, 1), standing(2, 0, 0)), List.of()), 10);
		assertThat(values(shown, "agent_objective_budget_left_ratio")).isEmpty();
		assertThat(values(shown, "agent_objective_burn_rate")).isEmpty();
		assertThat(values(shown, "agent_objective_attained_ratio")).containsExactly(0.95);
		assertThat(values(shown, "agent_objective_executions")).containsExactly(20.0, 20.0, 0.0, 0.0);
	}

	@Test
	void agentThatBeginsToFailHasSeriesHoweverMuchIsLeft() {
		AgentObjective burning = standing(3, new Attainment(1_000, 1, 0), new Attainment(10, 1, 0));
		MetricSnapshots shown = ObjectiveCollector.snapshots(
				new ObjectiveSource.Objectives(
						List.of(standing(1, new Attainment(1_000, 8, 0), new Attainment(10, 0, 0)),
								standing(2, new Attainment(1_000, 7, 0), new Attainment(0, 0, 0)), burning),
						List.of()),
				2);
		assertThat(agents(shown, "agent_objective_budget_left_ratio")).containsExactlyInAnyOrder(id(3), id(1));
	}

	@Test
	void budgetThatIsGoneOnlyPerhapsIsNotShownAsGone() {
		MetricSnapshots shown = ObjectiveCollector.snapshots(new ObjectiveSource.Objectives(
				List.of(standing(1, new Attainment(1_000, 11, 2), new Attainment(0, 0, 0)),
						standing(2, new Attainment(1_000, 15, 2), new Attainment(0, 0, 0)),
						standing(3, new Attainment(1_000, 5, 2), new Attainment(0, 0, 0))),
				List.of()), 10);
		assertThat(values(shown, "agent_objective_budget_left_ratio"))
			.usingElementComparator((one, other) -> (Math.abs(one - other) < 1e-9) ? 0 : Double.compare(one, other))
			.containsExactlyInAnyOrder(0.1, -0.5, 0.5);
	}

	@Test
	void whatIsShownMayBeTwoIntervalsOld() {
		assertThat(ObjectiveCollector.trusted(Duration.ofSeconds(30))).isEqualTo(Duration.ofMinutes(5));
		assertThat(ObjectiveCollector.trusted(Duration.ofMinutes(10))).isEqualTo(Duration.ofMinutes(21));
	}

	@Test
	void sentenceOfWhatIsUndecidedHasItsBound() {
		Locale before = Locale.getDefault();
		Locale.setDefault(Locale.GERMANY);
		try {
			assertThat(standing(1, new Attainment(1_000, 11, 2), new Attainment(0, 0, 0)).sentence()).isEqualTo(
					"98.9 % of 1,000 timed executions of the last 28 days took up to 20,000 ms; the objective is 99 %. "
							+ "Of 10 that may miss it, 11 have, ± 2, so that it cannot be said yet whether it is met.");
		}
		finally {
			Locale.setDefault(before);
		}
	}

	private static AgentObjective standing(int number, long executions, long missed) {
		Attainment attainment = new Attainment(executions, missed, 0);
		return standing(number, attainment, attainment);
	}

	private static AgentObjective standing(int number, Attainment attainment, Attainment lastHour) {
		Objective objective = new Objective("objective", OptionalLong.of(20_000), new Target(new BigDecimal("99")), 28,
				Set.of(id(number)), List.of(), Set.of());
		return new AgentObjective(new Agent(id(number), "agent", UNTIL, Optional.empty(), Optional.empty()), objective,
				UNTIL, attainment, List.of(BurnRate.of(Duration.ofHours(1), lastHour, attainment, objective, UNTIL)),
				List.of(), new Provenance(UNTIL, UNTIL, "UTC", Optional.empty(), UNTIL, List.of()));
	}

	private static List<UUID> agents(MetricSnapshots shown, String name) {
		return points(shown, name).map((point) -> UUID.fromString(point.getLabels().get("agent_id"))).toList();
	}

	private static List<Double> values(MetricSnapshots shown, String name) {
		return points(shown, name).map(GaugeSnapshot.GaugeDataPointSnapshot::getValue).toList();
	}

	private static Stream<GaugeSnapshot.GaugeDataPointSnapshot> points(MetricSnapshots shown, String name) {
		return shown.stream()
			.filter((snapshot) -> snapshot.getMetadata().getName().equals(name))
			.flatMap((snapshot) -> ((GaugeSnapshot) snapshot).getDataPoints().stream());
	}

	private static UUID id(int number) {
		return new UUID(0, number);
	}

}
