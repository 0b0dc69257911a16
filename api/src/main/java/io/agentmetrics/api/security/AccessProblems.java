package io.agentmetrics.api.security;

import java.io.IOException;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.api.problem.ProblemResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * Answers requests without a good token with what is missing (RFC 6750, RFC 9457).
 */
final class AccessProblems implements AuthenticationEntryPoint, AccessDeniedHandler {

	private static final Logger logger = LoggerFactory.getLogger(AccessProblems.class);

	private static final Problem NO_TOKEN = new Problem(ProblemKind.UNAUTHENTICATED,
			"A bearer token with the scope metrics:read is needed.");

	private static final Problem BAD_TOKEN = new Problem(ProblemKind.UNAUTHENTICATED,
			"The token is malformed, expired, or not meant for this service.");

	private static final Problem NO_SCOPE = new Problem(HttpStatus.FORBIDDEN, ProblemKind.UNAUTHENTICATED,
			"The token lacks the scope metrics:read.");

	private static final Problem UNCHECKED = new Problem(ProblemKind.UNAVAILABLE,
			"Tokens cannot be checked at the moment.");

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
			throws IOException {
		boolean sent = failure instanceof OAuth2AuthenticationException;
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE, sent ? "Bearer error=\"invalid_token\"" : "Bearer");
		ProblemResponse.write(request, response, sent ? BAD_TOKEN : NO_TOKEN);
	}

	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
			throws IOException {
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\", scope=\"metrics:read\"");
		ProblemResponse.write(request, response, NO_SCOPE);
	}

	/**
	 * Answers 503 where the issuer's keys cannot be fetched, which is not the caller's
	 * mistake.
	 */
	ObjectPostProcessor<BearerTokenAuthenticationFilter> afterTokenFilter() {
		return new ObjectPostProcessor<>() {

			@Override
			public <F extends BearerTokenAuthenticationFilter> F postProcess(F filter) {
				filter.setAuthenticationFailureHandler(AccessProblems.this::refuse);
				return filter;
			}

		};
	}

	private void refuse(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
			throws IOException {
		if (failure instanceof AuthenticationServiceException) {
			UNCHECKED.event(logger, failure).log("Tokens cannot be checked");
			ProblemResponse.write(request, response, UNCHECKED);
		}
		else {
			commence(request, response, failure);
		}
	}

}
