package io.agentmetrics.api.objective;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

	private static AgentObjective standing(int number, long executions, long missed) {
		Objective objective = new Objective("objective", OptionalLong.empty(), new Target(new BigDecimal("99")), 28,
				Set.of(id(number)), List.of(), Set.of());
		Attainment attainment = new Attainment(executions, missed, 0);
		return new AgentObjective(new Agent(id(number), "agent", UNTIL, Optional.empty(), Optional.empty()), objective,
				UNTIL, attainment, List.of(BurnRate.of(Duration.ofHours(1), attainment, attainment, objective, UNTIL)),
				new Provenance(UNTIL, UNTIL, "UTC", Optional.empty(), UNTIL, List.of()));
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
