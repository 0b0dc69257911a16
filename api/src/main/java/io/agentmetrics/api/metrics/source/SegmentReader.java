package io.agentmetrics.api.metrics.source;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.ledger.FailedDays;
import io.agentmetrics.api.ledger.LateExecutions;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.Provenance;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads what executions did between moments, from the stored days and raw ranges of a
 * plan; as many statements for any number of agents and moments. What whole days have to
 * say is kept until one of them changes: the moments move on, the days between do not.
 */
@Component
class SegmentReader {

	private final Planner planner;

	private final StoredMetricsRepository storedMetrics;

	private final RawExecutionRepository executions;

	private final FailedDays failedDays;

	private final LateExecutions late;

	private final Clock clock;

	private final AnswerCache<StoredSegments.Key, StoredSegments> stored;

	SegmentReader(Planner planner, StoredMetricsRepository storedMetrics, RawExecutionRepository executions,
			FailedDays failedDays, LateExecutions late, Clock clock, AnswerCaches caches) {
		this.planner = planner;
		this.storedMetrics = storedMetrics;
		this.executions = executions;
		this.failedDays = failedDays;
		this.late = late;
		this.clock = clock;
		this.stored = caches.closed("stored-segments");
	}

	/**
	 * Answers questions, all from one snapshot.
	 * @param lately the ledger of a moment ago, to plan by
	 * @return to each question what each of its agents' executions did
	 */
	@Transactional(readOnly = true)
	List<Map<UUID, Segments>> read(List<SegmentsQuestion> questions, Ledger lately) {
		Instant now = this.clock.instant();
		return questions.stream().map((question) -> read(question, lately, now)).toList();
	}

	private StoredSegments stored(SegmentsQuestion question, Plan plan, AgentDays days) {
		SegmentSums sums = new SegmentSums(question, plan);
		this.storedMetrics.segments(days, sums);
		return sums.toStored();
	}

	private Map<UUID, Segments> read(SegmentsQuestion question, Ledger lately, Instant now) {
		Plan plan = this.planner.ofSegments(question, lately, now);
		SegmentSums sums = new SegmentSums(question, plan);
		Set<LocalDate> byHours = sums.byHours();
		AgentDays whole = plan.stored().leavingOut(byHours);
		if (!plan.stored().isEmpty()) {
			sums.add(this.stored.get(new StoredSegments.Key(whole, sums.firstDays(), question.filter(),
					question.limitsMs(), plan.ledger()), () -> stored(question, plan, whole)));
		}
		// each by itself: all agents' days in between would be looked at, too
		byHours.forEach((day) -> this.storedMetrics.read(plan.stored().of(Set.of(day)), sums));
		List<RawRange> raw = sums.raw();
		if (!raw.isEmpty()) {
			this.executions.withOnePlan(() -> this.executions.segments(raw, sums));
		}
		Map<UUID, Set<LocalDate>> failed = plan.storedOnly()
			.map((days) -> this.failedDays.of(plan.agents(), days, plan.ledger()))
			.orElse(Map.of());
		Map<UUID, String> lateOnes = this.late.missing(plan.agents(), plan.window(), plan.ledger());
		List<Instant> divided = question.cuts()
			.stream()
			.filter((cut) -> whole.divides(cut, plan.ledger().calendar()))
			.toList();
		Provenance provenance = Provenance.of(plan.window(), plan.ledger(), now).missing(plan.unknownAfter());
		Map<UUID, Segments> answers = HashMap.newHashMap(question.agents().size());
		for (UUID agent : question.agents()) {
			List<Gap> gaps = new ArrayList<>();
			plan.missing().ifPresent((sentence) -> gaps.add(new Gap(plan.window().from(), sentence)));
			Set<LocalDate> failedDays = failed.getOrDefault(agent, Set.of());
			FailedDays.sentence(failedDays)
				.forEach((sentence) -> gaps.add(Gap.ofDays(failedDays, plan.ledger().calendar(), sentence)));
			gaps.addAll(sums.gaps(agent));
			Optional.ofNullable(lateOnes.get(agent))
				.ifPresent((sentence) -> gaps.add(new Gap(plan.window().to(), sentence)));
			answers.put(agent, new Segments(question, sums.of(agent), gaps, divided, provenance));
		}
		return answers;
	}

}
