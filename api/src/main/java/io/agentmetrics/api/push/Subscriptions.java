package io.agentmetrics.api.push;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.language.AstPrinter;
import graphql.language.Definition;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import graphql.parser.Parser;
import io.agentmetrics.api.graphql.ProblemError;
import io.agentmetrics.api.graphql.RequestBounds;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.ExecutionGraphQlRequest;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.MediaTypes;
import org.springframework.graphql.execution.SubscriptionPublisherException;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.graphql.server.WebSocketGraphQlRequest;
import org.springframework.graphql.support.DefaultExecutionGraphQlRequest;
import org.springframework.graphql.support.DefaultExecutionGraphQlResponse;
import org.springframework.http.MediaType;

/**
 * Answers a subscription by asking the query of the same name and fields: now, after each
 * change that concerns it, and from time to time, because windows move on. After a change
 * the answer is always sent, else if it differs from the one before.
 */
@Order(Subscriptions.ORDER)
final class Subscriptions implements WebGraphQlInterceptor {

	/** Before the interceptors that give errors their kind. */
	static final int ORDER = Ordered.LOWEST_PRECEDENCE - 1;

	private static final Problem TOO_MANY = new Problem(ProblemKind.UNAVAILABLE,
			"There are too many subscriptions at the moment; ask again later.");

	private static final Problem NO_STREAM = new Problem(ProblemKind.BAD_INPUT,
			"A subscription is answered over WebSocket or, with the header Accept: text/event-stream, as server-sent events.");

	private static final List<MediaType> PLAIN = List.of(MediaType.APPLICATION_JSON,
			MediaTypes.APPLICATION_GRAPHQL_RESPONSE, MediaType.valueOf("application/graphql+json"));

	private final ExecutionGraphQlService queries;

	private final RequestBounds bounds;

	private final Changes changes;

	private final Scheduler scheduler;

	private final int maximum;

	private final AtomicInteger active = new AtomicInteger();

	Subscriptions(ExecutionGraphQlService queries, RequestBounds bounds, Changes changes, Scheduler scheduler,
			int maximum) {
		this.queries = queries;
		this.bounds = bounds;
		this.changes = changes;
		this.scheduler = scheduler;
		this.maximum = maximum;
	}

	@Override
	public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
		return chain.next(request).map((response) -> {
			ExecutionResult result = response.getExecutionResult();
			ExecutionInput input = response.getExecutionInput();
			if (input.getGraphQLContext().get(Subscribed.class) instanceof Subscribed subscribed
					&& result.getData() instanceof Publisher<?>) {
				if (!isStream(request)) {
					return new WebGraphQlResponse(new DefaultExecutionGraphQlResponse(input,
							ExecutionResult.newExecutionResult()
								.errors(List.of(ProblemError.of(NO_STREAM, input)))
								.build()));
				}
				return response.transform((builder) -> builder.data(events(request, subscribed.agent())));
			}
			if (isEventStream(request) && !(result.getData() instanceof Publisher<?>)) {
				// a query, or what is no valid subscription: one event
				return response.transform((builder) -> builder.data(Flux.just(result)));
			}
			return response;
		});
	}

	/** Returns whether the client can take more than one answer. */
	private static boolean isStream(WebGraphQlRequest request) {
		return request instanceof WebSocketGraphQlRequest || isEventStream(request);
	}

	/** A client that also takes JSON gets that: so Spring chooses who answers. */
	private static boolean isEventStream(WebGraphQlRequest request) {
		List<MediaType> accepted = request.getHeaders().getAccept();
		return !(request instanceof WebSocketGraphQlRequest)
				&& accepted.stream().anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype)
				&& accepted.stream().noneMatch((type) -> PLAIN.stream().anyMatch(type::isCompatibleWith));
	}

	private Flux<ExecutionResult> events(WebGraphQlRequest request, Optional<UUID> agent) {
		String query = asQuery(request.getDocument());
		String client = RequestBounds.client(request);
		return Flux.defer(() -> {
			if (this.active.incrementAndGet() > this.maximum) {
				this.active.decrementAndGet();
				return Flux.error(new SubscriptionPublisherException(
						List.of(ProblemError.of(TOO_MANY, request.toExecutionInput())), null));
			}
			return answers(() -> asked(request, query), client, agent)
				.doFinally((end) -> this.active.decrementAndGet());
		});
	}

	private Flux<ExecutionResult> answers(Supplier<ExecutionGraphQlRequest> question, String client,
			Optional<UUID> agent) {
		AtomicBoolean written = new AtomicBoolean();
		return this.changes.stream()
			.index((number, change) -> (number == 0) ? new Change.TimePassed() : change)
			.filter((change) -> change.concerns(agent))
			.doOnNext((change) -> {
				if (change instanceof Change.Written) {
					written.set(true);
				}
			})
			// of the changes that come during an answer, the last is enough
			.onBackpressureLatest()
			.publishOn(this.scheduler, 1)
			.concatMap((change) -> answer(question.get(), client, written.getAndSet(false)), 1)
			.distinctUntilChanged(Function.identity(), (sent, next) -> !next.news() && next.isSame(sent))
			.map(Answer::result);
	}

	private Mono<Answer> answer(ExecutionGraphQlRequest question, String client, boolean news) {
		return this.bounds.ask(question, client, this.queries.execute(question))
			.map((response) -> new Answer(news, response.getExecutionResult()));
	}

	int active() {
		return this.active.get();
	}

	private static DefaultExecutionGraphQlRequest asked(WebGraphQlRequest request, String query) {
		DefaultExecutionGraphQlRequest asked = new DefaultExecutionGraphQlRequest(query, request.getOperationName(),
				request.getVariables(), request.getExtensions(), request.getId(), request.getLocale());
		asked.executionId(Objects.requireNonNull(request.getExecutionId(), "RequestIdFilter has set it"));
		return asked;
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

	/**
	 * An answer to be sent.
	 *
	 * @param news whether somebody has written something since the one before; if so it
	 * is sent even if it is the same
	 */
	private record Answer(boolean news, ExecutionResult result) {

		boolean isSame(Answer other) {
			return this.result.toSpecification().equals(other.result.toSpecification());
		}

	}

	/**
	 * The subject of a subscription.
	 *
	 * @param agent one agent, or empty for all of them together
	 */
	record Subscribed(Optional<UUID> agent) {
	}

}
