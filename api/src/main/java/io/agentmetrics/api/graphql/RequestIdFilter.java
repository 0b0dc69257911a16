package io.agentmetrics.api.graphql;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import graphql.execution.ExecutionId;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request an id, the caller's own if it is harmless. The id is a header of
 * the response, and stands in GraphQL errors and in every log line of the request.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestIdFilter extends OncePerRequestFilter implements WebGraphQlInterceptor {

	static final String HEADER = "X-Request-Id";

	static final String KEY = "requestId";

	/** Ids that can neither end a log line nor fill it up. */
	private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._:+/=-]{1,128}");

	RequestIdFilter() {
		// to the virtual threads that answer the fields
		ContextRegistry.getInstance().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor(KEY));
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String id = Optional.ofNullable((String) request.getAttribute(KEY))
			.or(() -> Optional.ofNullable(request.getHeader(HEADER)).filter(HARMLESS.asMatchPredicate()))
			.orElseGet(() -> UUID.randomUUID().toString());
		request.setAttribute(KEY, id);
		response.setHeader(HEADER, id);
		try (MDC.MDCCloseable _ = MDC.putCloseable(KEY, id)) {
			chain.doFilter(request, response);
		}
	}

	/**
	 * Where an answer is completed later, on another thread, its lines have the id, too.
	 */
	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
		String id = Optional.ofNullable(MDC.get(KEY)).orElse(request.getId());
		request.executionId(ExecutionId.from(id));
		return chain.next(request);
	}

}
