package io.agentmetrics.api.problem;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * HTTP responses that are nothing but a problem: problem details (RFC 9457).
 */
public final class ProblemResponse {

	/** After how many seconds it is worth trying again. */
	private static final int RETRY_AFTER_SECONDS = 10;

	private static final JsonMapper json = JsonMapper.shared();

	private ProblemResponse() {
	}

	/** Returns the response of a controller. */
	public static ResponseEntity<ProblemDocument> of(Problem problem, String path) {
		ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.status())
			// whatever the caller accepts
			.contentType(MediaType.APPLICATION_PROBLEM_JSON);
		if (problem.status() == HttpStatus.SERVICE_UNAVAILABLE) {
			response.header(HttpHeaders.RETRY_AFTER, String.valueOf(RETRY_AFTER_SECONDS));
		}
		return response.body(problem.document(path));
	}

	/**
	 * Answers a request before any controller is asked. The response is sent at once,
	 * with its length: a client that is still writing when the connection is cut has all
	 * of it.
	 * @throws IOException if the client has gone
	 */
	public static void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
			throws IOException {
		ResponseEntity<ProblemDocument> answer = of(problem, request.getRequestURI());
		byte[] body = json.writeValueAsBytes(answer.getBody());
		response.setStatus(problem.status().value());
		answer.getHeaders().forEach((name, values) -> response.setHeader(name, values.getFirst()));
		response.setContentLength(body.length);
		// a writer would add a charset, which JSON does not have
		response.getOutputStream().write(body);
		response.flushBuffer();
	}

}
