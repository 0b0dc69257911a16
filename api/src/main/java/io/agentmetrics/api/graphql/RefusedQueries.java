package io.agentmetrics.api.graphql;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import graphql.ExecutionInput;
import graphql.GraphQLError;
import graphql.introspection.GoodFaithIntrospection;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.validation.ValidationError;
import graphql.validation.ValidationErrorType;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.stereotype.Component;

/**
 * Adds a kind to the errors of queries that GraphQL itself refuses: syntax, validation,
 * limits. The error of an unknown enum value lists the allowed ones.
 */
@Component
final class RefusedQueries implements WebGraphQlInterceptor {

	private static final Pattern TYPE = Pattern.compile("(?:enum|is not a valid) '(\\w+)'");

	private final GraphQlSource source;

	RefusedQueries(GraphQlSource source) {
		this.source = source;
	}

	@Override
	public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
		return chain.next(request).map(this::withKinds);
	}

	private WebGraphQlResponse withKinds(WebGraphQlResponse response) {
		List<GraphQLError> errors = response.getExecutionResult().getErrors();
		if (errors.isEmpty()) {
			return response;
		}
		return response.transform((builder) -> builder
			.errors(errors.stream().map((error) -> withKind(error, response.getExecutionInput())).toList()));
	}

	private GraphQLError withKind(GraphQLError error, ExecutionInput request) {
		if (error.getExtensions() != null && error.getExtensions().containsKey(ProblemError.KIND)) {
			return error;
		}
		return ProblemError.of(new Problem(kind(error), error.getMessage() + allowedValues(error)), error, request);
	}

	private static ProblemKind kind(GraphQLError error) {
		if (error.getPath() != null) {
			return ProblemKind.INTERNAL;
		}
		return switch (error) {
			case ValidationError invalid when isLimit(invalid.getValidationErrorType()) -> ProblemKind.TOO_COMPLEX;
			case GoodFaithIntrospection.BadFaithIntrospectionError _ -> ProblemKind.TOO_COMPLEX;
			default -> ProblemKind.BAD_INPUT;
		};
	}

	private static boolean isLimit(@Nullable Object type) {
		return type == ValidationErrorType.MaxQueryDepthExceeded || type == ValidationErrorType.MaxQueryFieldsExceeded;
	}

	private String allowedValues(GraphQLError error) {
		Matcher named = TYPE.matcher(error.getMessage());
		if (named.find() && this.source.schema().getType(named.group(1)) instanceof GraphQLEnumType type) {
			return type.getValues()
				.stream()
				.map(GraphQLEnumValueDefinition::getName)
				.collect(Collectors.joining(", ", ". Allowed are ", "."));
		}
		return "";
	}

}
