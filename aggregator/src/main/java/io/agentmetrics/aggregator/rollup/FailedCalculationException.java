package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.UUID;

/**
 * One agent's day could not be calculated; the message names both.
 */
public final class FailedCalculationException extends RuntimeException {

	private final UUID agentId;

	private final LocalDate date;

	public FailedCalculationException(UUID agentId, LocalDate date, Throwable cause) {
		super("Cannot calculate agent " + agentId + " on " + date + ": " + cause.getMessage(), cause);
		this.agentId = agentId;
		this.date = date;
	}

	public UUID agentId() {
		return this.agentId;
	}

	public LocalDate date() {
		return this.date;
	}

}
