package io.agentmetrics.model.execution;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * One run of one agent, without what went in and came out.
 *
 * @param id what it is referred to by
 * @param executionStart when it started; the execution belongs to the day of this moment
 * @param executionEnd when it ended, empty while unknown
 * @param executionTimeMs how long it took in ms as the platform measured it, else from
 * start to end; empty while unknown
 * @param errorType the kind of its error
 * @param errorMessage the text of its error
 * @param agentVersion the release of the agent
 * @param environment where it ran, such as production
 * @param inputTokens how many tokens models were given
 * @param outputTokens how many tokens models answered with
 * @param cachedInputTokens how many tokens of what models were given came from a cache
 * @param costUsd what it cost in US dollars
 * @param externalId what it is called where more of it can be seen, such as its trace
 */
public record Execution(UUID id, UUID agentId, ExecutionStatus status, Instant executionStart,
		Optional<Instant> executionEnd, OptionalLong executionTimeMs, Optional<String> errorType,
		Optional<String> errorMessage, Optional<String> agentVersion, Optional<String> environment,
		OptionalLong inputTokens, OptionalLong outputTokens, OptionalLong cachedInputTokens,
		Optional<BigDecimal> costUsd, Optional<String> externalId) {

	/**
	 * The longest time in ms that the schema lets an execution take: ten years of 365.25
	 * days. What was stored before there was a bound may be more.
	 */
	public static final long MAX_TIME_MS = 315_576_000_000L;

	public Execution {
		Objects.requireNonNull(id, "An execution has an id");
		Objects.requireNonNull(agentId, "An execution has an agent");
		Objects.requireNonNull(status, "An execution has a status");
		Objects.requireNonNull(executionStart, "An execution has a start");
	}

}
