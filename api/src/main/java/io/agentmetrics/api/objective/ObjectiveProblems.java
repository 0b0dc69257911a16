package io.agentmetrics.api.objective;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

import io.agentmetrics.model.agent.Agent;

/**
 * Finds what objectives name and is not there. It is told, not refused: agents come with
 * their first execution, and an API that did not start any more when one goes would take
 * everybody's metrics with it.
 */
final class ObjectiveProblems {

	/** So many sentences at most. */
	private static final int MOST = 100;

	private ObjectiveProblems() {
	}

	/**
	 * Returns a sentence for each problem, up to 100.
	 * @param ofAgents those that {@link #ofAgents(List, Map)} has found
	 * @param all how all agents stand with the objectives
	 */
	static List<String> of(List<String> ofAgents, List<Objective> objectives, List<AgentObjective> all) {
		List<String> problems = new ArrayList<>(ofAgents);
		Set<Objective> about = all.stream().map(AgentObjective::objective).collect(Collectors.toSet());
		for (Objective objective : objectives) {
			if (objective.isAboutAll() && !about.contains(objective)) {
				problems.add(name(objective) + " names the environments " + new TreeSet<>(objective.environments())
						+ ", in which no agent has run in its " + objective.days() + " days.");
			}
		}
		return problems.stream().limit(MOST).toList();
	}

	/**
	 * Returns a sentence for each problem that does not depend on executions, up to 100.
	 * Every pair of objectives is compared for all agents, so keep it.
	 * @param agents the agents that are known
	 */
	static List<String> ofAgents(List<Objective> objectives, Map<UUID, Agent> agents) {
		List<String> problems = new ArrayList<>();
		for (Objective objective : objectives) {
			String name = name(objective);
			for (UUID agent : new TreeSet<>(objective.agents())) {
				if (!agents.containsKey(agent)) {
					problems.add(name + " names the agent " + agent + ", which is not known, or retired.");
				}
			}
			for (NamePattern pattern : objective.patterns()) {
				if (agents.values().stream().noneMatch((agent) -> pattern.matches(agent.name()))) {
					problems.add(name + " names agents by '" + pattern + "', which matches no agent.");
				}
			}
		}
		problems.addAll(overlaps(objectives, agents.values()));
		return problems.stream().limit(MOST).toList();
	}

	private static String name(Objective objective) {
		return "agent-metrics.objectives." + objective.name();
	}

	/** What settings alone do not say: that two patterns match the same agent. */
	private static List<String> overlaps(List<Objective> objectives, Collection<Agent> agents) {
		List<String> overlaps = new ArrayList<>();
		for (int one = 0; one < objectives.size(); one++) {
			for (int other = one + 1; other < objectives.size(); other++) {
				Objective first = objectives.get(one);
				Objective second = objectives.get(other);
				if (first.contradicts(second)) {
					agents.stream()
						.filter((agent) -> first.isAbout(agent) && second.isAbout(agent))
						.findFirst()
						.ifPresent((agent) -> overlaps.add(name(first) + " and " + name(second)
								+ " overlap: both are about " + agent.name() + "."));
				}
			}
		}
		return overlaps;
	}

}
