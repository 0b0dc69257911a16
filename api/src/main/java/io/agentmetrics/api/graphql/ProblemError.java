package io.agentmetrics.api.graphql;

import java.util.Map;

import graphql.ErrorClassification;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.schema.DataFetchingEnvironment;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;

import org.springframework.graphql.ResponseError;

/**
 * Converts problems to errors of a GraphQL response and back; the kind stands in {@code
 * extensions.kind}.
 */
public final class ProblemError {

	static final String KIND = "kind";

	private ProblemError() {
	}

	/**
	 * Returns the error of a whole response.
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

	/**
	 * Returns the problem of an error.
	 * @throws IllegalStateException if it tells of none: the query itself was refused
	 */
	public static Problem problem(ResponseError error) {
		if (error.getExtensions().get(KIND) instanceof String kind) {
			return new Problem(ProblemKind.valueOf(kind), String.valueOf(error.getMessage()));
		}
		throw new IllegalStateException("A query was refused: " + error.getMessage());
	}

	private static GraphQLError build(Problem problem, GraphqlErrorBuilder<?> builder) {
		return builder.message("%s", problem.sentence())
			.errorType(ErrorClassification.errorClassification(problem.kind().name()))
			.extensions(Map.of(KIND, problem.kind().name()))
			.build();
	}

}
