package io.agentmetrics.api.problem;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Problem details (RFC 9457) of requests that are refused before a controller is asked.
 */
public final class ProblemResponse {

	/** After how many seconds it is worth trying again. */
	public static final int RETRY_AFTER_SECONDS = 10;

	private static final JsonMapper json = JsonMapper.shared();

	private ProblemResponse() {
	}

	/**
	 * Writes a problem and sends it at once, with its length: a client that is still
	 * writing when the connection is cut has all of it.
	 * @param response nothing of it has been sent
	 * @param status the status
	 * @param problem what the caller is told
	 * @throws IOException if the client has gone
	 */
	public static void write(HttpServletResponse response, HttpStatus status, Problem problem) throws IOException {
		byte[] body = json.writeValueAsBytes(fields(status, problem));
		response.setStatus(status.value());
		if (status == HttpStatus.SERVICE_UNAVAILABLE) {
			response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(RETRY_AFTER_SECONDS));
		}
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setContentLength(body.length);
		// a writer would add a charset, which JSON does not have
		response.getOutputStream().write(body);
		response.flushBuffer();
	}

	/**
	 * Returns the members of a problem's JSON object.
	 * @param status the status
	 * @param problem what the caller is told
	 * @return the members in their order
	 */
	public static Map<String, Object> fields(HttpStatus status, Problem problem) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("type", "about:blank");
		fields.put("title", status.getReasonPhrase());
		fields.put("status", status.value());
		fields.put("detail", problem.sentence());
		fields.put("kind", problem.kind().name());
		return fields;
	}

}
