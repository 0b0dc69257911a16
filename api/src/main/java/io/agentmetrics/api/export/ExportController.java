package io.agentmetrics.api.export;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.FailedDays;
import io.agentmetrics.api.ledger.LateExecutions;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.limit.RequestWork;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.api.problem.ProblemDocument;
import io.agentmetrics.api.rest.Parameters;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers requests for agents' closed days as files, row by row as they come from the
 * database.
 */
@RestController
@RequestMapping("/api/v1/agent-studio/agents")
@Tag(name = "Export", description = "Agents' closed days as files")
@ApiResponse(responseCode = "200", description = "The rows by day and agent, and the headers Agent-Metrics-From, -To, "
		+ "-Zone, -Aggregated-Through, -Missing and -Computed-At. A connection that breaks off says that rows are missing.",
		content = { @Content(mediaType = "text/csv", schema = @Schema(implementation = String.class)),
				@Content(mediaType = "application/json",
						schema = @Schema(implementation = DailyMetricsDocument.class)) })
@ApiResponse(responseCode = "default", description = "Why there is no answer.",
		content = @Content(mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
				schema = @Schema(implementation = ProblemDocument.class)))
final class ExportController {

	private static final String FORMAT = "csv with a line of names, or json as one object with provenance and days.";

	private static final String FROM = "The first day, such as 2026-11-01; 30 days before the end if it is left out.";

	private static final String TO = "The day after the last, at most 400 days later; today if it is left out. "
			+ "Days that are not closed have no rows.";

	private static final String BOM = "true puts a byte order mark before csv, by which Excel knows UTF-8.";

	private final DailyMetricsRepository days;

	private final LedgerRepository ledger;

	private final FailedDays failedDays;

	private final LateExecutions late;

	private final ExportSlots slots;

	private final ExportProperties properties;

	private final JsonMapper mapper;

	private final Clock clock;

	ExportController(DailyMetricsRepository days, LedgerRepository ledger, FailedDays failedDays, LateExecutions late,
			ExportSlots slots, ExportProperties properties, JsonMapper mapper, Clock clock) {
		this.days = days;
		this.ledger = ledger;
		this.failedDays = failedDays;
		this.late = late;
		this.slots = slots;
		this.properties = properties;
		this.mapper = mapper;
		this.clock = clock;
	}

	@GetMapping("/metrics/export")
	@Operation(summary = "The days of all agents")
	void allAgents(
			@RequestParam(defaultValue = "csv") @Parameter(description = FORMAT,
					schema = @Schema(allowableValues = { "csv", "json" }, defaultValue = "csv")) String format,
			@RequestParam @Parameter(description = FROM) Optional<String> from,
			@RequestParam @Parameter(description = TO) Optional<String> to,
			@RequestParam(defaultValue = "false") @Parameter(description = BOM,
					schema = @Schema(allowableValues = { "false", "true" }, defaultValue = "false")) String bom,
			HttpServletRequest request, HttpServletResponse response) throws IOException {
		export(Optional.empty(), format(format, bom), from, to, request, response);
	}

	@GetMapping("/{agent_id}/metrics/export")
	@Operation(summary = "The days of one agent", description = "An agent that is not known has no rows.")
	void oneAgent(@PathVariable("agent_id") @Parameter(description = "The agent's id, a UUID.") String agentId,
			@RequestParam(defaultValue = "csv") @Parameter(description = FORMAT,
					schema = @Schema(allowableValues = { "csv", "json" }, defaultValue = "csv")) String format,
			@RequestParam @Parameter(description = FROM) Optional<String> from,
			@RequestParam @Parameter(description = TO) Optional<String> to,
			@RequestParam(defaultValue = "false") @Parameter(description = BOM,
					schema = @Schema(allowableValues = { "false", "true" }, defaultValue = "false")) String bom,
			HttpServletRequest request, HttpServletResponse response) throws IOException {
		export(Optional.of(Arguments.id("agent_id", agentId)), format(format, bom), from, to, request, response);
	}

	private List<String> failed(Optional<UUID> agent, Days days, Ledger known) {
		return agent
			.map((id) -> FailedDays.sentence(this.failedDays.of(List.of(id), days, known).getOrDefault(id, Set.of())))
			.orElseGet(() -> this.failedDays.sentence(days, known).stream().toList());
	}

	private List<String> late(Optional<UUID> agent, Window window, Ledger known) {
		return agent.map((id) -> List.copyOf(this.late.missing(List.of(id), window, known).values()))
			.orElseGet(() -> this.late.missing(window, known));
	}

	private static ExportFormat format(String format, String bom) {
		ExportFormat chosen = Parameters.choice("format", format, List.of(ExportFormat.CSV, ExportFormat.JSON),
				ExportFormat::extension);
		return (Parameters.flag("bom", bom) && chosen == ExportFormat.CSV) ? ExportFormat.CSV_WITH_BOM : chosen;
	}

	private void export(Optional<UUID> agent, ExportFormat as, Optional<String> from, Optional<String> to,
			HttpServletRequest request, HttpServletResponse response) throws IOException {
		Ledger known = this.ledger.current();
		Instant now = this.clock.instant();
		Days asked = Parameters.days(from, to, known.today(now));
		Window window = asked.in(known.zone());
		Provenance provenance = Provenance.of(window, known, now)
			.missing(known.missing(asked, now))
			.missing(failed(agent, asked, known))
			.missing(late(agent, window, known));
		try (ExportSlots.Slot _ = this.slots.take()) {
			// it has a slot and a time limit of its own, and is read by its client as it
			// is made
			RequestWork.current().ifPresent(RequestWork::leaveBounds);
			Download download = new Download(response, as, asked, provenance, this.mapper, this.clock,
					now.plus(this.properties.timeLimit()));
			// who asks for the headers alone need not wait for the rows
			download.send(HttpMethod.HEAD.matches(request.getMethod()) ? (rows) -> {
			} : (rows) -> this.days.read(agent, known.closed(asked), rows));
		}
	}

}
