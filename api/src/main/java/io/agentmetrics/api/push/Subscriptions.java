package io.agentmetrics.api.push;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import graphql.ExecutionResult;
import graphql.language.AstPrinter;
import graphql.language.Definition;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import graphql.parser.Parser;
import io.agentmetrics.api.graphql.ProblemError;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.execution.SubscriptionPublisherException;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.graphql.server.WebSocketGraphQlRequest;
import org.springframework.graphql.support.DefaultExecutionGraphQlRequest;
import org.springframework.graphql.support.DefaultExecutionGraphQlResponse;
import org.springframework.http.MediaType;

/**
 * Answers a subscription by asking the query of the same name and fields, now and after
 * each change that concerns it, and sends what differs from what was sent before.
 */
@Order(Subscriptions.ORDER)
final class Subscriptions implements WebGraphQlInterceptor {

	/** Around whoever gives errors their kind. */
	static final int ORDER = Ordered.LOWEST_PRECEDENCE - 1;

	/** Differ from one answer to the next although nothing has changed. */
	private static final Set<String> MOVING = Set.of("computedAt", "from", "to", "provenance");

	private static final Problem TOO_MANY = new Problem(ProblemKind.UNAVAILABLE,
			"There are too many subscriptions at the moment; ask again later.");

	private static final Problem NO_STREAM = new Problem(ProblemKind.BAD_INPUT,
			"A subscription is answered over WebSocket or, with the header Accept: text/event-stream, as server-sent events.");

	private final ExecutionGraphQlService queries;

	private final Changes changes;

	private final Scheduler scheduler;

	private final int maximum;

	private final AtomicInteger active = new AtomicInteger();

	Subscriptions(ExecutionGraphQlService queries, Changes changes, Scheduler scheduler, int maximum) {
		this.queries = queries;
		this.changes = changes;
		this.scheduler = scheduler;
		this.maximum = maximum;
	}

	@Override
	public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
		return chain.next(request).map((response) -> {
			ExecutionResult result = response.getExecutionResult();
			if (response.getExecutionInput().getGraphQLContext().get(Subscribed.class) instanceof Subscribed subscribed
					&& result.getData() instanceof Publisher<?>) {
				if (!isStream(request)) {
					return new WebGraphQlResponse(new DefaultExecutionGraphQlResponse(response.getExecutionInput(),
							ExecutionResult.newExecutionResult().errors(List.of(ProblemError.of(NO_STREAM))).build()));
				}
				return response.transform((builder) -> builder.data(events(request, subscribed.agent())));
			}
			if (!result.getErrors().isEmpty()
					&& request.getHeaders().getAccept().contains(MediaType.TEXT_EVENT_STREAM)) {
				return response.transform((builder) -> builder.data(Flux.just(result)));
			}
			return response;
		});
	}

	/** A plain answer has one end, and a subscription none. */
	private static boolean isStream(WebGraphQlRequest request) {
		List<MediaType> accepted = request.getHeaders().getAccept();
		return request instanceof WebSocketGraphQlRequest
				|| !accepted.isEmpty() && accepted.stream().allMatch(MediaType.TEXT_EVENT_STREAM::includes);
	}

	private Flux<ExecutionResult> events(WebGraphQlRequest request, Optional<UUID> agent) {
		String query = asQuery(request.getDocument());
		Mono<ExecutionResult> answer = Mono.defer(() -> this.queries.execute(asked(request, query)))
			.map((response) -> response.getExecutionResult());
		Flux<ExecutionResult> answers = Flux.merge(this.changes.stream(), Flux.just(Change.ANYTHING))
			.filter((change) -> change.concerns(agent))
			// of the changes that come during an answer, the last is enough
			.onBackpressureLatest()
			.publishOn(this.scheduler, 1)
			.concatMap((change) -> answer, 1)
			.distinctUntilChanged((result) -> lasting(result.toSpecification()));
		return Flux.defer(() -> {
			if (this.active.incrementAndGet() > this.maximum) {
				this.active.decrementAndGet();
				return Flux.error(new SubscriptionPublisherException(List.of(ProblemError.of(TOO_MANY)), null));
			}
			return answers.doFinally((end) -> this.active.decrementAndGet());
		});
	}

	int active() {
		return this.active.get();
	}

	private static DefaultExecutionGraphQlRequest asked(WebGraphQlRequest request, String query) {
		return new DefaultExecutionGraphQlRequest(query, request.getOperationName(), request.getVariables(),
				request.getExtensions(), request.getId(), request.getLocale());
	}

	/** The query type has each of the subscription's fields, with the same arguments. */
	private static String asQuery(String subscription) {
		Document document = Parser.parse(subscription);
		@SuppressWarnings("rawtypes") // as graphql-java has it
		List<Definition> definitions = document.getDefinitions();
		return AstPrinter.printAst(document
			.transform((copy) -> copy.definitions(definitions.stream().map(Subscriptions::asQuery).toList())));
	}

	@SuppressWarnings("rawtypes") // as graphql-java has it
	private static Definition asQuery(Definition definition) {
		if (definition instanceof OperationDefinition operation && operation.getOperation() == Operation.SUBSCRIPTION) {
			return operation.transform((copy) -> copy.operation(Operation.QUERY));
		}
		return definition;
	}

	private static Map<Object, Object> lasting(Map<?, ?> fields) {
		Map<Object, Object> lasting = HashMap.newHashMap(fields.size());
		fields.forEach((name, field) -> {
			if (!MOVING.contains(name) && field != null) {
				lasting.put(name, lastingValue(field));
			}
		});
		return lasting;
	}

	private static Object lastingValue(Object value) {
		return switch (value) {
			case Map<?, ?> fields -> lasting(fields);
			case List<?> values -> values.stream()
				.map((element) -> Optional.<Object>ofNullable(element).map(Subscriptions::lastingValue))
				.toList();
			default -> value;
		};
	}

	/**
	 * What a subscription is about.
	 *
	 * @param agent one agent, or empty for all of them together
	 */
	record Subscribed(Optional<UUID> agent) {
	}

}
