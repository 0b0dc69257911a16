package io.agentmetrics.api.annotation;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.agentmetrics.api.dashboard.Dashboard;
import io.agentmetrics.api.graphql.AgentLoader;
import io.agentmetrics.api.graphql.AgentLoader.Key;
import io.agentmetrics.api.graphql.ListCursors;
import io.agentmetrics.api.graphql.TimePosition;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.WindowInput;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.model.agent.Agent;
import org.dataloader.DataLoader;
import org.jspecify.annotations.Nullable;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.stereotype.Controller;

/**
 * Answers queries for annotations. All agents of one request are collected first, so that
 * a hundred cost as many statements as one.
 */
@Controller
final class AnnotationController {

	/** The kind of the list's cursors. */
	private static final int CURSORS = 4;

	private final AnnotationSource annotations;

	AnnotationController(AnnotationSource annotations, BatchLoaderRegistry loaders) {
		this.annotations = annotations;
		AgentLoader.registerLists(loaders, "annotationLoader", annotations::ofAgents);
	}

	@QueryMapping
	AnnotationConnection annotations(@Argument @Nullable TimeRange timeRange, @Argument @Nullable WindowInput between,
			@Argument @Nullable String agentId, @Argument @Nullable String environment, @Argument int first,
			@Argument @Nullable String after) {
		int limit = Arguments.first(first);
		Period period = Period.of(timeRange, between);
		Optional<UUID> agent = Optional.ofNullable(agentId).map((id) -> Arguments.id("agentId", id));
		ExecutionFilter filter = in(environment);
		ListCursors cursors = new ListCursors(CURSORS, period + " " + agent + " " + filter.asked(),
				"'timeRange', 'between', 'agentId' or 'environment'");
		Optional<TimePosition> position = Optional.ofNullable(after).map((cursor) -> TimePosition.of(cursor, cursors));
		AnnotationsQuestion question = new AnnotationsQuestion(period, filter, position, limit + 1);
		List<Annotation> found = agent
			.map((one) -> Objects.requireNonNull(this.annotations.ofAgents(List.of(one), question).get(one)))
			.orElseGet(() -> this.annotations.all(question));
		return AnnotationConnection.of(found, limit, cursors, position.isPresent());
	}

	@SchemaMapping
	CompletableFuture<List<Annotation>> annotations(Agent agent, @Argument @Nullable TimeRange timeRange,
			@Argument @Nullable WindowInput between, @Argument ExecutionFilter.@Nullable Input filter,
			@Argument int first, DataLoader<Key<AnnotationsQuestion>, Supplier<List<Annotation>>> annotationLoader) {
		return annotationLoader
			.load(new Key<>(agent.id(), newest(first, timeRange, between, ExecutionFilter.of(filter))))
			.thenApply(Supplier::get);
	}

	@SchemaMapping
	List<Annotation> annotations(Dashboard dashboard, @Argument @Nullable TimeRange timeRange,
			@Argument @Nullable WindowInput between, @Argument int first) {
		return this.annotations.ofAllAgents(newest(first, timeRange, between, dashboard.filter()));
	}

	private static AnnotationsQuestion newest(int first, @Nullable TimeRange timeRange, @Nullable WindowInput between,
			ExecutionFilter filter) {
		return new AnnotationsQuestion(Period.of(timeRange, between), filter, Optional.empty(), Arguments.first(first));
	}

	private static ExecutionFilter in(@Nullable String environment) {
		if (environment == null) {
			return ExecutionFilter.ALL;
		}
		Set<String> names = Arguments.names("environment", List.of(environment));
		return new ExecutionFilter(Optional.empty(), Optional.of(new ExecutionFilter.Choice(names, false)));
	}

}
