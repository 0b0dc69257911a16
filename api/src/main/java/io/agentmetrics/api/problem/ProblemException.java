package io.agentmetrics.api.problem;

/**
 * Ends a request with a kind and a sentence that a caller may read.
 */
public final class ProblemException extends RuntimeException {

	private final ProblemKind kind;

	/**
	 * Creates the exception.
	 * @param kind what kind of problem
	 * @param sentence what is wrong and what is allowed, without internals
	 */
	public ProblemException(ProblemKind kind, String sentence) {
		super(sentence);
		this.kind = kind;
	}

	/**
	 * Creates the exception.
	 * @param problem what the caller is told
	 */
	public ProblemException(Problem problem) {
		this(problem.kind(), problem.sentence());
	}

	Problem problem() {
		return new Problem(this.kind, String.valueOf(getMessage()));
	}

}
