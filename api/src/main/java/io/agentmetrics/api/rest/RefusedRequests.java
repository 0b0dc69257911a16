package io.agentmetrics.api.rest;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemDocument;
import io.agentmetrics.api.problem.ProblemResponse;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers what is refused before any controller is asked, such as addresses with two
 * slashes in a row.
 */
@RestController
final class RefusedRequests implements ErrorController {

	@RequestMapping("${server.error.path:/error}")
	ResponseEntity<ProblemDocument> refused(HttpServletRequest request) {
		HttpStatus status = (request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code)
				? HttpStatus.valueOf(code) : HttpStatus.NOT_FOUND;
		return ProblemResponse.of(Problem.ofStatus(status, status.getReasonPhrase() + "."), request.getRequestURI());
	}

}
