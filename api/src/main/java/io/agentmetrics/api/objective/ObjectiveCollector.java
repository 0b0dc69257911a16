package io.agentmetrics.api.objective;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.agentmetrics.api.exposition.PublishingReplica;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Shows Prometheus how agents stand with their objectives, on the one replica that shows
 * it. It is looked up beside the scrapes, which never wait for the database.
 */
@Component
final class ObjectiveCollector implements MultiCollector, SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(ObjectiveCollector.class);

	/** What is older than that, or than two intervals, is not shown any more. */
	private static final Duration TRUSTED = Duration.ofMinutes(5);

	private final ObjectiveSource objectives;

	private final PublishingReplica replica;

	private final boolean any;

	private @Nullable ScheduledExecutorService lookups;

	private volatile @Nullable Known known;

	/** From when on this replica owes what it does not know. */
	private volatile long owedSinceNanos = System.nanoTime();

	private boolean failing;

	ObjectiveCollector(ObjectiveSource objectives, ObjectiveProperties properties, PublishingReplica replica,
			PrometheusRegistry registry) {
		this.objectives = objectives;
		this.any = !properties.all().isEmpty();
		this.replica = replica;
		registry.register(this);
	}

	@Override
	public MetricSnapshots collect() {
		if (!this.any || !this.replica.isThisOne()) {
			return new MetricSnapshots();
		}
		Known last = this.known;
		Duration age = Duration.ofNanos(System.nanoTime() - ((last != null) ? last.atNanos() : this.owedSinceNanos));
		Duration trusted = trusted(this.replica.interval());
		MetricSnapshots.Builder shown = MetricSnapshots.builder();
		ages(age, trusted).forEach(shown::metricSnapshot);
		if (last != null && age.compareTo(trusted) <= 0) {
			snapshots(last.objectives(), this.replica.maxAgents()).forEach(shown::metricSnapshot);
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
		if (!this.any) {
			return;
		}
		ScheduledExecutorService executor = Executors
			.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("objectives").daemon().factory());
		executor.scheduleWithFixedDelay(this::lookUp, 0, this.replica.interval().toMillis(), TimeUnit.MILLISECONDS);
		this.lookups = executor;
	}

	@Override
	public void stop() {
		ScheduledExecutorService executor = this.lookups;
		this.lookups = null;
		if (executor != null) {
			executor.shutdownNow();
		}
	}

	@Override
	public boolean isRunning() {
		return this.lookups != null;
	}

	private void lookUp() {
		try {
			// another replica would compute them for nobody
			if (!this.replica.isThisOne()) {
				this.owedSinceNanos = System.nanoTime();
				this.known = null;
				return;
			}
			this.known = new Known(this.objectives.all(Optional.empty()), System.nanoTime());
			if (this.failing) {
				logger.info("It is known again how agents stand with their objectives");
			}
			this.failing = false;
		}
		// whatever it was: what is thrown here would end the lookups
		catch (RuntimeException | Error ex) {
			if (!this.failing && isRunning()) {
				logFailure(ex);
			}
			this.failing = true;
		}
	}

	private static void logFailure(Throwable failure) {
		if (failure instanceof DataAccessException || failure instanceof TransactionException) {
			logger.warn("It is not known how agents stand with their objectives: {}",
					NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
		}
		else {
			logger.error("It cannot be found out how agents stand with their objectives", failure);
		}
	}

	/**
	 * What was found.
	 *
	 * @param atNanos when, by {@link System#nanoTime()}
	 */
	private record Known(ObjectiveSource.Objectives objectives, long atNanos) {
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
