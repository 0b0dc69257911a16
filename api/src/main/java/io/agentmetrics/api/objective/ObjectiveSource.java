package io.agentmetrics.api.objective;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.ledger.Weighted;
import io.agentmetrics.model.agent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * How agents stand with their objectives, now and at any moment of the past; kept for
 * seconds.
 */
@Component
final class ObjectiveSource {

	private static final Logger logger = LoggerFactory.getLogger(ObjectiveSource.class);

	private static final String AGENTS = "all";

	private final ObjectiveReader reader;

	private final ObjectiveRepository repository;

	private final Clock clock;

	private final AnswerCache<String, Agents> agents;

	private final AnswerCache<Key, Standing> standings;

	private final AtomicReference<List<String>> logged = new AtomicReference<>(List.of());

	ObjectiveSource(ObjectiveReader reader, ObjectiveRepository repository, Clock clock, AnswerCaches caches) {
		this.reader = reader;
		this.repository = repository;
		this.clock = clock;
		this.agents = caches.open("objective-agents");
		this.standings = caches.open("objectives");
	}

	/**
	 * Returns how some agents stand.
	 * @param asked the agents, known or not
	 * @param question what is asked
	 * @return the objectives of each that has any, by their names
	 */
	Map<UUID, List<AgentObjective>> of(Collection<UUID> asked, ObjectiveQuestion question) {
		if (this.reader.objectives().isEmpty()) {
			return Map.of();
		}
		Map<UUID, Agent> known = agents().byId();
		return of(asked.stream().map(known::get).filter((agent) -> agent != null).toList(), known, question);
	}

	/**
	 * Returns how all agents stand.
	 * @param question what is asked
	 */
	Objectives all(ObjectiveQuestion question) {
		List<Objective> objectives = this.reader.objectives();
		if (objectives.isEmpty()) {
			return new Objectives(List.of(), List.of());
		}
		Agents known = agents();
		List<Agent> asked = known.byId()
			.values()
			.stream()
			.filter((agent) -> objectives.stream().anyMatch((objective) -> objective.isAbout(agent)))
			.toList();
		List<AgentObjective> all = of(asked, known.byId(), question).values()
			.stream()
			.flatMap(List::stream)
			.sorted(AgentObjective.BUDGET_LEFT)
			.toList();
		List<String> problems = ObjectiveProblems.of(known.problems(), objectives, all);
		// of the past anybody may ask about any moment
		if (question.until().isEmpty() && !problems.equals(this.logged.getAndSet(problems))) {
			problems.forEach((problem) -> logger.warn("{}", problem));
		}
		return new Objectives(all, problems);
	}

	/**
	 * Returns how some agents stand, with the days of their windows. They are read for
	 * these alone: of all agents they would be a row for each day.
	 * @param standing what has been read without them
	 */
	List<AgentObjective> withBurnDown(List<AgentObjective> standing, Optional<Instant> until) {
		Map<UUID, List<AgentObjective>> read = of(standing.stream().map((each) -> each.agent().id()).toList(),
				new ObjectiveQuestion(until, true));
		return standing.stream()
			.map((each) -> read.getOrDefault(each.agent().id(), List.of())
				.stream()
				.filter((same) -> same.objective().equals(each.objective()))
				.findFirst()
				.map((same) -> each.withBurnDown(same.burnDown()))
				.orElse(each))
			.toList();
	}

	private Agents agents() {
		return this.agents.get(AGENTS, () -> {
			Map<UUID, Agent> byId = this.repository.agents()
				.stream()
				.collect(Collectors.toMap(Agent::id, Function.identity()));
			return new Agents(byId, ObjectiveProblems.ofAgents(this.reader.objectives(), byId));
		});
	}

	private Map<UUID, List<AgentObjective>> of(List<Agent> asked, Map<UUID, Agent> known, ObjectiveQuestion question) {
		Map<UUID, List<AgentObjective>> byAgent = HashMap.newHashMap(asked.size());
		this.standings
			.getAll(asked.stream().map((agent) -> new Key(agent.id(), question)).toList(),
					(missing) -> compute(missing, known, question))
			.forEach((key, standing) -> {
				if (!standing.objectives().isEmpty()) {
					byAgent.put(key.agentId(), standing.objectives());
				}
			});
		return byAgent;
	}

	private Map<Key, Standing> compute(Set<Key> missing, Map<UUID, Agent> known, ObjectiveQuestion question) {
		List<Agent> read = new ArrayList<>(missing.size());
		for (UUID agent : new HashSet<>(missing.stream().map(Key::agentId).toList())) {
			Optional.ofNullable(known.get(agent)).ifPresent(read::add);
		}
		Map<UUID, List<AgentObjective>> found = this.reader.read(read, question.until().orElseGet(this.clock::instant),
				question.burnDown());
		return missing.stream()
			.collect(Collectors.toMap(Function.identity(),
					(key) -> new Standing(found.getOrDefault(key.agentId(), List.of()))));
	}

	/**
	 * How all agents stand.
	 *
	 * @param all the least budget left first
	 * @param problems what the settings name and is not there, in sentences
	 */
	record Objectives(List<AgentObjective> all, List<String> problems) {
	}

	private record Key(UUID agentId, ObjectiveQuestion question) {
	}

	private record Standing(List<AgentObjective> objectives) implements Weighted {

		@Override
		public int weight() {
			return 1 + this.objectives.stream().mapToInt((each) -> 1 + each.burnDown().size() / 4).sum();
		}

	}

	/**
	 * The agents that objectives may be about.
	 *
	 * @param problems what the settings name and is not among them, in sentences
	 */
	private record Agents(Map<UUID, Agent> byId, List<String> problems) implements Weighted {

		@Override
		public int weight() {
			return 1 + this.byId.size() / 10;
		}

	}

}
