package io.agentmetrics.api.graphql;

import java.util.Map;

import graphql.ErrorClassification;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.schema.DataFetchingEnvironment;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;

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
		return GraphqlErrorBuilder.newError()
			.message("%s", problem.sentence())
			.errorType(classification(problem.kind()))
			.extensions(Map.of(KIND, problem.kind().name()))
			.build();
	}

	static GraphQLError of(Problem problem, DataFetchingEnvironment environment) {
		return GraphqlErrorBuilder.newError(environment)
			.message("%s", problem.sentence())
			.errorType(classification(problem.kind()))
			.extensions(Map.of(KIND, problem.kind().name()))
			.build();
	}

	static GraphQLError of(Problem problem, GraphQLError refused) {
		return GraphqlErrorBuilder.newError()
			.message("%s", problem.sentence())
			.locations(refused.getLocations())
			.path(refused.getPath())
			.errorType(classification(problem.kind()))
			.extensions(Map.of(KIND, problem.kind().name()))
			.build();
	}

	private static ErrorClassification classification(ProblemKind kind) {
		return ErrorClassification.errorClassification(kind.name());
	}

}
