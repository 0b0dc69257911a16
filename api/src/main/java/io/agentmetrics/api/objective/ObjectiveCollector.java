package io.agentmetrics.api.objective;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

import io.agentmetrics.api.exposition.BackgroundLookup;
import io.agentmetrics.api.exposition.PublishingReplica;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Shows Prometheus how agents stand with their objectives, on the one replica that shows
 * it. It is looked up beside the scrapes, which never wait for the database.
 */
@Component
final class ObjectiveCollector implements MultiCollector, SmartLifecycle {

	/** What is older than that, or than two intervals, is not shown any more. */
	private static final Duration TRUSTED = Duration.ofMinutes(5);

	private final PublishingReplica replica;

	private final boolean any;

	private final BackgroundLookup<ObjectiveSource.Objectives> lookup;

	ObjectiveCollector(ObjectiveSource objectives, ObjectiveProperties properties, PublishingReplica replica,
			PrometheusRegistry registry) {
		this.any = !properties.all().isEmpty();
		this.replica = replica;
		// another replica would compute them for nobody
		this.lookup = new BackgroundLookup<>("how agents stand with their objectives", replica.interval(),
				() -> replica.isThisOne() ? objectives.all(ObjectiveQuestion.NOW) : null);
		registry.register(this);
	}

	@Override
	public MetricSnapshots collect() {
		if (!this.any || !this.replica.isThisOne()) {
			return new MetricSnapshots();
		}
		BackgroundLookup.Found<ObjectiveSource.Objectives> last = this.lookup.last();
		Duration age = last.age();
		Duration trusted = trusted(this.replica.interval());
		MetricSnapshots.Builder shown = MetricSnapshots.builder();
		ages(age, trusted).forEach(shown::metricSnapshot);
		if (last.value() != null && age.compareTo(trusted) <= 0) {
			snapshots(last.value(), this.replica.maxAgents()).forEach(shown::metricSnapshot);
		}
		return shown.build();
	}

	/** Returns how old may be what is shown: alerts must not go by what is older. */
	static Duration trusted(Duration interval) {
		Duration missedOnce = interval.multipliedBy(2).plusMinutes(1);
		return (missedOnce.compareTo(TRUSTED) > 0) ? missedOnce : TRUSTED;
	}

	private static MetricSnapshots ages(Duration age, Duration trusted) {
		Series shown = new Series("agent_objective_age_seconds",
				"How long ago it was last found out how agents stand with their objectives.");
		shown.add(Labels.EMPTY, age.toNanos() / 1e9);
		Series limit = new Series("agent_objective_age_limit_seconds",
				"From which age on it is not shown any more how agents stand with their objectives.");
		limit.add(Labels.EMPTY, trusted.toSeconds());
		return new MetricSnapshots(shown.gauge.build(), limit.gauge.build());
	}

	/**
	 * Returns the time series.
	 * @param most how many agents' objectives may have their own: those whose budget is
	 * being used up too fast, then those with the least left
	 */
	static MetricSnapshots snapshots(ObjectiveSource.Objectives objectives, int most) {
		Series target = new Series("agent_objective_target_ratio",
				"The share of executions that an objective asks for.");
		Series attained = new Series("agent_objective_attained_ratio",
				"The share of executions of an objective's window that did not miss it.");
		Series left = new Series("agent_objective_budget_left_ratio",
				"The share of an objective's budget that is left; negative beyond it, none where there are too few executions to say.");
		Series rate = new Series("agent_objective_burn_rate",
				"How many times as fast as may be an objective's budget has been used up; none where there are too few executions to say.");
		Series executions = new Series("agent_objective_executions", "The executions that an objective is about.");
		Series missed = new Series("agent_objective_missed", "Those of them that missed it.");
		// an agent with much left that begins to fail is what alerts are for
		List<AgentObjective> shown = objectives.all()
			.stream()
			.sorted(Comparator.comparing(AgentObjective::burnsNow).reversed().thenComparing(AgentObjective.BUDGET_LEFT))
			.limit(most)
			.toList();
		for (AgentObjective each : shown) {
			Labels labels = Labels.of("objective", each.objective().name(), "agent_id", each.agent().id().toString());
			Target of = each.objective().target();
			Attainment whole = each.attainment();
			target.add(labels, 1 - of.missShare());
			executions.add(labels.add("window", "whole"), whole.executions());
			missed.add(labels.add("window", "whole"), whole.missed());
			whole.attainedShare().ifPresent((share) -> attained.add(labels, share));
			for (BurnRate burn : each.burnRates()) {
				Labels ofWindow = labels.add("window", burn.name());
				executions.add(ofWindow, burn.executions());
				missed.add(ofWindow, burn.missed());
				if (each.isSaid()) {
					burn.rate().ifPresent((value) -> rate.add(ofWindow, value));
				}
			}
			if (each.isSaid()) {
				((each.status() == ObjectiveStatus.UNDECIDED) ? whole.budgetLeftShareAtMost(of)
						: whole.budgetLeftShare(of))
					.ifPresent((share) -> left.add(labels, share));
			}
		}
		Series leftOut = new Series("agent_objective_series_left_out",
				"Agents' objectives without time series of their own, because there are too many: of those whose budget is not being used up too fast, the ones with the most left.");
		leftOut.add(Labels.EMPTY, Math.max(0, objectives.all().size() - most));
		Series problems = new Series("agent_objective_problems",
				"What the settings of objectives name and is not there, or overlaps; the log says what.");
		problems.add(Labels.EMPTY, objectives.problems().size());
		MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
		List.of(target, attained, left, rate, executions, missed, leftOut, problems)
			.forEach((series) -> snapshots.metricSnapshot(series.gauge.build()));
		return snapshots.build();
	}

	@Override
	public void start() {
		this.lookup.start();
	}

	@Override
	public void stop() {
		this.lookup.stop();
	}

	@Override
	public boolean isRunning() {
		return this.lookup.isRunning();
	}

	/** Where there are no objectives nothing is looked up. */
	@Override
	public boolean isAutoStartup() {
		return this.any;
	}

	/**
	 * A gauge in the making.
	 */
	private static final class Series {

		private final GaugeSnapshot.Builder gauge;

		private Series(String name, String help) {
			this.gauge = GaugeSnapshot.builder().name(name).help(help);
		}

		private void add(Labels labels, double value) {
			this.gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build());
		}

	}

}
