package io.agentmetrics.api.metrics.source;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.agentmetrics.api.ledger.FailedDays;
import io.agentmetrics.api.ledger.LateExecutions;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.model.error.ErrorGroup;
import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.number.SaturatingSum;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads metrics from PostgreSQL as their plan says; all of one answer comes from one
 * snapshot.
 */
@Component
class MetricsReader {

	private static final String NO_AVERAGE = "The execution times add up to more than can be said, so there is no average.";

	private static final String WITHOUT_TIME = "%,d of %,d executions that have ended have no time, so that times and percentiles are those of the others.";

	private static final String WITHOUT_TOKENS = "%,d of %,d executions that have ended report no tokens, so that tokens are those of the others.";

	private static final String WITHOUT_COST = "%,d of %,d executions that have ended report no cost, so that costs are those of the others.";

	private static final String NO_HISTORY = "The agent had not run yet when it began.";

	private static final String NO_HISTORY_OF_SLICE = "No execution that matches the filter had started when it began.";

	private static final String NO_MATCH = "No execution matches the filter.";

	private final Planner planner;

	private final StoredMetricsRepository storedMetrics;

	private final RawExecutionRepository executions;

	private final AgentHistoryRepository history;

	private final FailedDays failedDays;

	private final LateExecutions late;

	private final Clock clock;

	MetricsReader(Planner planner, StoredMetricsRepository storedMetrics, RawExecutionRepository executions,
			AgentHistoryRepository history, FailedDays failedDays, LateExecutions late, Clock clock) {
		this.planner = planner;
		this.storedMetrics = storedMetrics;
		this.executions = executions;
		this.history = history;
		this.failedDays = failedDays;
		this.late = late;
		this.clock = clock;
	}

	/**
	 * Answers a question.
	 * @param ledger the ledger that the answer is to rest on, if one is known
	 */
	@Transactional(readOnly = true)
	Map<UUID, AgentMetrics> read(Collection<UUID> agents, MetricsQuestion question, Optional<Ledger> ledger) {
		Plan plan = this.planner.plan(agents, question, this.clock.instant(), ledger);
		MetricsFields fields = question.fields();
		Found found = read(plan, fields);
		Map<UUID, ErrorGroups> earlier = fields.earlierErrors() ? errors(this.planner.before(plan)) : Map.of();
		Set<UUID> withoutHistory = withoutHistory(plan, question);
		Map<UUID, List<String>> missing = missing(plan, found, fields);
		Provenance provenance = plan.provenance();
		Map<UUID, AgentMetrics> answers = HashMap.newHashMap(found.metrics().size());
		found.metrics()
			.forEach((agent, known) -> answers.put(agent,
					new AgentMetrics(agent, question, known, found.errors().getOrDefault(agent, ErrorGroups.empty()),
							fingerprints(earlier.getOrDefault(agent, ErrorGroups.empty())),
							plan.lacking()
								.or(() -> withoutHistory.contains(agent)
										? Optional.of(plan.filter().isAll() ? NO_HISTORY : NO_HISTORY_OF_SLICE)
										: Optional.empty()),
							provenance.missing(missing.getOrDefault(agent, List.of())))));
		return answers;
	}

	/** Reads stored days, then raw executions. */
	Found read(Plan plan, MetricsFields fields) {
		MetricsAccumulator<UUID> buckets = MetricsAccumulator.ofAgents(plan, fields);
		if (!plan.stored().isEmpty()) {
			this.storedMetrics.read(plan.stored(), buckets);
		}
		Plan ofErrors = fields.errors() ? this.planner.ofErrors(plan) : plan;
		Map<UUID, ErrorGroups> errors = fields.errors() ? storedErrors(ofErrors) : new HashMap<>();
		if (plan.raw().isEmpty() && ofErrors.raw().isEmpty()) {
			return new Found(buckets.result(), errors, buckets.untold());
		}
		return this.executions.withOnePlan(() -> {
			Map<UUID, Metrics> metrics = plan.raw().isEmpty() ? buckets.result() : rawMetrics(plan, fields, buckets);
			if (fields.errors()) {
				addRawErrors(ofErrors, errors);
			}
			return new Found(metrics, errors, buckets.untold());
		});
	}

	/** Reads stored days, then raw executions, into sums of whatever is asked about. */
	void read(MetricsAccumulator<?> sums) {
		Plan plan = sums.plan();
		if (!plan.stored().isEmpty()) {
			this.storedMetrics.read(plan.stored(), sums);
		}
		if (!plan.raw().isEmpty()) {
			this.executions.withOnePlan(() -> this.executions.read(plan.raw(), sums));
		}
	}

	private Map<UUID, Metrics> rawMetrics(Plan plan, MetricsFields fields, MetricsAccumulator<UUID> buckets) {
		if (plan.metricType() != MetricType.REALTIME || fields.needsBuckets()) {
			this.executions.read(plan.raw(), buckets);
		}
		Map<UUID, Metrics> metrics = buckets.result();
		if (plan.metricType() == MetricType.REALTIME) {
			this.executions.metrics(plan.agents(), plan.window(), plan.filter())
				.forEach((agent, exact) -> metrics.computeIfPresent(agent, (same, read) -> exact.withBuckets(read)));
		}
		return metrics;
	}

	private Map<UUID, ErrorGroups> errors(Plan plan) {
		Map<UUID, ErrorGroups> errors = storedErrors(plan);
		if (!plan.raw().isEmpty()) {
			this.executions.withOnePlan(() -> addRawErrors(plan, errors));
		}
		return errors;
	}

	private Map<UUID, ErrorGroups> storedErrors(Plan plan) {
		return new HashMap<>(
				plan.stored().isEmpty() ? Map.of() : this.storedMetrics.errors(plan.stored(), plan.filter()));
	}

	private Map<UUID, ErrorGroups> addRawErrors(Plan plan, Map<UUID, ErrorGroups> errors) {
		this.executions.errors(plan.raw(), plan.filter())
			.forEach((agent, raw) -> errors.merge(agent, raw, ErrorGroups::plus));
		return errors;
	}

	/**
	 * Returns the agents that had not run before the window began, if the question
	 * compares windows.
	 */
	private Set<UUID> withoutHistory(Plan plan, MetricsQuestion question) {
		if (question.before() == 0) {
			return Set.of();
		}
		Instant begun = plan.asked().historyBefore();
		Set<UUID> without = new HashSet<>(plan.agents());
		without.removeAll(this.history.recordedBefore(plan.agents(), plan.filter(), begun, plan.ledger()));
		return without;
	}

	/**
	 * Returns the sentences that say what each agent's answer leaves out or cannot say.
	 */
	private Map<UUID, List<String>> missing(Plan plan, Found found, MetricsFields fields) {
		Map<UUID, Set<LocalDate>> failed = plan.storedOnly()
			.map((days) -> this.failedDays.of(plan.agents(), days, plan.ledger()))
			.orElse(Map.of());
		Map<UUID, String> late = this.late.missing(plan.agents(), plan.window(), plan.ledger());
		Map<UUID, List<String>> missing = new HashMap<>();
		found.metrics().forEach((agent, known) -> {
			List<String> sentences = new ArrayList<>(FailedDays.sentence(failed.getOrDefault(agent, Set.of())));
			sentences.addAll(unsaid(known, fields));
			if (!plan.filter().isAll() && known.counts().total() == 0) {
				sentences.add(NO_MATCH);
			}
			sentences.addAll(found.untold().getOrDefault(agent, List.of()));
			Optional.ofNullable(late.get(agent)).ifPresent(sentences::add);
			missing.put(agent, sentences);
		});
		return missing;
	}

	private static List<String> unsaid(Metrics metrics, MetricsFields fields) {
		ExecutionCounts counts = metrics.counts();
		long ended = SaturatingSum.of(counts.finished(), counts.cancelled());
		List<String> unsaid = new ArrayList<>();
		metrics.times().filter((times) -> fields.needsTimes()).ifPresent((times) -> {
			without(WITHOUT_TIME, times.count(), ended).ifPresent(unsaid::add);
			if (times.isSumSaturated()) {
				unsaid.add(NO_AVERAGE);
			}
		});
		// agents of which no execution reports any have nothing to tell
		UsageTotals usage = metrics.usage();
		if (usage.tokenExecutions() > 0) {
			without(WITHOUT_TOKENS, usage.tokenExecutions(), ended).ifPresent(unsaid::add);
		}
		if (usage.costExecutions() > 0) {
			without(WITHOUT_COST, usage.costExecutions(), ended).ifPresent(unsaid::add);
		}
		return unsaid;
	}

	private static Optional<String> without(String sentence, long told, long ended) {
		return (ended > told) ? Optional.of(String.format(Locale.ROOT, sentence, ended - told, ended))
				: Optional.empty();
	}

	private static Set<String> fingerprints(ErrorGroups groups) {
		return groups.groups().stream().map(ErrorGroup::fingerprint).collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * What was read.
	 *
	 * @param metrics those of each of the plan's agents
	 * @param errors the groups of each agent that has errors
	 * @param untold what stored days do not tell of each of the agents, in sentences
	 */
	record Found(Map<UUID, Metrics> metrics, Map<UUID, ErrorGroups> errors, Map<UUID, List<String>> untold) {
	}

}
