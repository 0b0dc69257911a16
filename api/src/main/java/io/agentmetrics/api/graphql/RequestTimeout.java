package io.agentmetrics.api.graphql;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import graphql.ExecutionResult;
import graphql.GraphQLContext;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

	private static final Logger logger = LoggerFactory.getLogger(RequestTimeout.class);

	private static final Problem TOO_LONG = new Problem(ProblemKind.TIMEOUT,
			"The request took too long to answer; asking for less may succeed.");

	private final Duration timeout;

	RequestTimeout(LimitProperties properties) {
		this.timeout = properties.timeout();
	}

	@Override
	public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
		AtomicBoolean over = new AtomicBoolean();
		request.configureExecutionInput(
				(input, builder) -> builder.graphQLContext(Map.of(RequestTimeout.class, over)).build());
		return chain.next(request)
			.doOnCancel(() -> over.set(true))
			.timeout(this.timeout, Mono.fromSupplier(() -> tooLong(request)));
	}

	/**
	 * Tells whether nobody waits for a request's fields any longer: it has taken too
	 * long, or its client has gone.
	 * @param context the request's
	 * @return whether what becomes of a field is of no interest
	 */
	static boolean isOver(GraphQLContext context) {
		return context.get(RequestTimeout.class) instanceof AtomicBoolean over && over.get();
	}

	private WebGraphQlResponse tooLong(WebGraphQlRequest request) {
		logger.atWarn()
			.addKeyValue("timeout", this.timeout)
			.addKeyValue(RequestIdFilter.KEY, request.getExecutionId())
			.log("A request took too long");
		ExecutionResult result = ExecutionResult.newExecutionResult()
			.errors(List.of(ProblemError.of(TOO_LONG)))
			.build();
		return new WebGraphQlResponse(new DefaultExecutionGraphQlResponse(request.toExecutionInput(), result));
	}

}
