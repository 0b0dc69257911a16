package io.agentmetrics.api.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;

import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.model.time.Days;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.coyote.CloseNowException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;

/**
 * One response that is written row by row. What goes wrong before its first bytes have
 * left is thrown as it is; after that the connection is broken off, so that nobody takes
 * a part for the whole.
 */
final class Download {

	private static final Logger logger = LoggerFactory.getLogger(Download.class);

	private final HttpServletResponse response;

	private final ExportFormat format;

	private final Days days;

	private final Provenance provenance;

	private final JsonMapper mapper;

	private final Clock clock;

	private final Instant deadline;

	private @Nullable DailyMetricsWriter writer;

	private long rows;

	Download(HttpServletResponse response, ExportFormat format, Days days, Provenance provenance, JsonMapper mapper,
			Clock clock, Instant deadline) {
		this.response = response;
		this.format = format;
		this.days = days;
		this.provenance = provenance;
		this.mapper = mapper;
		this.clock = clock;
		this.deadline = deadline;
	}

	/**
	 * Sends all rows.
	 * @throws IOException if the connection is to be broken off
	 */
	void send(Consumer<Consumer<DailyMetrics>> source) throws IOException {
		try {
			source.accept(this::write);
			writer().close();
			logger.atInfo()
				.addKeyValue("rows", this.rows)
				.addKeyValue("format", this.format)
				.addKeyValue("from", this.days.from())
				.addKeyValue("to", this.days.to())
				.log("Exported days");
		}
		catch (UncheckedIOException | JacksonIOException ex) {
			throw brokenOff(Level.INFO, ex);
		}
		catch (DataAccessException ex) {
			if (this.response.isCommitted()) {
				throw brokenOff(Level.WARN, ex);
			}
			throw ex;
		}
	}

	private void write(DailyMetrics row) {
		if (this.clock.instant().isAfter(this.deadline)) {
			throw new UncheckedIOException(new IOException("agent-metrics.export.time-limit is over"));
		}
		try {
			writer().write(row);
			this.rows++;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private DailyMetricsWriter writer() throws IOException {
		DailyMetricsWriter current = this.writer;
		if (current == null) {
			writeHeaders();
			current = switch (this.format) {
				case CSV -> new DailyMetricsWriter.Csv(this.response.getOutputStream(), false);
				case CSV_WITH_BOM -> new DailyMetricsWriter.Csv(this.response.getOutputStream(), true);
				case JSON -> new DailyMetricsWriter.Json(this.response.getOutputStream(), this.mapper, this.provenance);
			};
			this.writer = current;
		}
		return current;
	}

	private void writeHeaders() {
		String name = "agent-metrics-%s-%s.%s".formatted(this.days.from(), this.days.to(), this.format.extension());
		this.response.setContentType(this.format.mediaType().toString());
		this.response.setHeader(HttpHeaders.CONTENT_DISPOSITION,
				ContentDisposition.attachment().filename(name).build().toString());
		this.response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		this.response.setHeader("Agent-Metrics-From", this.provenance.from().toString());
		this.response.setHeader("Agent-Metrics-To", this.provenance.to().toString());
		this.response.setHeader("Agent-Metrics-Zone", this.provenance.zone());
		this.provenance.aggregatedThrough()
			.ifPresent((day) -> this.response.setHeader("Agent-Metrics-Aggregated-Through", day.toString()));
		this.provenance.missing().forEach((sentence) -> this.response.addHeader("Agent-Metrics-Missing", sentence));
		this.response.setHeader("Agent-Metrics-Computed-At", this.provenance.computedAt().toString());
	}

	private CloseNowException brokenOff(Level level, Exception failure) {
		logger.atLevel(level)
			.addKeyValue("rows", this.rows)
			.addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(failure))
			.log("An export was broken off");
		return new CloseNowException("An export was broken off", failure);
	}

}
