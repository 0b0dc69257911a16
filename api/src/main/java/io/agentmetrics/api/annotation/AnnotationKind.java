package io.agentmetrics.api.annotation;

/**
 * What an annotation is about; the enum of the same name of the GraphQL schema.
 */
enum AnnotationKind {

	/** Something was deployed. */
	DEPLOYMENT,

	/** Something was broken. */
	INCIDENT,

	/** Anything else. */
	NOTE,

	/** An agent ran with a new release; found in its executions. */
	RELEASE

}
