package io.agentmetrics.api.problem;

import org.slf4j.event.Level;

import org.springframework.http.HttpStatus;

/**
 * The kinds of problems that callers can tell apart.
 */
public enum ProblemKind {

	/** The request cannot be answered as it is; the message says what is allowed. */
	BAD_INPUT(HttpStatus.BAD_REQUEST, Level.DEBUG),

	/** The request asks for more than one request may. */
	TOO_COMPLEX(HttpStatus.BAD_REQUEST, Level.DEBUG),

	/** The token is missing, not good, or has expired. */
	UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, Level.DEBUG),

	/** The database is out of reach; the same request may succeed later. */
	UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, Level.WARN),

	/**
	 * There is too much to do for others; the same request may succeed in a few seconds.
	 */
	BUSY(HttpStatus.SERVICE_UNAVAILABLE, Level.WARN),

	/** The answer took too long; asking for less may succeed. */
	TIMEOUT(HttpStatus.GATEWAY_TIMEOUT, Level.WARN),

	/** What is stored for this value cannot be read; the aggregator can rebuild it. */
	CORRUPT_DATA(HttpStatus.INTERNAL_SERVER_ERROR, Level.DEBUG),

	/** A defect of this program; its log has the cause. */
	INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, Level.ERROR);

	private final HttpStatus status;

	private final Level level;

	ProblemKind(HttpStatus status, Level level) {
		this.status = status;
		this.level = level;
	}

	/** Returns the usual status of an HTTP response that is nothing but a problem. */
	HttpStatus status() {
		return this.status;
	}

	/** Returns the level at which a problem is logged. */
	Level level() {
		return this.level;
	}

}
