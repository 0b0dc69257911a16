package io.agentmetrics.api.objective;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import graphql.schema.DataFetchingEnvironment;
import io.agentmetrics.api.graphql.AgentLoader;
import io.agentmetrics.api.graphql.AgentLoader.Key;
import io.agentmetrics.api.graphql.ListCursors;
import io.agentmetrics.api.graphql.SelectedFields;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.model.agent.Agent;
import org.dataloader.DataLoader;
import org.jspecify.annotations.Nullable;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.stereotype.Controller;

/**
 * Answers queries for objectives. All agents of one request are collected first, so that
 * a hundred cost as many statements as one.
 */
@Controller
final class ObjectiveController {

	private static final String BURN_DOWN = "burnDown";

	private final ObjectiveSource objectives;

	private final Clock clock;

	ObjectiveController(ObjectiveSource objectives, Clock clock, BatchLoaderRegistry loaders) {
		this.objectives = objectives;
		this.clock = clock;
		AgentLoader.<ObjectiveQuestion, AgentObjective>registerLists(loaders, "objectiveLoader", objectives::of);
	}

	@SchemaMapping
	CompletableFuture<List<AgentObjective>> objectives(Agent agent, @Argument @Nullable Instant until,
			DataFetchingEnvironment query,
			DataLoader<Key<ObjectiveQuestion>, Supplier<List<AgentObjective>>> objectiveLoader) {
		ObjectiveQuestion question = new ObjectiveQuestion(past(until), SelectedFields.of(query).has(BURN_DOWN));
		return objectiveLoader.load(new Key<>(agent.id(), question)).thenApply(Supplier::get);
	}

	@QueryMapping
	ObjectiveConnection objectives(@Argument int first, @Argument @Nullable String after,
			@Argument ObjectiveOrder orderBy, @Argument @Nullable Instant until, DataFetchingEnvironment query) {
		int limit = Arguments.first(first);
		Optional<Instant> moment = past(until);
		ListCursors cursors = ObjectivePosition.cursors(orderBy, moment.map(Instant::toString).orElse("now"));
		Optional<ObjectivePosition> position = Optional.ofNullable(after)
			.map((cursor) -> ObjectivePosition.of(cursor, cursors));
		ObjectiveSource.Objectives all = this.objectives.all(new ObjectiveQuestion(moment, false));
		List<AgentObjective> rest = all.all()
			.stream()
			.filter((each) -> position.filter((before) -> each.position().compareTo(before) <= 0).isEmpty())
			.toList();
		List<AgentObjective> page = rest.stream().limit(limit).toList();
		if (SelectedFields.of(query).below("edges").below("node").has(BURN_DOWN)) {
			page = this.objectives.withBurnDown(page, moment);
		}
		return ObjectiveConnection.of(all, page, rest.size() > limit, cursors, position.isPresent());
	}

	private Optional<Instant> past(@Nullable Instant until) {
		if (until != null && (until.isBefore(Period.EARLIEST) || until.isAfter(this.clock.instant()))) {
			throw new ProblemException(ProblemKind.BAD_INPUT,
					"The argument 'until' must be from 1970 on and not in the future, but was " + until + ".");
		}
		return Optional.ofNullable(until);
	}

}
