package io.agentmetrics.api.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import graphql.schema.DataFetchingFieldSelectionSet;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.api.window.TimeRange;
import io.agentmetrics.model.agent.Agent;
import org.dataloader.DataLoader;
import reactor.core.publisher.Mono;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.stereotype.Controller;

/**
 * Answers queries for agents' metrics. All that one request asks is collected first, so
 * that a hundred agents cost as many statements as one.
 */
@Controller
final class AgentMetricsController {

	private static final String TYPE = "AgentMetrics";

	private final AgentMetricsQuery metrics;

	AgentMetricsController(AgentMetricsQuery metrics, BatchLoaderRegistry loaders) {
		this.metrics = metrics;
		loaders.forTypePair(Key.class, AgentMetricsAnswer.class)
			.registerMappedBatchLoader((keys, environment) -> Mono.fromCallable(() -> load(keys)));
	}

	@QueryMapping
	CompletableFuture<AgentMetricsAnswer> agentMetrics(@Argument String agentId, @Argument TimeRange timeRange,
			@Argument MetricType metricType, DataFetchingFieldSelectionSet selection,
			DataLoader<Key, AgentMetricsAnswer> loader) {
		MetricsQuestion question = question(timeRange, metricType, selection);
		return loader.load(new Key(Arguments.id("agentId", agentId), question));
	}

	@SchemaMapping
	CompletableFuture<AgentMetricsAnswer> metrics(Agent agent, @Argument TimeRange timeRange,
			@Argument MetricType metricType, DataFetchingFieldSelectionSet selection,
			DataLoader<Key, AgentMetricsAnswer> loader) {
		return loader.load(new Key(agent.id(), question(timeRange, metricType, selection)));
	}

	@SchemaMapping(typeName = TYPE)
	ExecutionTimesAnswer executionTimes(AgentMetricsAnswer answer) {
		return answer.statistics()
			.times()
			.map(ExecutionTimesAnswer::of)
			.orElseThrow(() -> new ProblemException(ProblemKind.CORRUPT_DATA,
					"The stored execution times of this agent cannot be read; its days have to be aggregated again."));
	}

	@SchemaMapping(typeName = TYPE)
	List<ErrorCount> topErrors(AgentMetricsAnswer answer, @Argument int first) {
		return answer.errors().top(Arguments.first(first)).stream().map(ErrorCount::of).toList();
	}

	private Map<Key, AgentMetricsAnswer> load(Set<Key> keys) {
		Map<MetricsQuestion, List<UUID>> agents = keys.stream()
			.collect(Collectors.groupingBy(Key::question, Collectors.mapping(Key::agentId, Collectors.toList())));
		Map<Key, AgentMetricsAnswer> answers = HashMap.newHashMap(keys.size());
		agents.forEach((question, asked) -> this.metrics.metrics(asked, question)
			.forEach((agent, answer) -> answers.put(new Key(agent, question), answer)));
		return answers;
	}

	private static MetricsQuestion question(TimeRange timeRange, MetricType metricType,
			DataFetchingFieldSelectionSet selection) {
		return new MetricsQuestion(timeRange, metricType, selection.contains("topErrors"));
	}

	/**
	 * One agent, one question.
	 */
	private record Key(UUID agentId, MetricsQuestion question) {
	}

}
