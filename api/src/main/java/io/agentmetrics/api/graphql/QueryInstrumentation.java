package io.agentmetrics.api.graphql;

import graphql.execution.AbortExecutionException;
import graphql.execution.instrumentation.FieldFetchingInstrumentationContext;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.parameters.InstrumentationFieldCompleteParameters;
import graphql.execution.instrumentation.parameters.InstrumentationFieldFetchParameters;
import io.agentmetrics.api.limit.RequestWork;
import io.agentmetrics.api.problem.ProblemException;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.graphql.observation.GraphQlObservationInstrumentation;
import org.springframework.stereotype.Component;

/**
 * The instrumentation of queries: observes them, and counts the memory that the fields of
 * an answer take, so that a query cannot exhaust it by repeating lists under aliases.
 */
@Component
final class QueryInstrumentation extends GraphQlObservationInstrumentation {

	// one class does both: of several, graphql-java puts what they return for each field
	// into lists, which takes longer than all that they do

	/**
	 * Bytes of a value, its name, and what the engine keeps of it until the answer is
	 * complete.
	 */
	private static final long VALUE_BYTES = 200;

	/** Bytes of a field that has a thread of its own. */
	private static final long THREAD_BYTES = 4_000;

	QueryInstrumentation(ObservationRegistry observations) {
		super(observations);
	}

	@Override
	public @Nullable FieldFetchingInstrumentationContext beginFieldFetching(
			InstrumentationFieldFetchParameters parameters, @Nullable InstrumentationState state) {
		claim(parameters.getExecutionContext().getGraphQLContext().get(RequestWork.class),
				parameters.isTrivialDataFetcher() ? VALUE_BYTES : THREAD_BYTES);
		return null;
	}

	@Override
	public @Nullable InstrumentationContext<Object> beginFieldCompletion(
			InstrumentationFieldCompleteParameters parameters, @Nullable InstrumentationState state) {
		if (parameters.getFetchedObject() instanceof String text) {
			claim(parameters.getExecutionContext().getGraphQLContext().get(RequestWork.class), 2L * text.length());
		}
		return null;
	}

	private static void claim(@Nullable Object work, long bytes) {
		if (work instanceof RequestWork known) {
			try {
				known.claim(bytes);
			}
			catch (ProblemException ex) {
				throw new AbortExecutionException(ex);
			}
		}
	}

}
