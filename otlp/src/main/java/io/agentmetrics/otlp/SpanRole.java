package io.agentmetrics.otlp;

/**
 * What a span stands for, as far as it can be told from itself.
 */
public enum SpanRole {

	/** A run of an agent, unless its caller's span is the same run. */
	AGENT,

	/**
	 * A run of an agent only if no agent and no other workflow is around or inside it.
	 */
	WORKFLOW,

	/** A call of a model; calls inside it are the same call, seen by another library. */
	MODEL_CALL,

	/**
	 * A step of a graph; the span around the steps is the workflow. One that names its
	 * agent is a run of it where the step around it is none of it.
	 */
	STEP,

	/** Anything else. */
	OTHER

}
