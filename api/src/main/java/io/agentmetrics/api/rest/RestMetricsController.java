package io.agentmetrics.api.rest;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.agentmetrics.api.graphql.ProblemError;
import io.agentmetrics.api.graphql.RequestBounds;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemDocument;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.api.problem.ProblemResponse;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.graphql.ExecutionGraphQlRequest;
import org.springframework.graphql.ExecutionGraphQlResponse;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.support.DefaultExecutionGraphQlRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Metrics for clients that do not speak GraphQL: behind each address stands a query.
 */
@RestController
@RequestMapping(path = "/api/v1/agent-studio", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Metrics", description = "Agents' metrics and the dashboard; GraphQL at /graphql answers more")
@ApiResponse(responseCode = "default", description = "Why there is no answer.",
		content = @Content(mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
				schema = @Schema(implementation = ProblemDocument.class)))
final class RestMetricsController {

	private static final String VERSION = "A release to count, as often as there are; all if left out. Empty for executions that do not say theirs.";

	private static final String ENVIRONMENT = "An environment to count, likewise.";

	private final ExecutionGraphQlService graphQl;

	private final RequestBounds bounds;

	private final RestQuery agentMetrics;

	private final RestQuery dashboard;

	private final RestQuery receivedSpans;

	RestMetricsController(ExecutionGraphQlService graphQl, RequestBounds bounds, RestQuery agentMetricsQuery,
			RestQuery dashboardQuery, RestQuery receivedSpansQuery) {
		this.graphQl = graphQl;
		this.bounds = bounds;
		this.agentMetrics = agentMetricsQuery;
		this.dashboard = dashboardQuery;
		this.receivedSpans = receivedSpansQuery;
	}

	@GetMapping("/agents/{agent_id}/metrics")
	@Operation(summary = "The metrics of one agent",
			description = "An agent without executions, known or not, has zeros, null times and the trend no_data.")
	@ApiResponse(responseCode = "200", description = "OK", content = @Content(schema = @Schema(ref = "AgentMetrics")))
	@Parameter(name = "version", in = ParameterIn.QUERY, array = @ArraySchema(schema = @Schema(type = "string")),
			description = VERSION)
	@Parameter(name = "environment", in = ParameterIn.QUERY, array = @ArraySchema(schema = @Schema(type = "string")),
			description = ENVIRONMENT)
	ResponseEntity<?> agentMetrics(
			@PathVariable("agent_id") @Parameter(description = "The agent's id, a UUID.") String agentId,
			@RequestParam(name = "time_range", defaultValue = "7d") @Parameter(description = "How far to look back.",
					schema = @Schema(allowableValues = { "1d", "7d", "30d", "90d" },
							defaultValue = "7d")) String timeRange,
			@RequestParam(name = "metric_type", defaultValue = "realtime") @Parameter(
					description = "Where to take the numbers from.",
					schema = @Schema(allowableValues = { "realtime", "aggregated", "hybrid" },
							defaultValue = "realtime")) String metricType,
			@RequestParam(name = "usage", defaultValue = "false") @Parameter(
					description = "Whether to add tokens and costs, which realtime metrics take longer with.",
					schema = @Schema(type = "boolean", defaultValue = "false")) String usage,
			HttpServletRequest request) {
		Map<String, @Nullable Object> asked = new HashMap<>(Map.of("agentId",
				Arguments.id("agent_id", agentId).toString(), "timeRange", Parameters.timeRange(timeRange).name(),
				"metricType", Parameters.choice("metric_type", metricType, MetricType.values()).name(), "withTrend",
				true, "withoutUsage", !Parameters.flag("usage", usage)));
		filter(request).ifPresent((filter) -> asked.put("filter", filter));
		ExecutionGraphQlResponse answer = ask(this.agentMetrics, asked);
		if (answer.getErrors().stream().anyMatch((error) -> error.getPath().equals("agentMetrics.trend"))) {
			// GraphQL has no metrics without a trend: here the rest is worth telling
			asked.put("withTrend", false);
			answer = ask(this.agentMetrics, asked);
		}
		return response(this.agentMetrics, answer, request);
	}

	@GetMapping("/metrics/dashboard")
	@Operation(summary = "All agents together",
			description = "Counts are over rolling windows up to now; rankings and trends are over closed days.")
	@ApiResponse(responseCode = "200", description = "OK", content = @Content(schema = @Schema(ref = "Dashboard")))
	@Parameter(name = "version", in = ParameterIn.QUERY, array = @ArraySchema(schema = @Schema(type = "string")),
			description = VERSION)
	@Parameter(name = "environment", in = ParameterIn.QUERY, array = @ArraySchema(schema = @Schema(type = "string")),
			description = ENVIRONMENT)
	ResponseEntity<?> dashboard(HttpServletRequest request) {
		Map<String, @Nullable Object> asked = new HashMap<>();
		filter(request).ifPresent((filter) -> asked.put("filter", filter));
		return response(this.dashboard, ask(this.dashboard, asked), request);
	}

	@GetMapping("/metrics/received-spans")
	@Operation(summary = "What became of the spans that exporters have sent",
			description = "As the receiver counted them by the hour for 30 days; the 20 services of which most were "
					+ "rejected, and the latest 24 hours.")
	@ApiResponse(responseCode = "200", description = "OK", content = @Content(schema = @Schema(ref = "ReceivedSpans")))
	ResponseEntity<?> receivedSpans(
			@RequestParam(name = "time_range", defaultValue = "7d") @Parameter(description = "How far to look back.",
					schema = @Schema(allowableValues = { "1d", "7d", "30d", "90d" },
							defaultValue = "7d")) String timeRange,
			@RequestParam(name = "service", required = false) @Parameter(
					description = "The service that sent them; all if left out.") @Nullable String service,
			HttpServletRequest request) {
		Map<String, @Nullable Object> asked = new HashMap<>();
		asked.put("timeRange", Parameters.timeRange(timeRange).name());
		asked.put("service", service);
		return response(this.receivedSpans, ask(this.receivedSpans, asked), request);
	}

	/** Read here, because a list that Spring reads is cut at commas. */
	private static Optional<Map<String, @Nullable Object>> filter(HttpServletRequest request) {
		Map<String, @Nullable Object> filter = new HashMap<>();
		put(filter, "versions", "unknownVersion", "version", request);
		put(filter, "environments", "unknownEnvironment", "environment", request);
		return filter.isEmpty() ? Optional.empty() : Optional.of(filter);
	}

	private static void put(Map<String, @Nullable Object> filter, String names, String unknown, String parameter,
			HttpServletRequest request) {
		String[] values = request.getParameterValues(parameter);
		if (values == null) {
			return;
		}
		List<String> named = Arrays.stream(values).filter((value) -> !value.isEmpty()).toList();
		filter.put(names, named.isEmpty() ? null : List.copyOf(Arguments.names(parameter, named)));
		filter.put(unknown, named.size() < values.length);
	}

	private ExecutionGraphQlResponse ask(RestQuery query, Map<String, @Nullable Object> variables) {
		ExecutionGraphQlRequest request = new DefaultExecutionGraphQlRequest(query.document(), null, variables, null,
				"rest", Locale.ROOT);
		return Objects.requireNonNull(this.bounds.ask(request, this.graphQl.execute(request)).block());
	}

	/** What cannot be read is null; any other problem leaves no answer. */
	private static ResponseEntity<?> response(RestQuery query, ExecutionGraphQlResponse answer,
			HttpServletRequest request) {
		Optional<Map<String, @Nullable Object>> json = query.json(answer.getData());
		Optional<Problem> problem = answer.getErrors()
			.stream()
			.map(ProblemError::problem)
			.filter((each) -> json.isEmpty() || each.kind() != ProblemKind.CORRUPT_DATA)
			.findFirst();
		return problem.isPresent() ? ProblemResponse.of(problem.get(), request.getRequestURI())
				: ResponseEntity.ok(json.orElseThrow());
	}

}
