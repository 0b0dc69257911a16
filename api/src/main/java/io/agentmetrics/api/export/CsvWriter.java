package io.agentmetrics.api.export;

import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Writes CSV (RFC 4180) that spreadsheets do not take for formulas: text that begins like
 * one, in any width or behind characters that are not seen, gets an apostrophe before it;
 * numbers stay as they are.
 */
final class CsvWriter {

	/** Of text in which full-width and small forms are the usual ones. */
	private static final Pattern FORMULA = Pattern.compile("[\\t\\r\\n]|[\\p{C}\\p{Z}"
			+ "\\x{34F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}\\x{2800}\\x{3164}\\x{FE00}-\\x{FE0F}]*"
			+ "[=+\\-@\\x{2212}]");

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
		String safe = looksLikeFormula(text) ? "'" + text : text;
		boolean quoted = safe.chars().anyMatch((each) -> each == ',' || each == '"' || each == '\r' || each == '\n')
				|| !safe.equals(safe.strip());
		this.out.write(quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe);
	}

	private static boolean looksLikeFormula(String text) {
		if (text.isEmpty() || isPlain(text.charAt(0))) {
			return false;
		}
		return FORMULA.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC)).lookingAt();
	}

	private static boolean isPlain(char first) {
		return first >= '0' && first <= '9' || first >= 'A' && first <= 'Z' || first >= 'a' && first <= 'z';
	}

}
