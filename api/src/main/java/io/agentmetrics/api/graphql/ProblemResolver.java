package io.agentmetrics.api.graphql;

import java.util.List;

import graphql.GraphQLError;
import graphql.schema.DataFetchingEnvironment;
import io.agentmetrics.api.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.graphql.execution.DataFetcherExceptionResolverAdapter;
import org.springframework.stereotype.Component;

/**
 * Turns what a field throws into an error of that field: the client gets the kind and a
 * safe sentence, the log gets the cause.
 */
@Component
final class ProblemResolver extends DataFetcherExceptionResolverAdapter {

	private static final Logger logger = LoggerFactory.getLogger(ProblemResolver.class);

	ProblemResolver() {
		// the log is to name the request, whichever thread the field failed on
		setThreadLocalContextAware(true);
	}

	@Override
	protected List<GraphQLError> resolveToMultipleErrors(Throwable failure, DataFetchingEnvironment environment) {
		Problem problem = Problem.of(failure);
		log(problem, failure, environment);
		return List.of(ProblemError.of(problem, environment));
	}

	private static void log(Problem problem, Throwable failure, DataFetchingEnvironment environment) {
		if (RequestBounds.isOver(environment.getGraphQlContext())) {
			// that has been logged, and how its fields end says nothing
			return;
		}
		problem.event(logger, failure)
			.addKeyValue("field", environment.getExecutionStepInfo().getPath())
			.log("A field could not be answered");
	}

}
