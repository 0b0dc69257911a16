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

import io.agentmetrics.api.ledger.FailedDays;
import io.agentmetrics.api.ledger.LateExecutions;
import io.agentmetrics.api.ledger.Provenance;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads what executions did between moments, from the stored days and raw ranges of a
 * plan; as many statements for any number of agents and moments.
 */
@Component
class SegmentReader {

	private final Planner planner;

	private final StoredMetricsRepository storedMetrics;

	private final RawExecutionRepository executions;

	private final FailedDays failedDays;

	private final LateExecutions late;

	private final Clock clock;

	SegmentReader(Planner planner, StoredMetricsRepository storedMetrics, RawExecutionRepository executions,
			FailedDays failedDays, LateExecutions late, Clock clock) {
		this.planner = planner;
		this.storedMetrics = storedMetrics;
		this.executions = executions;
		this.failedDays = failedDays;
		this.late = late;
		this.clock = clock;
	}

	/**
	 * Answers questions, all from one snapshot.
	 * @return to each question what each of its agents' executions did
	 */
	@Transactional(readOnly = true)
	List<Map<UUID, Segments>> read(List<SegmentsQuestion> questions) {
		Instant now = this.clock.instant();
		return questions.stream().map((question) -> read(question, now)).toList();
	}

	private Map<UUID, Segments> read(SegmentsQuestion question, Instant now) {
		Plan plan = this.planner.ofSegments(question, now);
		SegmentSums sums = new SegmentSums(question, plan);
		Set<LocalDate> byHours = sums.byHours();
		AgentDays whole = plan.stored().leavingOut(byHours);
		if (!plan.stored().isEmpty()) {
			this.storedMetrics.segments(whole, sums);
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
