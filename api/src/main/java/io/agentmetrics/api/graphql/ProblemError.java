package io.agentmetrics.api.graphql;

import java.util.Map;
import java.util.TreeMap;

import graphql.ErrorClassification;
import graphql.ExecutionInput;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.ExecutionId;
import graphql.schema.DataFetchingEnvironment;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;

import org.springframework.graphql.ResponseError;

/**
 * Converts problems to errors of a GraphQL response and back; the kind stands in {@code
 * extensions.kind}, the id of the request in {@code extensions.requestId}.
 */
public final class ProblemError {

	static final String KIND = "kind";

	private ProblemError() {
	}

	/**
	 * Returns the error of a failure that ends a stream of answers, whose request is not
	 * known.
	 */
	public static GraphQLError of(Problem problem) {
		return build(problem, GraphqlErrorBuilder.newError()).build();
	}

	/**
	 * Returns the error of a whole response.
	 * @return the error, without a path
	 */
	public static GraphQLError of(Problem problem, ExecutionInput request) {
		return build(problem, GraphqlErrorBuilder.newError(), request.getExecutionIdNonNull());
	}

	static GraphQLError of(Problem problem, DataFetchingEnvironment environment) {
		return build(problem, GraphqlErrorBuilder.newError(environment), environment.getExecutionId());
	}

	static GraphQLError of(Problem problem, GraphQLError refused, ExecutionInput request) {
		return build(problem, GraphqlErrorBuilder.newError().locations(refused.getLocations()).path(refused.getPath()),
				request.getExecutionIdNonNull());
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

	private static GraphQLError build(Problem problem, GraphqlErrorBuilder<?> builder, ExecutionId id) {
		return build(problem, builder)
			.extensions(new TreeMap<>(Map.of(KIND, problem.kind().name(), RequestIdFilter.KEY, id.toString())))
			.build();
	}

	private static GraphqlErrorBuilder<?> build(Problem problem, GraphqlErrorBuilder<?> builder) {
		return builder.message("%s", problem.sentence())
			.errorType(ErrorClassification.errorClassification(problem.kind().name()))
			.extensions(Map.of(KIND, problem.kind().name()));
	}

}
