package io.agentmetrics.api.export;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;

import io.agentmetrics.api.ledger.Provenance;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes rows one after the other, and keeps none of them.
 */
sealed interface DailyMetricsWriter extends AutoCloseable {

	/**
	 * Writes a row.
	 * @throws IOException if the client has gone or does not read
	 */
	void write(DailyMetrics row) throws IOException;

	/**
	 * Writes what comes after the rows. Not called when they were not all written, so
	 * that nobody takes a part for the whole.
	 * @throws IOException if the client has gone or does not read
	 */
	@Override
	void close() throws IOException;

	/**
	 * CSV with a line of names.
	 */
	final class Csv implements DailyMetricsWriter {

		private static final char BYTE_ORDER_MARK = '\uFEFF';

		private final BufferedWriter out;

		private final CsvWriter lines;

		Csv(OutputStream out, boolean marked) throws IOException {
			this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
			if (marked) {
				this.out.write(BYTE_ORDER_MARK);
			}
			this.lines = new CsvWriter(this.out);
			this.lines.line(DailyMetrics.COLUMNS);
		}

		@Override
		public void write(DailyMetrics row) throws IOException {
			this.lines.line(row.values());
		}

		@Override
		public void close() throws IOException {
			this.out.flush();
		}

	}

	/**
	 * One JSON object with the provenance and the rows.
	 */
	final class Json implements DailyMetricsWriter {

		private final JsonGenerator out;

		Json(OutputStream out, JsonMapper mapper, Provenance provenance) {
			this.out = mapper.createGenerator(out);
			this.out.writeStartObject();
			this.out.writePOJOProperty("provenance", provenance);
			this.out.writeArrayPropertyStart("days");
		}

		@Override
		public void write(DailyMetrics row) {
			this.out.writePOJO(row);
		}

		@Override
		public void close() {
			this.out.writeEndArray();
			this.out.writeEndObject();
			this.out.flush();
		}

	}

}
