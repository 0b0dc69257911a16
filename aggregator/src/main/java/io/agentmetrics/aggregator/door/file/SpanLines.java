package io.agentmetrics.aggregator.door.file;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.agentmetrics.otlp.OtlpException;
import io.agentmetrics.otlp.OtlpFormat;
import io.agentmetrics.otlp.SpanReading;
import io.agentmetrics.otlp.SpanRules;
import org.jspecify.annotations.Nullable;

import org.springframework.batch.infrastructure.item.ItemReader;

/**
 * Reads a file of spans as the collector of OpenTelemetry writes it: an export request in
 * JSON on each line. The file may be compressed with gzip. Whatever is wrong with a line
 * costs this line only.
 */
final class SpanLines implements ItemReader<SpanLines.Line>, AutoCloseable {

	/** As much as a request may have. */
	private static final int LONGEST_LINE = 64 << 20;

	private static final int MOST_SPANS = 1_000_000;

	private final InputStream bytes;

	private final SpanRules rules;

	private long number;

	SpanLines(InputStream file, SpanRules rules) throws IOException {
		this.bytes = CsvFile.content(file);
		this.rules = rules;
	}

	@Override
	public @Nullable Line read() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int next = this.bytes.read();
		if (next < 0) {
			return null;
		}
		this.number++;
		boolean tooLong = false;
		for (; next >= 0 && next != '\n'; next = this.bytes.read()) {
			if (line.size() < LONGEST_LINE) {
				line.write(next);
			}
			else {
				tooLong = true;
			}
		}
		return tooLong ? new Line(this.number, List.of(), "it is longer than %d MB".formatted(LONGEST_LINE >> 20))
				: parsed(line.toByteArray());
	}

	private Line parsed(byte[] line) throws IOException {
		List<SpanReading> spans = new ArrayList<>();
		if (!new String(line, 0, Math.min(line.length, 100), StandardCharsets.ISO_8859_1).isBlank()) {
			try {
				OtlpFormat.JSON.read(new ByteArrayInputStream(line), MOST_SPANS,
						(span) -> spans.add(this.rules.read(span)));
			}
			catch (OtlpException ex) {
				return new Line(this.number, List.of(), ex.getMessage());
			}
		}
		return new Line(this.number, spans, null);
	}

	@Override
	public void close() throws IOException {
		this.bytes.close();
	}

	/**
	 * A line of the file.
	 *
	 * @param number from 1
	 * @param spans what was read of its spans, none if it has a fault
	 * @param fault why it cannot be read, null if it can
	 */
	record Line(long number, List<SpanReading> spans, @Nullable String fault) {

	}

}
