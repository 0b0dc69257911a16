package io.agentmetrics.api.export;

import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Writes CSV (RFC 4180) that spreadsheets do not take for formulas: text that begins like
 * one gets an apostrophe before it; numbers stay as they are.
 */
final class CsvWriter {

	private static final String FORMULA_STARTS = "=+-@\t\r\n";

	private final Writer out;

	CsvWriter(Writer out) {
		this.out = out;
	}

	/**
	 * Writes a line.
	 * @param values text, or anything else, which is taken for a number or the like; null
	 * is an empty field
	 * @throws IOException if that cannot be written
	 */
	void line(List<? extends @Nullable Object> values) throws IOException {
		String separator = "";
		for (Object value : values) {
			this.out.write(separator);
			switch (value) {
				case null -> {
				}
				case String text -> text(text);
				// without an exponent, which not everybody reads
				case BigDecimal number -> this.out.write(number.toPlainString());
				default -> this.out.write(value.toString());
			}
			separator = ",";
		}
		this.out.write("\r\n");
	}

	private void text(String text) throws IOException {
		String safe = (!text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0) ? "'" + text : text;
		boolean quoted = safe.chars().anyMatch((each) -> each == ',' || each == '"' || each == '\r' || each == '\n')
				|| !safe.equals(safe.strip());
		this.out.write(quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe);
	}

}
