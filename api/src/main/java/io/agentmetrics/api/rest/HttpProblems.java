package io.agentmetrics.api.rest;

import java.io.IOException;
import java.util.Objects;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemDocument;
import io.agentmetrics.api.problem.ProblemResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Turns what controllers throw, and requests that no controller takes, into problem
 * details: the client gets the kind and a safe sentence, the log gets the cause.
 */
@RestControllerAdvice
final class HttpProblems extends ResponseEntityExceptionHandler {

	private static final Logger logger = LoggerFactory.getLogger(HttpProblems.class);

	@ExceptionHandler
	ResponseEntity<ProblemDocument> problem(Exception failure, HttpServletRequest request, HttpServletResponse response)
			throws Exception {
		// nothing can be added to half an answer: the container breaks the connection off
		if (response.isCommitted() || failure instanceof IOException) {
			throw failure;
		}
		Problem problem = Problem.of(failure);
		problem.event(logger, failure)
			.addKeyValue("path", request.getRequestURI())
			.log("A request could not be answered");
		return ProblemResponse.of(problem, request.getRequestURI());
	}

	/**
	 * What Spring itself refuses: paths, methods, media types, bodies that are no JSON.
	 */
	@Override
	protected ResponseEntity<Object> createResponseEntity(@Nullable Object body, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		String sentence = (body instanceof ProblemDetail detail) ? Objects.requireNonNullElse(detail.getDetail(), "")
				: "";
		Problem problem = Problem.ofStatus(HttpStatus.valueOf(status.value()),
				(status == HttpStatus.NOT_FOUND) ? "There is nothing at this address." : sentence);
		ResponseEntity<ProblemDocument> response = ProblemResponse.of(problem,
				((ServletWebRequest) request).getRequest().getRequestURI());
		return ResponseEntity.status(status)
			.headers(headers)
			.headers(response.getHeaders())
			.body(Objects.requireNonNull(response.getBody()));
	}

}
