package io.agentmetrics.api.health;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.api.problem.Isolation;
import io.agentmetrics.model.agent.Agent;
import org.dataloader.DataLoader;
import reactor.core.publisher.Mono;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.BatchMapping;
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
		loaders.forTypePair(Key.class, Stuck.class)
			.registerMappedBatchLoader((keys, environment) -> Mono.fromCallable(() -> load(keys)));
	}

	@BatchMapping
	Map<Agent, AgentHealth> health(Set<Agent> agents) {
		HealthOverview overview = this.health.overview();
		Map<Agent, AgentHealth> byAgent = HashMap.newHashMap(agents.size());
		agents.forEach((agent) -> byAgent.put(agent, overview.of(agent.id())));
		return byAgent;
	}

	@SchemaMapping
	CompletableFuture<List<StuckExecution>> stuckExecutions(Agent agent, @Argument int first,
			DataLoader<Key, Stuck> loader) {
		return loader.load(new Key(agent.id(), Arguments.first(first))).thenApply((stuck) -> stuck.list().get());
	}

	private Map<Key, Stuck> load(Set<Key> keys) {
		Map<Integer, List<UUID>> agents = keys.stream()
			.collect(Collectors.groupingBy(Key::first, Collectors.mapping(Key::agentId, Collectors.toList())));
		Map<Key, Stuck> found = HashMap.newHashMap(keys.size());
		agents.forEach((first, asked) -> {
			Map<UUID, Supplier<List<StuckExecution>>> byAgent = Isolation.ask(asked,
					(together) -> this.health.stuckExecutions(together, first));
			asked
				.forEach((agent) -> found.put(new Key(agent, first), new Stuck(byAgent.getOrDefault(agent, List::of))));
		});
		return found;
	}

	/**
	 * One agent, and how many of its stuck executions.
	 */
	private record Key(UUID agentId, int first) {
	}

	/**
	 * The stuck executions of one agent, or why they cannot be told.
	 */
	private record Stuck(Supplier<List<StuckExecution>> list) {
	}

}
