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

	public Problem problem() {
		return this.problem;
	}

}
