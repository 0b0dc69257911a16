package io.agentmetrics.api.agent;

import io.agentmetrics.model.sketch.ErrorGroup;

/**
 * How often errors of one kind came.
 *
 * @param error one of the messages, as it was
 * @param count how often it came
 */
record ErrorCount(String error, long count) {

	static ErrorCount of(ErrorGroup group) {
		return new ErrorCount(group.example(), group.count());
	}

}
