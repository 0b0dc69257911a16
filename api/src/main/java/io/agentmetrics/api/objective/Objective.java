package io.agentmetrics.api.objective;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.model.agent.Agent;

/**
 * A promise about agents: a share of their executions that succeeds, or ends in time,
 * over the last days; the type of the same name of the GraphQL schema.
 *
 * @param name what the settings call it
 * @param withinMs how long executions may take; empty if it is about their success
 * @param days how many times 24 hours it looks back
 * @param agents the agents it names by id
 * @param patterns the patterns of names that it names agents by
 * @param environments where the executions run that count; none for everywhere
 */
record Objective(String name, OptionalLong withinMs, Target target, int days, Set<UUID> agents,
		List<NamePattern> patterns, Set<String> environments) {

	Objective {
		agents = Set.copyOf(agents);
		patterns = List.copyOf(patterns);
		environments = Set.copyOf(environments);
	}

	public ObjectiveKind kind() {
		return this.withinMs.isPresent() ? ObjectiveKind.EXECUTION_TIME : ObjectiveKind.SUCCESS_RATE;
	}

	public double targetPercent() {
		return this.target.percent().doubleValue();
	}

	Duration window() {
		return Duration.ofDays(this.days);
	}

	/** Returns whether it is about all agents that run in its environments. */
	boolean isAboutAll() {
		return this.agents.isEmpty() && this.patterns.isEmpty();
	}

	boolean isAbout(Agent agent) {
		return isAboutAll() || this.agents.contains(agent.id())
				|| this.patterns.stream().anyMatch((pattern) -> pattern.matches(agent.name()));
	}

	ExecutionFilter filter() {
		return this.environments.isEmpty() ? ExecutionFilter.ALL : new ExecutionFilter(Optional.empty(),
				Optional.of(new ExecutionFilter.Choice(this.environments, false)));
	}

	/**
	 * Returns whether another objective says something else about the same executions of
	 * whichever agent both are about.
	 */
	boolean contradicts(Objective other) {
		return this.withinMs.equals(other.withinMs) && this.days == other.days
				&& !filter().isDisjointTo(other.filter());
	}

	/** Returns whether settings alone say that both are about the same agent. */
	boolean sharesAgentsWith(Objective other) {
		return isAboutAll() || other.isAboutAll() || this.agents.stream().anyMatch(other.agents::contains)
				|| this.patterns.stream().anyMatch(other.patterns::contains);
	}

	/** Returns what is promised, in words. */
	String promise() {
		return this.target.percent().toPlainString() + " % "
				+ (this.withinMs.isPresent() ? "within " + this.withinMs.getAsLong() + " ms" : "successful") + " over "
				+ this.days + " d";
	}

}
