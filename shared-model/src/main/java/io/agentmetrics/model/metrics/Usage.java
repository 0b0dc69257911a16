package io.agentmetrics.model.metrics;

import java.math.BigDecimal;

import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * What executions used, as far as they report it: tokens of models, and money.
 *
 * @param inputTokens what models were given; {@link SaturatingSum#LIMIT} when it is not
 * less
 * @param outputTokens what models answered with, likewise
 * @param cachedInputTokens what of the input came from a cache, likewise
 * @param tokensPerRun input and output together of each execution that reports any; its
 * milliseconds are tokens
 * @param costExecutions executions that report a cost
 * @param costUsd the sum of their costs, exact
 */
public record Usage(long inputTokens, long outputTokens, long cachedInputTokens, LatencySketch tokensPerRun,
		long costExecutions, BigDecimal costUsd) {

	private static final Usage EMPTY = new Usage(0, 0, 0, LatencySketch.empty(), 0, BigDecimal.ZERO);

	public Usage {
		if (inputTokens < 0 || outputTokens < 0 || cachedInputTokens < 0) {
			throw new IllegalArgumentException("Tokens are not negative: %d input, %d output, %d cached"
				.formatted(inputTokens, outputTokens, cachedInputTokens));
		}
		if (costExecutions < 0 || costUsd.signum() < 0) {
			throw new IllegalArgumentException(costExecutions + " executions cannot cost " + costUsd + " dollars");
		}
	}

	/** Returns the usage of executions that report none. */
	public static Usage empty() {
		return EMPTY;
	}

	/** Adds what other executions used. */
	public Usage plus(Usage more) {
		return new Usage(SaturatingSum.of(this.inputTokens, more.inputTokens),
				SaturatingSum.of(this.outputTokens, more.outputTokens),
				SaturatingSum.of(this.cachedInputTokens, more.cachedInputTokens),
				this.tokensPerRun.plus(more.tokensPerRun), SaturatingSum.of(this.costExecutions, more.costExecutions),
				this.costUsd.add(more.costUsd));
	}

	/** Returns how many executions report input or output tokens. */
	public long tokenExecutions() {
		return this.tokensPerRun.count();
	}

}
