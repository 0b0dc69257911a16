package io.agentmetrics.api.security;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import io.agentmetrics.api.graphql.ProblemError;
import io.agentmetrics.api.limit.RequestWork;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.execution.SubscriptionPublisherException;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.graphql.server.WebSocketGraphQlInterceptor;
import org.springframework.graphql.server.WebSocketGraphQlRequest;
import org.springframework.graphql.server.WebSocketSessionInfo;
import org.springframework.graphql.server.support.AuthenticationExtractor;
import org.springframework.graphql.server.support.BearerTokenAuthenticationExtractor;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Checks the tokens of WebSockets, which browsers cannot send with the request that opens
 * one: they come in the first message, as {@code {"Authorization": "Bearer …"}}. Every
 * subscription ends with its token.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class WebSocketAdmission implements WebSocketGraphQlInterceptor {

	private static final String ADMITTED = WebSocketAdmission.class.getName();

	private static final Problem EXPIRED = new Problem(ProblemKind.UNAUTHENTICATED,
			"The token has expired; subscribe again with a new one.");

	private final AuthenticationExtractor tokens = new BearerTokenAuthenticationExtractor();

	private final AuthenticationManager authentication;

	private final Clock clock;

	WebSocketAdmission(AuthenticationManager authentication, Clock clock) {
		this.authentication = authentication;
		this.clock = clock;
	}

	@Override
	public Mono<Object> handleConnectionInitialization(WebSocketSessionInfo session, Map<String, Object> payload) {
		Mono<Authentication> opened = session.getPrincipal().ofType(Authentication.class);
		return this.tokens.getAuthentication(payload)
			.map(this.authentication::authenticate)
			.switchIfEmpty(opened)
			.filter(WebSocketAdmission::mayRead)
			.switchIfEmpty(Mono.error(() -> new AccessDeniedException("No token with the scope metrics:read")))
			.doOnNext((admitted) -> {
				session.getAttributes().put(ADMITTED, admitted);
				session.getAttributes().put(RequestWork.CLIENT, "subject " + admitted.getName());
			})
			.then(Mono.empty());
	}

	@Override
	public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
		if (!(request instanceof WebSocketGraphQlRequest message)) {
			return untilExpiry(chain.next(request), SecurityContextHolder.getContext().getAuthentication());
		}
		if (message.getSessionInfo().getAttributes().get(ADMITTED) instanceof Authentication admitted
				&& timeLeft(admitted).isPositive()) {
			return untilExpiry(chain.next(request), admitted);
		}
		return Mono.error(new AccessDeniedException("The connection is not admitted, or no longer"));
	}

	private static boolean mayRead(Authentication authentication) {
		return authentication.getAuthorities()
			.stream()
			.anyMatch((granted) -> Tokens.READ.equals(granted.getAuthority()));
	}

	private Mono<WebGraphQlResponse> untilExpiry(Mono<WebGraphQlResponse> answer,
			@Nullable Authentication authentication) {
		return answer.map((response) -> {
			if (authentication != null && response.getExecutionResult().getData() instanceof Publisher<?> events) {
				return response.transform((builder) -> builder
					.data(untilExpiry(events, timeLeft(authentication), response.getExecutionInput())));
			}
			return response;
		});
	}

	private Publisher<ExecutionResult> untilExpiry(Publisher<?> events, Duration timeLeft, ExecutionInput request) {
		Mono<Object> expiry = Mono.delay(timeLeft)
			.then(Mono
				.error(() -> new SubscriptionPublisherException(List.of(ProblemError.of(EXPIRED, request)), null)));
		return Flux.from(events).cast(ExecutionResult.class).takeUntilOther(expiry);
	}

	private Duration timeLeft(Authentication authentication) {
		if (authentication.getPrincipal() instanceof Jwt token && token.getExpiresAt() != null) {
			return Duration.between(this.clock.instant(), token.getExpiresAt());
		}
		return Duration.ZERO;
	}

}
