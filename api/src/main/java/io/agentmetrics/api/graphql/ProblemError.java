package io.agentmetrics.api.graphql;

import java.util.Map;

import graphql.ErrorClassification;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.schema.DataFetchingEnvironment;
import io.agentmetrics.api.problem.Problem;

/**
 * How a problem looks in a GraphQL response: its kind stands in {@code extensions.kind}.
 */
public final class ProblemError {

	static final String KIND = "kind";

	private ProblemError() {
	}

	/**
	 * Makes an error of a whole response.
	 * @param problem what the caller is told
	 * @return the error, without a path
	 */
	public static GraphQLError of(Problem problem) {
		return build(problem, GraphqlErrorBuilder.newError());
	}

	static GraphQLError of(Problem problem, DataFetchingEnvironment environment) {
		return build(problem, GraphqlErrorBuilder.newError(environment));
	}

	static GraphQLError of(Problem problem, GraphQLError refused) {
		return build(problem, GraphqlErrorBuilder.newError().locations(refused.getLocations()).path(refused.getPath()));
	}

	private static GraphQLError build(Problem problem, GraphqlErrorBuilder<?> builder) {
		return builder.message("%s", problem.sentence())
			.errorType(ErrorClassification.errorClassification(problem.kind().name()))
			.extensions(Map.of(KIND, problem.kind().name()))
			.build();
	}

}
