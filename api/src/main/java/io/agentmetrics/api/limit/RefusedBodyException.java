package io.agentmetrics.api.limit;

import io.agentmetrics.api.problem.Problem;

import org.springframework.http.HttpStatus;

/**
 * A body is not read, or not to its end.
 */
final class RefusedBodyException extends RuntimeException {

	private final HttpStatus status;

	private final Problem problem;

	RefusedBodyException(HttpStatus status, Problem problem) {
		super(problem.sentence());
		this.status = status;
		this.problem = problem;
	}

	HttpStatus status() {
		return this.status;
	}

	Problem problem() {
		return this.problem;
	}

}
