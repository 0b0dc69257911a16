package io.agentmetrics.api.agent;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.agentmetrics.api.health.HealthSource;
import io.agentmetrics.api.health.HealthStatus;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.model.agent.Agent;
import org.jspecify.annotations.Nullable;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.stereotype.Controller;

/**
 * Answers queries for agents.
 */
@Controller
final class AgentController {

	private final AgentRepository agents;

	private final HealthSource health;

	AgentController(AgentRepository agents, HealthSource health) {
		this.agents = agents;
		this.health = health;
	}

	@QueryMapping
	Optional<Agent> agent(@Argument String id) {
		return this.agents.agent(Arguments.id("id", id));
	}

	/** Of all that has an id, agents are what can be asked for by it. */
	@QueryMapping
	Optional<Agent> node(@Argument String id) {
		return agent(id);
	}

	@QueryMapping
	AgentConnection agents(@Argument int first, @Argument @Nullable String after, @Argument @Nullable String search,
			@Argument @Nullable Set<HealthStatus> health, @Argument AgentOrder orderBy) {
		int limit = Arguments.first(first);
		AgentList list = new AgentList((search != null) ? Arguments.text("search", search) : "",
				Arguments.choice("health", health, EnumSet.allOf(HealthStatus.class)), orderBy);
		AgentPosition position = (after != null) ? list.position(after) : AgentPosition.START;
		AgentRanks ranks = list.isPlain() ? AgentRanks.EQUAL : AgentRanks.of(list, this.health.overview());
		List<Agent> found = this.agents.agents(list.search(), ranks, position, limit + 1);
		return AgentConnection.of(found, limit, list, ranks, after != null);
	}

	@SchemaMapping
	long totalCount(AgentConnection connection) {
		return this.agents.count(connection.search(), connection.ranks());
	}

}
