package io.agentmetrics.api.health;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import graphql.GraphQLContext;
import io.agentmetrics.api.graphql.AgentLoader;
import io.agentmetrics.api.graphql.AgentLoader.Key;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.model.agent.Agent;
import org.dataloader.DataLoader;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.BatchMapping;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.stereotype.Controller;

/**
 * Answers queries for agents' health. All agents of one request are collected first, so
 * that a hundred cost as many statements as one.
 */
@Controller
final class HealthController {

	private final HealthSource health;

	HealthController(HealthSource health, BatchLoaderRegistry loaders) {
		this.health = health;
		AgentLoader.registerLists(loaders, "stuckLoader", health::stuckExecutions);
	}

	@QueryMapping
	HealthOverview health(GraphQLContext request) {
		return this.health.overview(request);
	}

	@BatchMapping
	Map<Agent, AgentHealth> health(Set<Agent> agents, GraphQLContext request) {
		HealthOverview overview = this.health.overview(request);
		Map<Agent, AgentHealth> byAgent = HashMap.newHashMap(agents.size());
		agents.forEach((agent) -> byAgent.put(agent, overview.of(agent.id())));
		return byAgent;
	}

	@SchemaMapping
	CompletableFuture<List<StuckExecution>> stuckExecutions(Agent agent, @Argument int first,
			DataLoader<Key<Integer>, Supplier<List<StuckExecution>>> stuckLoader) {
		return stuckLoader.load(new Key<>(agent.id(), Arguments.first(first))).thenApply(Supplier::get);
	}

}
