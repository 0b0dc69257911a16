package io.agentmetrics.api.ledger;

import java.time.Duration;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/**
 * Caches for tests of single classes.
 */
public final class TestCaches {

	private TestCaches() {
	}

	/** Makes caches that keep nothing. */
	public static AnswerCaches none() {
		return caches(Duration.ZERO);
	}

	/** Makes caches that keep what stays right. */
	public static AnswerCaches ofClosedDays() {
		return caches(Duration.ofHours(1));
	}

	private static AnswerCaches caches(Duration closedDays) {
		return new AnswerCaches(new CacheProperties(Duration.ZERO, closedDays, 1_000), new SimpleMeterRegistry());
	}

}
