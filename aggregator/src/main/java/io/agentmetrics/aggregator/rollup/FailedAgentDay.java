package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.UUID;

/**
 * One agent's day that could not be calculated or stored. The day is closed without it,
 * and who asks for that agent is told.
 *
 * @param calculated whether it was calculated, and only its row refused
 */
public record FailedAgentDay(UUID agentId, LocalDate date, Throwable cause, boolean calculated) {

	private static final int MAX_REASON_LENGTH = 500;

	/**
	 * Returns what went wrong, for the operator.
	 * @return a sentence of at most {@value #MAX_REASON_LENGTH} characters
	 */
	public String reason() {
		Throwable root = this.cause;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		String message = root.getMessage();
		// PostgreSQL stores no NUL
		String reason = ((message != null) ? message : root.getClass().getSimpleName()).replace('\0', ' ').strip();
		return reason.substring(0, Math.min(reason.length(), MAX_REASON_LENGTH));
	}

}
