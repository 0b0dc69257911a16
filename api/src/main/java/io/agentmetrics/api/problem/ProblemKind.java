package io.agentmetrics.api.problem;

/**
 * What can go wrong, as far as a caller has to know.
 */
public enum ProblemKind {

	/** The request cannot be answered as it is; the message says what is allowed. */
	BAD_INPUT,

	/** The request asks for more than one request may. */
	TOO_COMPLEX,

	/** The token is missing, not good, or has expired. */
	UNAUTHENTICATED,

	/** The database is out of reach; the same request may succeed later. */
	UNAVAILABLE,

	/**
	 * There is too much to do for others; the same request may succeed in a few seconds.
	 */
	BUSY,

	/** The answer took too long; asking for less may succeed. */
	TIMEOUT,

	/** What is stored for this value cannot be read; the aggregator can rebuild it. */
	CORRUPT_DATA,

	/** A defect of this program; its log has the cause. */
	INTERNAL

}
