package io.agentmetrics.api.security;

import java.io.IOException;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.api.problem.ProblemResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;
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
 * Tells callers without a good token what is missing (RFC 6750, RFC 9457), and nothing
 * else.
 */
final class AccessProblems implements AuthenticationEntryPoint, AccessDeniedHandler {

	private static final Logger logger = LoggerFactory.getLogger(AccessProblems.class);

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
			throws IOException {
		if (failure instanceof OAuth2AuthenticationException) {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
			write(response, HttpStatus.UNAUTHORIZED, ProblemKind.UNAUTHENTICATED,
					"The token is malformed, expired, or not meant for this service.");
		}
		else {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
			write(response, HttpStatus.UNAUTHORIZED, ProblemKind.UNAUTHENTICATED,
					"A bearer token with the scope metrics:read is needed.");
		}
	}

	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
			throws IOException {
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\", scope=\"metrics:read\"");
		write(response, HttpStatus.FORBIDDEN, ProblemKind.UNAUTHENTICATED, "The token lacks the scope metrics:read.");
	}

	/** That keys cannot be fetched is not the caller's mistake. */
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
			logger.atWarn()
				.addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(failure).getMessage())
				.log("Tokens cannot be checked");
			write(response, HttpStatus.SERVICE_UNAVAILABLE, ProblemKind.UNAVAILABLE,
					"Tokens cannot be checked at the moment.");
		}
		else {
			commence(request, response, failure);
		}
	}

	private static void write(HttpServletResponse response, HttpStatus status, ProblemKind kind, String sentence)
			throws IOException {
		ProblemResponse.write(response, status, new Problem(kind, sentence));
	}

}
