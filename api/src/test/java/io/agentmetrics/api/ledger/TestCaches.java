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
		return new AnswerCaches(new CacheProperties(Duration.ZERO, Duration.ZERO, 100), new SimpleMeterRegistry());
	}

}
