package io.agentmetrics.demo.sample;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * What an execution took of a language model.
 *
 * @param inputTokens how many tokens the model was given; null if it was not asked
 * @param outputTokens how many it answered with
 * @param cachedInputTokens how many of those that it was given came from a cache
 * @param costUsd what they cost
 */
record ModelUsage(@Nullable Long inputTokens, @Nullable Long outputTokens, @Nullable Long cachedInputTokens,
		@Nullable BigDecimal costUsd) {

	static final ModelUsage NONE = new ModelUsage(null, null, null, null);

	/** US dollars for a million tokens. */
	private static final double INPUT_PRICE = 2.5;

	private static final double CACHED_INPUT_PRICE = 0.25;

	private static final double OUTPUT_PRICE = 10;

	/** Executions that end before they ask a model. */
	private static final double WITHOUT = 0.02;

	private static final double WITHOUT_CACHE = 0.4;

	/**
	 * Draws a usage: most are small, a few are very large.
	 * @param factor how many times as many tokens as usual
	 */
	static ModelUsage draw(RandomGenerator random, double factor) {
		if (random.nextDouble() < WITHOUT) {
			return NONE;
		}
		long input = 1 + (long) (StrictMath.exp(7.5 + 0.9 * random.nextGaussian()) * factor);
		long output = 1 + (long) (input * random.nextDouble(0.05, 0.5));
		long cached = (random.nextDouble() < WITHOUT_CACHE) ? 0 : (long) (input * random.nextDouble(0.2, 0.9));
		double dollars = ((input - cached) * INPUT_PRICE + cached * CACHED_INPUT_PRICE + output * OUTPUT_PRICE) / 1e6;
		return new ModelUsage(input, output, cached, BigDecimal.valueOf(dollars).setScale(6, RoundingMode.HALF_UP));
	}

}
