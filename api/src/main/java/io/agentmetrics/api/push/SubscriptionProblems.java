package io.agentmetrics.api.push;

import graphql.GraphQLError;
import io.agentmetrics.api.graphql.ProblemError;
import io.agentmetrics.api.problem.Problem;

import org.springframework.graphql.execution.SubscriptionExceptionResolverAdapter;
import org.springframework.stereotype.Component;

/**
 * Tells subscribers of a problem as others are told.
 */
@Component
final class SubscriptionProblems extends SubscriptionExceptionResolverAdapter {

	@Override
	protected GraphQLError resolveToSingleError(Throwable failure) {
		return ProblemError.of(Problem.of(failure));
	}

}
