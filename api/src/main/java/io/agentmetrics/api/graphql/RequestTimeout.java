package io.agentmetrics.api.graphql;

import java.time.Duration;
import java.util.List;

import graphql.ExecutionResult;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import reactor.core.publisher.Mono;

import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.graphql.support.DefaultExecutionGraphQlResponse;
import org.springframework.stereotype.Component;

/**
 * Ends a request that takes too long as a whole, however quick each of its statements is.
 */
@Component
final class RequestTimeout implements WebGraphQlInterceptor {

	private static final Problem TOO_LONG = new Problem(ProblemKind.TIMEOUT,
			"The request took too long to answer; asking for less may succeed.");

	private final Duration timeout;

	RequestTimeout(LimitProperties properties) {
		this.timeout = properties.timeout();
	}

	@Override
	public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
		return chain.next(request).timeout(this.timeout, Mono.fromSupplier(() -> tooLong(request)));
	}

	private static WebGraphQlResponse tooLong(WebGraphQlRequest request) {
		ExecutionResult result = ExecutionResult.newExecutionResult()
			.errors(List.of(ProblemError.of(TOO_LONG)))
			.build();
		return new WebGraphQlResponse(new DefaultExecutionGraphQlResponse(request.toExecutionInput(), result));
	}

}
