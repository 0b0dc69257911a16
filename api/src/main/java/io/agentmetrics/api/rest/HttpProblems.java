package io.agentmetrics.api.rest;

import java.io.IOException;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.api.problem.ProblemResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * Turns what controllers throw, and requests that no controller takes, into problem
 * details (RFC 9457): the client gets the kind and a safe sentence, the log gets the
 * cause.
 */
@RestControllerAdvice
final class HttpProblems extends ResponseEntityExceptionHandler {

	private static final Logger logger = LoggerFactory.getLogger(HttpProblems.class);

	@ExceptionHandler
	ResponseEntity<ProblemDetail> problem(Exception failure, HttpServletRequest request, HttpServletResponse response)
			throws Exception {
		// nothing can be added to half an answer: the container breaks the connection off
		if (response.isCommitted() || failure instanceof IOException) {
			throw failure;
		}
		Problem problem = Problem.of(failure);
		record(problem, failure, request);
		ProblemDetail detail = ProblemDetail.forStatusAndDetail(problem.kind().status(), problem.sentence());
		ResponseEntity.BodyBuilder answer = ResponseEntity.status(detail.getStatus());
		if (problem.kind().status() == HttpStatus.SERVICE_UNAVAILABLE) {
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

	private static void record(Problem problem, Throwable failure, HttpServletRequest request) {
		problem.kind()
			.event(logger, failure)
			.addKeyValue("path", request.getRequestURI())
			.log("A request could not be answered");
	}

}
