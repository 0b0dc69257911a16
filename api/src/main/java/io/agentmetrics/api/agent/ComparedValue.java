package io.agentmetrics.api.agent;

import java.util.OptionalDouble;

import io.agentmetrics.api.metrics.ValueChange;

/**
 * A number of two slices side by side; the type of the same name of the GraphQL schema.
 *
 * @param baseline the number of the baseline; empty if there is none
 * @param candidate the number of the candidate; empty if there is none
 */
record ComparedValue(Name name, OptionalDouble baseline, OptionalDouble candidate) {

	public OptionalDouble difference() {
		return change().difference();
	}

	public OptionalDouble percent() {
		return (this.name == Name.RATE) ? OptionalDouble.empty() : change().percent();
	}

	/** Returns -1, 0 or 1: how the candidate's compares. */
	int direction() {
		return (this.baseline.isPresent() && this.candidate.isPresent())
				? Double.compare(this.candidate.getAsDouble(), this.baseline.getAsDouble()) : 0;
	}

	private ValueChange change() {
		return ValueChange.of(this.candidate, this.baseline, false);
	}

	/**
	 * What is compared; the enum {@code ComparedValueName} of the GraphQL schema.
	 */
	enum Name {

		/** In percent of the finished executions. */
		RATE,
		/** Per execution. */
		AVERAGE,
		/** The median. */
		P50,
		/** The 95th percentile. */
		P95,
		/** The 99th percentile. */
		P99,
		/** What all executions cost by the number of successful ones. */
		PER_SUCCESSFUL_EXECUTION

	}

}
