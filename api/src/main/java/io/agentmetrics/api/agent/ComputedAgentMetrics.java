package io.agentmetrics.api.agent;

import java.time.Clock;
import java.time.Duration;
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
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.agentmetrics.api.aggregated.AgentDays;
import io.agentmetrics.api.aggregated.AggregatedQuery;
import io.agentmetrics.api.evidence.Evidence;
import io.agentmetrics.api.evidence.EvidenceCollector;
import io.agentmetrics.api.evidence.Frame;
import io.agentmetrics.api.evidence.Selection;
import io.agentmetrics.api.hybrid.HybridAnswer;
import io.agentmetrics.api.hybrid.HybridQuery;
import io.agentmetrics.api.ledger.FailedDays;
import io.agentmetrics.api.ledger.LateExecutionsQuery;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerQuery;
import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.realtime.RealtimeQuery;
import io.agentmetrics.api.realtime.Stretch;
import io.agentmetrics.api.window.Days;
import io.agentmetrics.api.window.Window;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.ErrorGroup;
import io.agentmetrics.model.sketch.ErrorGroups;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Turns a question into a window, and asks the source; all of one answer comes from one
 * snapshot.
 */
@Component
class ComputedAgentMetrics implements AgentMetricsQuery {

	/** How far back an error is looked for before it is called new. */
	private static final int DAYS_BEFORE_NEW = 90;

	private static final String NO_AVERAGE = "The execution times add up to more than can be said, so there is no average.";

	private static final String WITHOUT_TIME = "%,d of %,d executions that have ended have no time, so that times and percentiles are those of the others.";

	private static final String NO_HISTORY = "The agent had not run yet when it began.";

	private static final Selection ERRORS = new Selection(false, false, true, false, Set.of(), false);

	private final RealtimeQuery realtime;

	private final AggregatedQuery aggregated;

	private final HybridQuery hybrid;

	private final LedgerQuery ledger;

	private final FailedDays failedDays;

	private final LateExecutionsQuery late;

	private final AgentHistory history;

	private final Clock clock;

	ComputedAgentMetrics(RealtimeQuery realtime, AggregatedQuery aggregated, HybridQuery hybrid, LedgerQuery ledger,
			FailedDays failedDays, LateExecutionsQuery late, AgentHistory history, Clock clock) {
		this.realtime = realtime;
		this.aggregated = aggregated;
		this.hybrid = hybrid;
		this.ledger = ledger;
		this.failedDays = failedDays;
		this.late = late;
		this.history = history;
		this.clock = clock;
	}

	@Override
	@Transactional(readOnly = true)
	public Map<UUID, AgentMetricsAnswer> metrics(Collection<UUID> agents, MetricsQuestion question) {
		Instant now = this.clock.instant();
		return switch (question.metricType()) {
			case REALTIME -> realtime(agents, question, now);
			case HYBRID -> hybrid(agents, question, now);
			case AGGREGATED -> aggregated(agents, question, now);
		};
	}

	/** Says of each answer what it leaves out or cannot say. */
	private Map<UUID, AgentMetricsAnswer> told(Map<UUID, AgentMetricsAnswer> answers, MetricsQuestion question,
			Window window, Ledger current) {
		Map<UUID, Set<LocalDate>> failed = failedDays(answers.keySet(), question.metricType(), window, current);
		Map<UUID, String> late = this.late.missing(answers.keySet(), window, current);
		answers.replaceAll((agent, answer) -> {
			List<String> missing = new ArrayList<>(FailedDays.sentence(failed.getOrDefault(agent, Set.of())));
			missing.addAll(unsaid(answer));
			String ofLate = late.get(agent);
			if (ofLate != null) {
				missing.add(ofLate);
			}
			return answer.missing(missing);
		});
		return answers;
	}

	/**
	 * Returns the days of each agent that could not be aggregated, as far as no
	 * executions stand in for them.
	 */
	private Map<UUID, Set<LocalDate>> failedDays(Set<UUID> agents, MetricType type, Window window, Ledger current) {
		Days days = window.wholeDays(current.zone());
		return switch (type) {
			case REALTIME -> Map.of();
			case AGGREGATED -> this.failedDays.of(agents, days);
			case HYBRID -> current.rawFrom()
				.filter(days.from()::isBefore)
				.map((kept) -> this.failedDays.of(agents,
						new Days(days.from(), kept.isBefore(days.to()) ? kept : days.to())))
				.orElse(Map.of());
		};
	}

	private static List<String> unsaid(AgentMetricsAnswer answer) {
		Optional<ExecutionTimes> times = answer.statistics().times();
		if (times.isEmpty() || !answer.question().selection().needsTimes()) {
			return List.of();
		}
		List<String> unsaid = new ArrayList<>();
		ExecutionCounts counts = answer.statistics().counts();
		long ended = SaturatingSum.of(counts.finished(), counts.cancelled());
		long timed = times.get().count();
		if (ended > timed) {
			unsaid.add(String.format(Locale.ROOT, WITHOUT_TIME, ended - timed, ended));
		}
		if (times.get().isSumSaturated()) {
			unsaid.add(NO_AVERAGE);
		}
		return unsaid;
	}

	private Map<UUID, AgentMetricsAnswer> realtime(Collection<UUID> agents, MetricsQuestion question, Instant now) {
		Ledger current = this.ledger.current();
		Selection selection = question.selection();
		Window asked = window(question, now);
		Window recorded = current.recorded(asked);
		Map<UUID, Evidence> evidence = new HashMap<>();
		this.realtime.statistics(agents, recorded)
			.forEach((agent, statistics) -> evidence.put(agent, Evidence.of(statistics)));
		if (selection.needsParts()) {
			EvidenceCollector collector = new EvidenceCollector(agents, Frame.of(recorded, current.zone(), now),
					selection);
			this.realtime.collect(
					agents.stream().flatMap((agent) -> Stretch.of(agent, recorded, current.zone()).stream()).toList(),
					collector);
			// the exact statistics, and the distribution beside them
			collector.evidence()
				.forEach(
						(agent, parts) -> evidence.merge(agent, parts, (exact, more) -> more.with(exact.statistics())));
		}
		Map<UUID, ErrorGroups> errors = selection.errors() ? this.realtime.errors(agents, recorded) : Map.of();
		return told(
				answers(question, evidence, errors, earlierErrors(agents, question, recorded, now),
						lacking(asked, recorded, now), withoutHistory(agents, question, asked, current),
						Provenance.of(recorded, current, now).missing(dropped(asked, recorded))),
				question, recorded, current);
	}

	private Map<UUID, AgentMetricsAnswer> hybrid(Collection<UUID> agents, MetricsQuestion question, Instant now) {
		Window asked = window(question, now);
		HybridAnswer answer = this.hybrid.answer(agents, asked, now, question.selection());
		return told(
				answers(question, answer.evidence(), answer.errors(),
						earlierErrors(agents, question, answer.window(), now), lacking(asked, answer.window(), now),
						withoutHistory(agents, question, asked, answer.ledger()),
						Provenance.of(answer.window(), answer.ledger(), now).missing(dropped(asked, answer.window()))),
				question, answer.window(), answer.ledger());
	}

	private Map<UUID, AgentMetricsAnswer> aggregated(Collection<UUID> agents, MetricsQuestion question, Instant now) {
		Ledger current = this.ledger.current();
		Selection selection = question.selection();
		Days days = repeat(question.period().days(current.today(now), current.zone()), Days::previous, question);
		Window window = days.in(current.zone());
		Frame frame = new Frame(window, current.zone(), now, current.unknownTime(days), window.to());
		EvidenceCollector collector = new EvidenceCollector(agents, frame, selection);
		AgentDays closed = closed(agents, days, current);
		this.aggregated.collect(closed, collector);
		Map<UUID, ErrorGroups> errors = selection.errors() ? this.aggregated.errors(closed) : Map.of();
		Map<UUID, ErrorGroups> earlier = selection.earlierErrors()
				? this.aggregated.errors(closed(agents, daysBefore(days), current)) : Map.of();
		Optional<String> missing = current.missing(days, now);
		return told(answers(question, collector.evidence(), errors, earlier, lacking(days, missing, window, now),
				withoutHistory(agents, question, window, current),
				Provenance.of(window, current, now).missing(missing)), question, window, current);
	}

	private static AgentDays closed(Collection<UUID> agents, Days days, Ledger ledger) {
		return new AgentDays(agents, days, ledger.open(days), Map.of());
	}

	private Map<UUID, ErrorGroups> earlierErrors(Collection<UUID> agents, MetricsQuestion question, Window window,
			Instant now) {
		if (!question.selection().earlierErrors()) {
			return Map.of();
		}
		Window before = new Window(window.from().minus(Duration.ofDays(DAYS_BEFORE_NEW)), window.from());
		return this.hybrid.answer(agents, before, now, ERRORS).errors();
	}

	private static Days daysBefore(Days days) {
		return new Days(days.from().minusDays(DAYS_BEFORE_NEW), days.from());
	}

	private static Window window(MetricsQuestion question, Instant now) {
		return repeat(question.period().window(now), Window::previous, question);
	}

	private static <T> T repeat(T period, UnaryOperator<T> previous, MetricsQuestion question) {
		return Stream.iterate(period, previous).skip(question.before()).findFirst().orElseThrow();
	}

	private static Optional<String> lacking(Window asked, Window known, Instant now) {
		if (asked.to().isAfter(now)) {
			return Optional.of("It is not over yet.");
		}
		return dropped(asked, known);
	}

	private static Optional<String> dropped(Window asked, Window known) {
		return known.equals(asked) ? Optional.empty()
				: Optional.of("Of its executions those before " + known.from() + " have been dropped.");
	}

	private static Optional<String> lacking(Days asked, Optional<String> missing, Window window, Instant now) {
		if (asked.from().equals(asked.to())) {
			return Optional.of("No calendar day lies wholly inside, so that it has no aggregated numbers.");
		}
		if (window.to().isAfter(now)) {
			return Optional.of("It is not over yet.");
		}
		return missing;
	}

	/** What is compared with has to be all there. */
	private Set<UUID> withoutHistory(Collection<UUID> agents, MetricsQuestion question, Window window, Ledger current) {
		if (question.before() == 0) {
			return Set.of();
		}
		Instant begun = window.historyBefore();
		Set<UUID> without = new HashSet<>(agents);
		without.removeAll(this.history.recordedBefore(agents, begun, current.today(begun)));
		return without;
	}

	private static Map<UUID, AgentMetricsAnswer> answers(MetricsQuestion question, Map<UUID, Evidence> evidence,
			Map<UUID, ErrorGroups> errors, Map<UUID, ErrorGroups> earlier, Optional<String> lacking,
			Set<UUID> withoutHistory, Provenance provenance) {
		Map<UUID, AgentMetricsAnswer> answers = HashMap.newHashMap(evidence.size());
		evidence.forEach((agent, known) -> answers.put(agent,
				new AgentMetricsAnswer(agent, question, known, errors.getOrDefault(agent, ErrorGroups.empty()),
						fingerprints(earlier.getOrDefault(agent, ErrorGroups.empty())),
						lacking.or(() -> withoutHistory.contains(agent) ? Optional.of(NO_HISTORY) : Optional.empty()),
						provenance)));
		return answers;
	}

	private static Set<String> fingerprints(ErrorGroups groups) {
		return groups.groups().stream().map(ErrorGroup::fingerprint).collect(Collectors.toUnmodifiableSet());
	}

}
