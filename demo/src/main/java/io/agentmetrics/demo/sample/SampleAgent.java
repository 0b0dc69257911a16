package io.agentmetrics.demo.sample;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * An agent of the sample and how it behaves.
 *
 * @param name its name, which its id is made of
 * @param perWeekday the mean number of executions on a weekday
 * @param rhythm when they start
 * @param median the time that half of them take at most
 * @param spread the standard deviation of the logarithm of the time
 * @param timeout after which an execution is stopped as failed
 * @param failurePercent how many of 100 fail otherwise, incidents aside
 * @param errors the ways in which they fail, the likeliest first
 */
record SampleAgent(String name, double perWeekday, Rhythm rhythm, Duration median, double spread, Duration timeout,
		double failurePercent, List<ErrorKind> errors) {

	/** The same for every seed, so that examples can name it. */
	UUID id() {
		return UUID.nameUUIDFromBytes(("agent-metrics sample: " + this.name).getBytes(StandardCharsets.UTF_8));
	}

}
