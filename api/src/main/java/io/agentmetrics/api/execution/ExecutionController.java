package io.agentmetrics.api.execution;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.WindowInput;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.api.problem.Isolation;
import io.agentmetrics.model.agent.Agent;
import io.agentmetrics.model.execution.Execution;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.Window;
import org.dataloader.DataLoader;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.stereotype.Controller;

/**
 * Answers queries for executions. All agents of one request are collected first, so that
 * a hundred of them cost one statement.
 */
@Controller
final class ExecutionController {

	private final ExecutionRepository executions;

	ExecutionController(ExecutionRepository executions, BatchLoaderRegistry loaders) {
		this.executions = executions;
		loaders.forTypePair(Key.class, Executions.class)
			.registerMappedBatchLoader((keys, environment) -> Mono.fromCallable(() -> load(keys)));
	}

	@SchemaMapping
	CompletableFuture<ExecutionConnection> executions(Agent agent, @Argument int first,
			@Argument @Nullable String after, @Argument @Nullable Set<ExecutionStatus> status,
			@Argument @Nullable WindowInput between, DataLoader<Key, Executions> loader) {
		int limit = Arguments.first(first);
		Set<ExecutionStatus> statuses = Arguments.choice("status", status, EnumSet.allOf(ExecutionStatus.class));
		Optional<Window> window = window(between);
		ExecutionCursors cursors = ExecutionCursors.of(agent.id(), statuses, window);
		Optional<ExecutionPosition> position = Optional.ofNullable(after).map(cursors::decode);
		return loader.load(new Key(agent.id(), new ExecutionsQuestion(statuses, window, position, limit + 1)))
			.thenApply((found) -> ExecutionConnection.of(found.list().get(), limit, cursors, position.isPresent()));
	}

	private static Optional<Window> window(@Nullable WindowInput between) {
		return (between != null && Period.of(null, between) instanceof Period.Between(Window window))
				? Optional.of(window) : Optional.empty();
	}

	private Map<Key, Executions> load(Set<Key> keys) {
		Map<ExecutionsQuestion, List<UUID>> agents = keys.stream()
			.collect(Collectors.groupingBy(Key::question, Collectors.mapping(Key::agentId, Collectors.toList())));
		Map<Key, Executions> found = HashMap.newHashMap(keys.size());
		agents.forEach((question, asked) -> {
			Map<UUID, Supplier<List<Execution>>> byAgent = Isolation.ask(asked,
					(together) -> this.executions.executions(together, question));
			asked.forEach((agent) -> found.put(new Key(agent, question),
					new Executions(byAgent.getOrDefault(agent, List::of))));
		});
		return found;
	}

	/**
	 * One agent, one question.
	 */
	private record Key(UUID agentId, ExecutionsQuestion question) {
	}

	/**
	 * The executions found for one agent, or why there are none.
	 */
	private record Executions(Supplier<List<Execution>> list) {
	}

}
