package io.agentmetrics.aggregator.door.file;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
final class SpanLines implements ItemReader<SpanLines.Part>, AutoCloseable {

	/** Of one part; a line with more has several. */
	static final int MOST_SPANS = 1_000;

	/** As much as a request may have. */
	private static final int LONGEST_LINE = 64 << 20;

	private static final int MOST_SPANS_OF_A_LINE = 1_000_000;

	private final InputStream bytes;

	private final SpanRules rules;

	/** Of the line that was read last. */
	private final Deque<Part> parts = new ArrayDeque<>();

	private long number;

	SpanLines(InputStream file, SpanRules rules) throws IOException {
		this.bytes = CsvFile.content(file);
		this.rules = rules;
	}

	@Override
	public @Nullable Part read() throws IOException {
		if (this.parts.isEmpty()) {
			readLine();
		}
		return this.parts.poll();
	}

	private void readLine() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int next = this.bytes.read();
		if (next < 0) {
			return;
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
		if (tooLong) {
			reject("it is longer than %d MB".formatted(LONGEST_LINE >> 20));
		}
		else {
			parse(line.toByteArray());
		}
	}

	private void parse(byte[] line) throws IOException {
		List<SpanReading> spans = new ArrayList<>();
		if (!isBlank(line)) {
			try {
				OtlpFormat.JSON.read(new ByteArrayInputStream(line), MOST_SPANS_OF_A_LINE,
						(span) -> spans.add(this.rules.read(span)));
			}
			catch (OtlpException ex) {
				reject(String.valueOf(ex.getMessage()));
				return;
			}
		}
		int from = 0;
		for (; spans.size() - from > MOST_SPANS; from += MOST_SPANS) {
			this.parts.add(new Part(this.number, spans.subList(from, from + MOST_SPANS), false, null));
		}
		this.parts.add(new Part(this.number, spans.subList(from, spans.size()), true, null));
	}

	private static boolean isBlank(byte[] line) {
		for (byte each : line) {
			if (!Character.isWhitespace(each)) {
				return false;
			}
		}
		return true;
	}

	private void reject(String fault) {
		this.parts.add(new Part(this.number, List.of(), true, fault));
	}

	@Override
	public void close() throws IOException {
		this.bytes.close();
	}

	/**
	 * A line of the file, or some of its spans.
	 *
	 * @param line the number of the line, from 1
	 * @param spans what was read of its spans, none if it has a fault
	 * @param isLast whether it is the last of its line
	 * @param fault why the line cannot be read, null if it can
	 */
	record Part(long line, List<SpanReading> spans, boolean isLast, @Nullable String fault) {

	}

}
