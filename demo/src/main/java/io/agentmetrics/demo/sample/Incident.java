package io.agentmetrics.demo.sample;

import java.time.Duration;
import java.time.Instant;

/**
 * A time in which more goes wrong than usual, for one agent or for all.
 *
 * @param start when it began
 * @param end when it was over
 * @param failurePercent how many of 100 executions fail because of it
 * @param slowdown how many times longer executions take
 * @param error what they fail of
 */
record Incident(Instant start, Instant end, double failurePercent, double slowdown, ErrorKind error) {

	Incident(Instant start, Duration length, double failurePercent, double slowdown, ErrorKind error) {
		this(start, start.plus(length), failurePercent, slowdown, error);
	}

	boolean isOnAt(Instant time) {
		return !time.isBefore(this.start) && time.isBefore(this.end);
	}

}
