package io.agentmetrics.api.execution;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.agentmetrics.api.graphql.AgentLoader;
import io.agentmetrics.api.graphql.AgentLoader.Key;
import io.agentmetrics.api.graphql.ListCursors;
import io.agentmetrics.api.graphql.TimePosition;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.WindowInput;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.model.agent.Agent;
import io.agentmetrics.model.execution.Execution;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.Window;
import org.dataloader.DataLoader;
import org.jspecify.annotations.Nullable;

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

	/** The kind of the list's cursors. */
	private static final int CURSORS = 2;

	ExecutionController(ExecutionRepository executions, BatchLoaderRegistry loaders) {
		AgentLoader.registerLists(loaders, "executionsLoader", executions::executions);
	}

	@SchemaMapping
	CompletableFuture<ExecutionConnection> executions(Agent agent, @Argument int first,
			@Argument @Nullable String after, @Argument @Nullable Set<ExecutionStatus> status,
			@Argument @Nullable WindowInput between,
			DataLoader<Key<ExecutionsQuestion>, Supplier<List<Execution>>> executionsLoader) {
		int limit = Arguments.first(first);
		Set<ExecutionStatus> statuses = Arguments.choice("status", status, EnumSet.allOf(ExecutionStatus.class));
		Optional<Window> window = window(between);
		ListCursors cursors = cursors(agent.id(), statuses, window);
		Optional<TimePosition> position = Optional.ofNullable(after).map((cursor) -> TimePosition.of(cursor, cursors));
		return executionsLoader
			.load(new Key<>(agent.id(), new ExecutionsQuestion(statuses, window, position, limit + 1)))
			.thenApply((found) -> ExecutionConnection.of(found.get(), limit, cursors, position.isPresent()));
	}

	private static ListCursors cursors(UUID agentId, Set<ExecutionStatus> statuses, Optional<Window> between) {
		String asked = agentId + " " + EnumSet.copyOf(statuses) + " "
				+ between.map((window) -> window.from() + " " + window.to()).orElse("");
		return new ListCursors(CURSORS, asked, "agent, 'status' or 'between'");
	}

	private static Optional<Window> window(@Nullable WindowInput between) {
		return (between != null && Period.of(null, between) instanceof Period.Between(Window window))
				? Optional.of(window) : Optional.empty();
	}

}
