package io.agentmetrics.receiver.trace;

import java.time.Duration;
import java.util.Set;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What is received, and how it is read.
 *
 * @param requests how many requests may be in work at once; more are told to come again
 * @param spansPerRequest how many spans a request may have
 * @param bodyTimeout how long a client may take to send a body
 * @param keepSpans how long spans are kept of a trace of which nothing more comes
 * @param newAgentsPerHour how many agents a service may bring in an hour
 * @param sameNameIsSameRun whether a run inside a run of the same agent is the same run
 * @param agentIds the services, as name or space/name, whose gen_ai.agent.id identifies
 * an agent in place of its name
 */
@Validated
@ConfigurationProperties("agent-metrics.receiver")
record ReceiverProperties(@DefaultValue("16") @Min(1) @Max(1_000) int requests,
		@DefaultValue("10000") @Min(1) @Max(1_000_000) int spansPerRequest,
		@DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 5) Duration bodyTimeout,
		@DefaultValue("1d") @DurationMin(minutes = 1) @DurationMax(days = 30) Duration keepSpans,
		@DefaultValue("100") @Min(1) @Max(1_000_000) int newAgentsPerHour,
		@DefaultValue("true") boolean sameNameIsSameRun, @DefaultValue Set<String> agentIds) {

}
