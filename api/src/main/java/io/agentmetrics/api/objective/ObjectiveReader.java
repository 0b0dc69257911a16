package io.agentmetrics.api.objective;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.source.MetricsSource;
import io.agentmetrics.api.metrics.source.Segments;
import io.agentmetrics.api.metrics.source.SegmentsQuestion;
import io.agentmetrics.model.agent.Agent;
import io.agentmetrics.model.time.DayCalendar;

import org.springframework.stereotype.Component;

/**
 * Reads how agents stand with their objectives. Objectives that count the same executions
 * are read together, so that the number of statements does not depend on how many agents
 * there are, nor on how many objectives are alike.
 */
@Component
final class ObjectiveReader {

	private final List<Objective> objectives;

	private final MetricsSource metrics;

	private final LedgerRepository ledger;

	ObjectiveReader(ObjectiveProperties properties, MetricsSource metrics, LedgerRepository ledger) {
		this.objectives = properties.all();
		this.metrics = metrics;
		this.ledger = ledger;
	}

	List<Objective> objectives() {
		return this.objectives;
	}

	/**
	 * Reads how agents stand at a moment.
	 * @param burnDown whether to read the days of their windows, too
	 * @return the objectives of each that has any, by their names
	 */
	Map<UUID, List<AgentObjective>> read(Collection<Agent> agents, Instant until, boolean burnDown) {
		List<Instant> midnights = burnDown ? midnights(until) : List.of();
		Map<Read, Asked> asked = new LinkedHashMap<>();
		for (Objective objective : this.objectives) {
			for (Agent agent : agents) {
				if (objective.isAbout(agent)) {
					asked.computeIfAbsent(Read.of(objective), (first) -> Asked.nothing()).add(objective, agent);
				}
			}
		}
		List<SegmentsQuestion> questions = new ArrayList<>(asked.size());
		asked.forEach((read, of) -> questions.add(question(read, of, until, midnights)));
		Map<Read, Map<UUID, Segments>> answers = HashMap.newHashMap(asked.size());
		List<Map<UUID, Segments>> read = questions.isEmpty() ? List.of() : this.metrics.segments(questions);
		int next = 0;
		for (Read each : asked.keySet()) {
			answers.put(each, read.get(next++));
		}
		return objectives(agents, until, midnights, answers);
	}

	private Map<UUID, List<AgentObjective>> objectives(Collection<Agent> agents, Instant until, List<Instant> midnights,
			Map<Read, Map<UUID, Segments>> answers) {
		Map<UUID, List<AgentObjective>> found = new HashMap<>();
		for (Objective objective : this.objectives) {
			Map<UUID, Segments> of = answers.getOrDefault(Read.of(objective), Map.of());
			for (Agent agent : agents) {
				if (objective.isAbout(agent)) {
					AgentObjective stands = AgentObjective.of(agent, objective,
							Objects.requireNonNull(of.get(agent.id())), until, midnights);
					// an environment is a reason to have an objective only where it runs
					if (!objective.isAboutAll() || stands.executions() > 0) {
						found.computeIfAbsent(agent.id(), (first) -> new ArrayList<>()).add(stands);
					}
				}
			}
		}
		return found;
	}

	/** Returns when the days of the longest window began, the earliest first. */
	private List<Instant> midnights(Instant until) {
		DayCalendar calendar = this.ledger.current().calendar();
		int days = this.objectives.stream().mapToInt(Objective::days).max().orElse(0);
		LocalDate last = calendar.dayOf(until);
		return calendar.days(last.minusDays(days), last.plusDays(1))
			.stream()
			.map(calendar::startOf)
			.filter(until::isAfter)
			.toList();
	}

	private static SegmentsQuestion question(Read read, Asked asked, Instant until, List<Instant> midnights) {
		Set<Instant> edges = new HashSet<>(Set.of(until));
		Set<Long> limits = new HashSet<>();
		BurnRate.WINDOWS.forEach((window) -> edges.add(until.minus(window)));
		for (Objective objective : asked.objectives()) {
			edges.add(until.minus(objective.window()));
			objective.withinMs().ifPresent(limits::add);
		}
		Instant first = Collections.min(edges);
		midnights.stream().filter(first::isBefore).forEach(edges::add);
		return new SegmentsQuestion(asked.agents(), edges, read.filter(), limits);
	}

	/**
	 * What objectives have in common that are read together.
	 *
	 * @param timed whether times have to be read
	 */
	private record Read(ExecutionFilter filter, boolean timed) {

		static Read of(Objective objective) {
			return new Read(objective.filter(), objective.withinMs().isPresent());
		}

	}

	/**
	 * What is read together: agents, and those objectives that are about one of them.
	 */
	private record Asked(Set<UUID> agents, Set<Objective> objectives) {

		static Asked nothing() {
			return new Asked(new HashSet<>(), new HashSet<>());
		}

		void add(Objective objective, Agent agent) {
			this.objectives.add(objective);
			this.agents.add(agent.id());
		}

	}

}
