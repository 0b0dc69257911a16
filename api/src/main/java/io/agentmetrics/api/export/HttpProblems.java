package io.agentmetrics.api.export;

import java.io.IOException;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.api.problem.ProblemResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Turns what controllers throw, and what none of them is there for, into problem details
 * (RFC 9457): the client gets the kind and a safe sentence, the log gets the cause.
 */
@RestControllerAdvice
final class HttpProblems extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(HttpProblems.class);

	@ExceptionHandler
	ResponseEntity<ProblemDetail> problem(Exception failure, HttpServletRequest request, HttpServletResponse response)
			throws Exception {
		// nothing can be added to half an answer: the container breaks the connection off
		if (response.isCommitted() || failure instanceof IOException) {
			throw failure;
		}
		Problem problem = Problem.of(failure);
		record(problem, failure, request);
		ProblemDetail detail = ProblemDetail.forStatusAndDetail(status(problem.kind()), problem.sentence());
		ResponseEntity.BodyBuilder answer = ResponseEntity.status(detail.getStatus());
		if (status(problem.kind()) == HttpStatus.SERVICE_UNAVAILABLE) {
			answer.header(HttpHeaders.RETRY_AFTER, String.valueOf(ProblemResponse.RETRY_AFTER_SECONDS));
		}
		return answer.contentType(MediaType.APPLICATION_PROBLEM_JSON).body(withKind(detail, problem.kind()));
	}

	/**
	 * What Spring itself refuses: paths, methods, media types, bodies that are no JSON.
	 */
	@Override
	protected ResponseEntity<Object> createResponseEntity(@Nullable Object body, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		ProblemDetail detail = (body instanceof ProblemDetail problem) ? problem : ProblemDetail.forStatus(status);
		if (status.value() == HttpStatus.NOT_FOUND.value()) {
			detail.setDetail("There is nothing at this address.");
		}
		HttpHeaders all = new HttpHeaders(headers);
		// whatever the caller accepts
		all.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		return new ResponseEntity<>(withKind(detail, kind(status)), all, status);
	}

	static ProblemKind kind(HttpStatusCode status) {
		return status.is4xxClientError() ? ProblemKind.BAD_INPUT : ProblemKind.INTERNAL;
	}

	static ProblemDetail withKind(ProblemDetail detail, ProblemKind kind) {
		detail.setProperty("kind", kind.name());
		return detail;
	}

	private static HttpStatus status(ProblemKind kind) {
		return switch (kind) {
			case BAD_INPUT, TOO_COMPLEX -> HttpStatus.BAD_REQUEST;
			case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
			case UNAVAILABLE, BUSY -> HttpStatus.SERVICE_UNAVAILABLE;
			case TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
			case CORRUPT_DATA, INTERNAL -> HttpStatus.INTERNAL_SERVER_ERROR;
		};
	}

	private static void record(Problem problem, Throwable failure, HttpServletRequest request) {
		LoggingEventBuilder event = switch (problem.kind()) {
			case BAD_INPUT, TOO_COMPLEX, UNAUTHENTICATED, CORRUPT_DATA -> log.atDebug();
			case UNAVAILABLE, BUSY, TIMEOUT ->
				log.atWarn().addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
			case INTERNAL -> log.atLevel(Level.ERROR).setCause(failure);
		};
		event.addKeyValue("kind", problem.kind())
			.addKeyValue("path", request.getRequestURI())
			.log("A request could not be answered");
	}

}
