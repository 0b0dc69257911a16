package io.agentmetrics.api.agent;

import java.util.OptionalDouble;
import java.util.OptionalLong;

import io.agentmetrics.api.agent.ExecutionTimesAnswer.RankError;
import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.metrics.source.UsageTotals;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * How many tokens executions took; the type of the same name of the GraphQL schema.
 *
 * @param count how many executions report input or output tokens
 * @param total input and output together
 * @param avg the total per execution that reports any; empty if none does, and when the
 * total is saturated
 * @param perExecution how they are distributed
 */
record Tokens(long count, long total, long input, long output, long cachedInput, OptionalDouble avg, OptionalLong p50,
		OptionalLong p95, OptionalLong p99, boolean exact, RankError rankErrorPercent, LatencySketch perExecution) {

	static Tokens of(UsageTotals usage, LatencySketch perExecution) {
		return new Tokens(usage.tokenExecutions(), usage.tokens(), usage.inputTokens(), usage.outputTokens(),
				usage.cachedInputTokens(), Rounding.average(usage.tokens(), usage.tokenExecutions()),
				perExecution.quantileMs(0.5), perExecution.quantileMs(0.95), perExecution.quantileMs(0.99),
				perExecution.isExact(), RankError.of(perExecution), perExecution);
	}

}
