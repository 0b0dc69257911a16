package io.agentmetrics.api.agent;

import java.util.List;
import java.util.Optional;

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

	private final AgentQuery agents;

	AgentController(AgentQuery agents) {
		this.agents = agents;
	}

	@QueryMapping
	Optional<Agent> agent(@Argument String id) {
		return this.agents.agent(Arguments.id("id", id));
	}

	@QueryMapping
	AgentConnection agents(@Argument int first, @Argument @Nullable String after, @Argument @Nullable String search) {
		int limit = Arguments.first(first);
		String filter = (search != null) ? Arguments.text("search", search) : "";
		Optional<AgentPosition> position = Optional.ofNullable(after)
			.map((cursor) -> AgentCursor.decode(cursor, filter));
		List<Agent> found = this.agents.agents(filter, position, limit + 1);
		return AgentConnection.of(found, limit, filter, position.isPresent());
	}

	@SchemaMapping
	long totalCount(AgentConnection connection) {
		return this.agents.count(connection.search());
	}

}
