package io.agentmetrics.otlp;

import org.jspecify.annotations.Nullable;

/**
 * Tokens that models have read and written. What is null was not reported.
 *
 * @param input tokens read, those from a cache included
 * @param output tokens written
 * @param cachedInput those read from a cache
 */
public record TokenUsage(@Nullable Long input, @Nullable Long output, @Nullable Long cachedInput) {

	public static final TokenUsage NONE = new TokenUsage(null, null, null);

	public boolean isReported() {
		return this.input != null || this.output != null;
	}

	TokenUsage plus(TokenUsage more) {
		return new TokenUsage(sum(this.input, more.input), sum(this.output, more.output),
				sum(this.cachedInput, more.cachedInput));
	}

	private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		// each is at most the largest number of an int
		return one + other;
	}

}
