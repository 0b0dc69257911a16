package io.agentmetrics.api.export;

import java.io.IOException;
import java.time.Duration;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Turns what these controllers throw into problem details (RFC 9457): the client gets the
 * kind and a safe sentence, the log gets the cause.
 */
@RestControllerAdvice(basePackageClasses = HttpProblems.class)
final class HttpProblems {

	private static final Logger logger = LoggerFactory.getLogger(HttpProblems.class);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

	@ExceptionHandler
	ResponseEntity<ProblemDetail> problem(Exception failure, HttpServletRequest request, HttpServletResponse response)
			throws Exception {
		// nothing can be added to half an answer: the container breaks the connection off
		if (response.isCommitted() || failure instanceof IOException) {
			throw failure;
		}
		if (failure instanceof ErrorResponse refused) {
			return new ResponseEntity<>(refused.getBody(), refused.getHeaders(), refused.getStatusCode());
		}
		Problem problem = Problem.of(failure);
		log(problem, failure, request);
		ProblemDetail detail = ProblemDetail.forStatusAndDetail(status(problem.kind()), problem.sentence());
		detail.setProperty("kind", problem.kind().name());
		ResponseEntity.BodyBuilder answer = ResponseEntity.status(detail.getStatus());
		if (problem.kind() == ProblemKind.UNAVAILABLE) {
			answer.header(HttpHeaders.RETRY_AFTER, String.valueOf(RETRY_AFTER.toSeconds()));
		}
		return answer.body(detail);
	}

	private static HttpStatus status(ProblemKind kind) {
		return switch (kind) {
			case BAD_INPUT, TOO_COMPLEX -> HttpStatus.BAD_REQUEST;
			case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
			case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
			case TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
			case CORRUPT_DATA, INTERNAL -> HttpStatus.INTERNAL_SERVER_ERROR;
		};
	}

	private static void log(Problem problem, Throwable failure, HttpServletRequest request) {
		LoggingEventBuilder event = switch (problem.kind()) {
			case BAD_INPUT, TOO_COMPLEX, UNAUTHENTICATED, CORRUPT_DATA -> logger.atDebug();
			case UNAVAILABLE, TIMEOUT ->
				logger.atWarn().addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
			case INTERNAL -> logger.atLevel(Level.ERROR).setCause(failure);
		};
		event.addKeyValue("kind", problem.kind())
			.addKeyValue("path", request.getRequestURI())
			.log("A request could not be answered");
	}

}
