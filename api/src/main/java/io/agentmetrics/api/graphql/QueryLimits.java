package io.agentmetrics.api.graphql;

import java.util.Map;

import graphql.parser.ParserOptions;
import graphql.validation.QueryComplexityLimits;
import io.agentmetrics.api.limit.LimitProperties;
import reactor.core.publisher.Mono;

import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.stereotype.Component;

/**
 * Sets the limits of depth, fields and tokens within which queries are accepted.
 */
@Component
final class QueryLimits implements WebGraphQlInterceptor {

	private final Map<?, Object> limits;

	QueryLimits(LimitProperties properties) {
		QueryComplexityLimits complexity = QueryComplexityLimits.newLimits()
			.maxDepth(properties.depth())
			.maxFieldsCount(properties.fields())
			.build();
		ParserOptions parser = ParserOptions.getDefaultOperationParserOptions()
			.transform((options) -> options.maxTokens(properties.tokens()));
		this.limits = Map.of(QueryComplexityLimits.KEY, complexity, ParserOptions.class, parser);
	}

	@Override
	public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
		request.configureExecutionInput((input, builder) -> builder.graphQLContext(this.limits).build());
		return chain.next(request);
	}

}
