package io.agentmetrics.api.problem;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * A problem as JSON: problem details (RFC 9457).
 *
 * @param instance the path of the request
 */
@Schema(name = "Problem")
public record ProblemDocument(@Schema(description = "What was wrong, and what is allowed.") String detail,
		@Schema(description = "The path that was asked for.") String instance,
		@Schema(description = "The status code.") int status,
		@Schema(description = "The status in words.") String title,
		@Schema(description = "The kind of problem, for programs; the detail is for people.") ProblemKind kind) {
}
