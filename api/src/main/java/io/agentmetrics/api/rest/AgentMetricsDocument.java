package io.agentmetrics.api.rest;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;

import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.model.error.ErrorGroup;
import io.agentmetrics.model.metrics.ExecutionTimes;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * An agent's metrics as JSON.
 *
 * @param agentId the agent, known or not
 * @param timeRange how far back, such as {@code 7d}
 * @param metricType where the numbers are taken from, in lower case
 * @param totalExecutions all executions
 * @param successfulExecutions the successful ones
 * @param failedExecutions the failed ones
 * @param cancelledExecutions the cancelled ones
 * @param inProgressExecutions those that have not ended
 * @param totalErrors those with an error message
 * @param successRate percent of the finished ones, with two decimals
 * @param errorRate percent of the finished ones, with two decimals
 * @param executionTimes how long they took; null if what is stored of that cannot be read
 * @param topErrors the most frequent errors
 * @param otherErrors how many errors are of none of these
 * @param trend whether the agent succeeds more often than before, in lower case; null if
 * the stored hours it rests on cannot be read
 * @param provenance where the numbers come from
 */
@JsonNaming(SnakeCaseStrategy.class)
record AgentMetricsDocument(UUID agentId, String timeRange, String metricType, long totalExecutions,
		long successfulExecutions, long failedExecutions, long cancelledExecutions, long inProgressExecutions,
		long totalErrors, double successRate, double errorRate, Optional<Times> executionTimes,
		List<TopError> topErrors, long otherErrors, Optional<String> trend, ProvenanceDocument provenance) {

	private static final int TOP_ERRORS = 5;

	static AgentMetricsDocument of(AgentMetrics answer, TimeRange timeRange) {
		return new AgentMetricsDocument(answer.agentId(), Parameters.name(timeRange), lower(answer.metricType()),
				answer.totalExecutions(), answer.successfulExecutions(), answer.failedExecutions(),
				answer.cancelledExecutions(), answer.inProgressExecutions(), answer.totalErrors(), answer.successRate(),
				answer.errorRate(), answer.metrics().times().map(Times::of),
				answer.errors().top(TOP_ERRORS).stream().map(TopError::of).toList(),
				answer.errors().countBeyond(TOP_ERRORS), answer.metrics().trend().map(AgentMetricsDocument::lower),
				ProvenanceDocument.of(answer.provenance()));
	}

	private static String lower(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * How long executions took, in ms.
	 *
	 * @param count how many are timed
	 * @param avgMs the average with two decimals
	 * @param minMs the shortest
	 * @param maxMs the longest
	 * @param p50Ms the median
	 * @param p95Ms the 95th percentile
	 * @param p99Ms the 99th percentile
	 * @param exact whether the percentiles are exact
	 * @param rankErrorPercent how far they may be off
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	record Times(long count, Optional<Double> avgMs, Optional<Long> minMs, Optional<Long> maxMs, Optional<Long> p50Ms,
			Optional<Long> p95Ms, Optional<Long> p99Ms, boolean exact, RankError rankErrorPercent) {

		static Times of(ExecutionTimes times) {
			OptionalDouble average = Rounding.averageMs(times);
			return new Times(times.count(), average.isPresent() ? Optional.of(average.getAsDouble()) : Optional.empty(),
					boxed(times.minMs()), boxed(times.maxMs()), boxed(times.p50Ms()), boxed(times.p95Ms()),
					boxed(times.p99Ms()), times.exact(), new RankError(Rounding.bound(times.p50RankErrorPercent()),
							Rounding.bound(times.p95RankErrorPercent()), Rounding.bound(times.p99RankErrorPercent())));
		}

	}

	private static Optional<Long> boxed(OptionalLong ms) {
		return ms.isPresent() ? Optional.of(ms.getAsLong()) : Optional.empty();
	}

	/**
	 * How far percentiles may be off, in percent of rank.
	 *
	 * @param p50 of the median
	 * @param p95 of the 95th percentile
	 * @param p99 of the 99th percentile
	 */
	record RankError(double p50, double p95, double p99) {
	}

	/**
	 * How often errors of one kind came.
	 *
	 * @param error one of the messages, as it was
	 * @param count how often
	 */
	record TopError(String error, long count) {

		static TopError of(ErrorGroup group) {
			return new TopError(group.example(), group.count());
		}

	}

}
