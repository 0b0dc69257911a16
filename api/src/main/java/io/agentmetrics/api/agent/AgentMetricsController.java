package io.agentmetrics.api.agent;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import graphql.schema.DataFetchingEnvironment;
import io.agentmetrics.api.graphql.AgentLoader.Key;
import io.agentmetrics.api.graphql.AgentLoader;
import io.agentmetrics.api.graphql.Immediate;
import io.agentmetrics.api.graphql.SelectedFields;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.SeriesBuilder;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.WindowInput;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.api.metrics.source.Metrics;
import io.agentmetrics.api.metrics.source.MetricsFields;
import io.agentmetrics.api.metrics.source.MetricsQuestion;
import io.agentmetrics.api.metrics.source.MetricsSource;
import io.agentmetrics.api.metrics.source.Release;
import io.agentmetrics.api.metrics.source.ReleasesQuestion;
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
 * Answers queries for agents' metrics. All that one request asks is collected first, so
 * that a hundred agents cost as many statements as one.
 */
@Controller
final class AgentMetricsController {

	private static final String TYPE = "AgentMetrics";

	AgentMetricsController(MetricsSource metrics, BatchLoaderRegistry loaders) {
		AgentLoader.register(loaders, "metricsLoader", metrics::read);
		AgentLoader.registerLists(loaders, "releasesLoader", metrics::releases);
	}

	@QueryMapping
	CompletableFuture<AgentMetrics> agentMetrics(@Argument String agentId, @Argument @Nullable TimeRange timeRange,
			@Argument @Nullable WindowInput between, @Argument MetricType metricType,
			@Argument ExecutionFilter.@Nullable Input filter, DataFetchingEnvironment query,
			DataLoader<Key<MetricsQuestion>, Supplier<AgentMetrics>> metricsLoader) {
		UUID agent = Arguments.id("agentId", agentId);
		return metricsLoader
			.load(new Key<>(agent,
					question(Period.of(timeRange, between), metricType, filter,
							SelectedMetrics.of(SelectedFields.of(query)))))
			.thenApply(Supplier::get);
	}

	@QueryMapping
	CompletableFuture<Comparison> compare(@Argument String agentId, @Argument SliceInput baseline,
			@Argument SliceInput candidate, @Argument MetricType metricType, DataFetchingEnvironment query,
			DataLoader<Key<MetricsQuestion>, Supplier<AgentMetrics>> metricsLoader) {
		UUID agent = Arguments.id("agentId", agentId);
		SelectedFields selected = SelectedFields.of(query);
		MetricsQuestion one = question(baseline.period(), metricType, baseline.filter(),
				SelectedMetrics.ofSlice(selected.below("baseline")));
		MetricsQuestion other = question(candidate.period(), metricType, candidate.filter(),
				SelectedMetrics.ofSlice(selected.below("candidate")));
		return metricsLoader.load(new Key<>(agent, one))
			.thenCombine(metricsLoader.load(new Key<>(agent, other)),
					(before, after) -> Comparison.between(readable(before.get()), readable(after.get())));
	}

	@SchemaMapping
	CompletableFuture<AgentMetrics> metrics(Agent agent, @Argument @Nullable TimeRange timeRange,
			@Argument @Nullable WindowInput between, @Argument MetricType metricType,
			@Argument ExecutionFilter.@Nullable Input filter, DataFetchingEnvironment query,
			DataLoader<Key<MetricsQuestion>, Supplier<AgentMetrics>> metricsLoader) {
		return metricsLoader
			.load(new Key<>(agent.id(),
					question(Period.of(timeRange, between), metricType, filter,
							SelectedMetrics.of(SelectedFields.of(query)))))
			.thenApply(Supplier::get);
	}

	@SchemaMapping
	CompletableFuture<List<Release>> releases(Agent agent, @Argument @Nullable TimeRange timeRange,
			@Argument @Nullable WindowInput between, @Argument ExecutionFilter.@Nullable Input filter,
			@Argument int first, DataFetchingEnvironment query,
			DataLoader<Key<ReleasesQuestion>, Supplier<List<Release>>> releasesLoader) {
		ReleasesQuestion question = new ReleasesQuestion(Period.of(timeRange, between), ExecutionFilter.of(filter),
				Arguments.first(first), SelectedMetrics.of(SelectedFields.of(query)));
		return releasesLoader.load(new Key<>(agent.id(), question)).thenApply(Supplier::get);
	}

	@SchemaMapping(typeName = TYPE)
	CompletableFuture<AgentMetrics> previous(AgentMetrics answer, DataFetchingEnvironment query,
			DataLoader<Key<MetricsQuestion>, Supplier<AgentMetrics>> metricsLoader) {
		return metricsLoader
			.load(new Key<>(answer.agentId(), answer.question().previous(SelectedMetrics.of(SelectedFields.of(query)))))
			.thenApply(Supplier::get);
	}

	@SchemaMapping(typeName = TYPE)
	CompletableFuture<MetricsChange> change(AgentMetrics answer, DataFetchingEnvironment query,
			DataLoader<Key<MetricsQuestion>, Supplier<AgentMetrics>> metricsLoader) {
		MetricsQuestion previous = answer.question().previous(SelectedMetrics.ofPrevious(SelectedFields.of(query)));
		return metricsLoader.load(new Key<>(answer.agentId(), previous))
			.thenApply((before) -> MetricsChange.between(before.get(), answer));
	}

	@SchemaMapping(typeName = TYPE)
	@Immediate
	static ExecutionTimesAnswer executionTimes(AgentMetrics answer) {
		return ExecutionTimesAnswer.of(readable(answer.metrics().times()));
	}

	@SchemaMapping
	@Immediate
	static ExecutionTimesAnswer executionTimes(Release release) {
		return ExecutionTimesAnswer.of(readable(release.metrics().times()));
	}

	@SchemaMapping(typeName = TYPE)
	@Immediate
	static Tokens tokens(AgentMetrics answer) {
		return tokens(answer.metrics());
	}

	@SchemaMapping
	@Immediate
	static Tokens tokens(Release release) {
		return tokens(release.metrics());
	}

	@SchemaMapping(typeName = TYPE)
	@Immediate
	static Cost cost(AgentMetrics answer) {
		return Cost.of(answer.metrics());
	}

	@SchemaMapping
	@Immediate
	static Cost cost(Release release) {
		return Cost.of(release.metrics());
	}

	@SchemaMapping(typeName = TYPE)
	@Immediate
	static Percentile percentile(AgentMetrics answer, @Argument double rank) {
		return Percentile.of(readable(answer.metrics().distribution()), rank);
	}

	@SchemaMapping(typeName = TYPE)
	@Immediate
	static Share shareWithin(AgentMetrics answer, @Argument long ms) {
		return Share.of(readable(answer.metrics().distribution()), ms);
	}

	@SchemaMapping(typeName = TYPE)
	@Immediate
	static Histogram histogram(AgentMetrics answer, @Argument int buckets) {
		return Histogram.of(readable(answer.metrics().distribution()), buckets);
	}

	@SchemaMapping
	@Immediate
	static Histogram histogram(Tokens tokens, @Argument int buckets) {
		return Histogram.of(tokens.perExecution(), buckets);
	}

	@SchemaMapping(typeName = TYPE)
	@Immediate
	static Optional<MetricsSeries> series(AgentMetrics answer, @Argument Granularity granularity) {
		return Optional.ofNullable(answer.metrics().series().get(granularity));
	}

	@SchemaMapping(typeName = TYPE)
	@Immediate
	static List<ErrorCount> topErrors(AgentMetrics answer, @Argument int first) {
		return ErrorCount.top(answer, Arguments.first(first));
	}

	@SchemaMapping(typeName = TYPE)
	@Immediate
	static long otherErrors(AgentMetrics answer, @Argument int first) {
		return answer.errors().countBeyond(Arguments.first(first));
	}

	/** Refuses to compare what is not known. */
	private static AgentMetrics readable(AgentMetrics slice) {
		readable(slice.metrics().distribution());
		readable(slice.metrics().tokens(), "tokens");
		return slice;
	}

	private static Tokens tokens(Metrics metrics) {
		return Tokens.of(metrics.usage(), readable(metrics.tokens(), "tokens"));
	}

	private static <T> T readable(Optional<T> times) {
		return readable(times, "execution times");
	}

	private static <T> T readable(Optional<T> stored, String what) {
		return stored.orElseThrow(() -> new ProblemException(ProblemKind.CORRUPT_DATA,
				"The stored " + what + " of this agent cannot be read; its days have to be aggregated again."));
	}

	private static MetricsQuestion question(Period period, MetricType metricType,
			ExecutionFilter.@Nullable Input filter, MetricsFields selected) {
		selected.series().forEach((granularity) -> SeriesBuilder.requireFewPoints(period, granularity));
		return new MetricsQuestion(period, metricType, ExecutionFilter.of(filter), selected);
	}

}
