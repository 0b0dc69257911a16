package io.agentmetrics.api.graphql;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQLContext;
import graphql.execution.ExecutionId;
import io.agentmetrics.api.limit.LimitProperties;
import io.agentmetrics.api.limit.RequestWork;
import io.agentmetrics.api.limit.RequestWorks;
import io.agentmetrics.api.problem.Problem;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

import org.springframework.graphql.ExecutionGraphQlRequest;
import org.springframework.graphql.ExecutionGraphQlResponse;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.graphql.server.WebSocketGraphQlRequest;
import org.springframework.graphql.support.DefaultExecutionGraphQlResponse;
import org.springframework.stereotype.Component;

/**
 * Stops requests that exceed their time or memory: the answer is the reason, and the work
 * of their fields ends.
 */
@Component
public final class RequestBounds implements WebGraphQlInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(RequestBounds.class);

	private final RequestWorks works;

	private final LimitProperties limits;

	RequestBounds(RequestWorks works, LimitProperties limits) {
		this.works = works;
		this.limits = limits;
	}

	@Override
	public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
		Mono<WebGraphQlResponse> answer = Mono.defer(() -> chain.next(request));
		if (request instanceof WebSocketGraphQlRequest) {
			return ask(request, client(request), answer).map(RequestBounds::asWeb);
		}
		return RequestWork.current()
			.map((work) -> bounded(request, work, answer).map(RequestBounds::asWeb)
				.doOnNext((response) -> finishStream(work, response)))
			.orElse(answer);
	}

	/**
	 * Answers a query of our own, as a part of the HTTP request that the current thread
	 * works for.
	 * @return the answer, or why there is none
	 */
	public Mono<ExecutionGraphQlResponse> ask(ExecutionGraphQlRequest request, Mono<ExecutionGraphQlResponse> answer) {
		request
			.executionId(ExecutionId.from(Optional.ofNullable(MDC.get(RequestIdFilter.KEY)).orElse(request.getId())));
		return RequestWork.current().map((work) -> bounded(request, work, answer)).orElse(answer).contextCapture();
	}

	/**
	 * Answers a query that comes with no HTTP request of its own.
	 * @return the answer, or why there is none
	 */
	public Mono<ExecutionGraphQlResponse> ask(ExecutionGraphQlRequest request, String client,
			Mono<? extends ExecutionGraphQlResponse> answer) {
		return Mono.using(() -> this.works.open(client), (work) -> bounded(request, work, answer), RequestWork::finish);
	}

	/**
	 * Returns the client of a request.
	 * @return a token's subject, or an address
	 */
	public static String client(WebGraphQlRequest request) {
		if (request instanceof WebSocketGraphQlRequest message
				&& message.getSessionInfo().getAttributes().get(RequestWork.CLIENT) instanceof String subject) {
			return subject;
		}
		InetSocketAddress address = request.getRemoteAddress();
		return RequestWork.current()
			.filter((work) -> !(request instanceof WebSocketGraphQlRequest))
			.map(RequestWork::client)
			.orElse((address != null) ? "address " + address.getHostString() : "unknown");
	}

	/** Returns whether a request is over, so that nobody waits for its fields. */
	static boolean isOver(GraphQLContext context) {
		return context.get(RequestWork.class) instanceof RequestWork work && work.isOver();
	}

	private Mono<ExecutionGraphQlResponse> bounded(ExecutionGraphQlRequest request, RequestWork work,
			Mono<? extends ExecutionGraphQlResponse> answer) {
		request.configureExecutionInput(
				(input, builder) -> builder.graphQLContext(Map.of(RequestWork.class, work)).build());
		Mono<ExecutionGraphQlResponse> stopped = Mono.fromFuture(work.stopped(), true)
			.map((problem) -> refused(request, problem));
		Mono<ExecutionGraphQlResponse> answered = answer.cast(ExecutionGraphQlResponse.class)
			// fields that have failed because it was stopped are no answer
			.flatMap((response) -> work.stopped().isDone() ? stopped : Mono.just(response))
			.contextWrite((context) -> context.put(RequestWork.class, work));
		return Mono.firstWithSignal(stopped, answered)
			.doOnNext((response) -> work.stopped().thenAccept((problem) -> log(problem, request)));
	}

	private static ExecutionGraphQlResponse refused(ExecutionGraphQlRequest request, Problem problem) {
		ExecutionInput input = request.toExecutionInput();
		ExecutionResult result = ExecutionResult.newExecutionResult()
			.errors(List.of(ProblemError.of(problem, input)))
			.build();
		return new DefaultExecutionGraphQlResponse(input, result);
	}

	private void log(Problem problem, ExecutionGraphQlRequest request) {
		if (problem.equals(RequestWork.HUNG_UP)) {
			return;
		}
		logger.atWarn()
			.addKeyValue("kind", problem.kind())
			.addKeyValue("timeout", this.limits.timeout())
			.addKeyValue(RequestIdFilter.KEY, request.getExecutionId())
			.log(problem.equals(RequestWork.TOO_LONG) ? "A request took too long" : "A request took too much");
	}

	/**
	 * Ends the work of a request that has become a stream: each of its answers has bounds
	 * of its own.
	 */
	private static void finishStream(RequestWork work, WebGraphQlResponse response) {
		if (response.getExecutionResult().getData() instanceof Publisher<?>) {
			work.finish();
		}
	}

	private static WebGraphQlResponse asWeb(ExecutionGraphQlResponse response) {
		return (response instanceof WebGraphQlResponse web) ? web : new WebGraphQlResponse(response);
	}

}
