package io.agentmetrics.api.problem;

/**
 * Ends a request with a problem that its caller may read.
 */
public final class ProblemException extends RuntimeException {

	private final transient Problem problem;

	/**
	 * Ends a request with the status that is usual for a kind.
	 * @param sentence what is wrong and what is allowed, without internals
	 */
	public ProblemException(ProblemKind kind, String sentence) {
		this(new Problem(kind, sentence));
	}

	/** Ends a request. */
	public ProblemException(Problem problem) {
		super(problem.sentence());
		this.problem = problem;
	}

	/**
	 * Returns a problem with what is stored of execution times.
	 * @param of whose they are, or of which day
	 */
	public static ProblemException unreadableTimes(Object of) {
		return new ProblemException(ProblemKind.CORRUPT_DATA,
				"The stored execution times of " + of + " cannot be read and have to be aggregated again.");
	}

	public Problem problem() {
		return this.problem;
	}

}
