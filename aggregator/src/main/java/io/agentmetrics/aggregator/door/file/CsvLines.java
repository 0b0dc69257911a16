package io.agentmetrics.aggregator.door.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The lines of a CSV file as its parser reads them. The parser gets one line at a time,
 * so that it is known which lines a record has, and that its second line can be read anew
 * when the first is not the begin of a record after all.
 *
 * <p>
 * What the parser is given of one record is bounded: a quote that is never closed does
 * not take the rest of the file along.
 */
final class CsvLines extends Reader {

	static final int MAX_BYTES = 16 << 20;

	static final int MAX_LINES = 10_000;

	private final InputStream bytes;

	private final byte[] buffer = new byte[1 << 16];

	private int position;

	private int limit;

	/** Lines to be read anew. */
	private final Deque<Line> again = new ArrayDeque<>();

	/** The lines of the current record. */
	private final List<Line> lines = new ArrayList<>();

	private long linesBefore;

	private int recordLength;

	private int lineOffset;

	CsvLines(InputStream bytes) {
		this.bytes = bytes;
	}

	/** Says that the next line is the first of a record. */
	void beginRecord() {
		this.linesBefore += this.lines.size();
		this.lines.clear();
		this.recordLength = 0;
		this.lineOffset = 0;
	}

	/** Leaves the record only its first line; the others are read anew. */
	void endAfterFirstLine() {
		while (this.lines.size() > 1) {
			this.again.addFirst(this.lines.removeLast());
		}
		this.lineOffset = this.lines.getFirst().text().length();
	}

	/** Goes to the line after this many. */
	void skipTo(long lines) throws IOException {
		beginRecord();
		while (this.linesBefore < lines && next() != null) {
			this.linesBefore++;
		}
	}

	/** Returns how many lines the file has up to the end of the record. */
	long linesRead() {
		return this.linesBefore + this.lines.size();
	}

	/** Returns the number of the record's first line, from 1. */
	long lineNumber() {
		return this.linesBefore + 1;
	}

	/** Returns the record as it stands in the file, without the last line's end. */
	String text() {
		String text = this.lines.stream().map(Line::text).collect(Collectors.joining());
		int end = text.length();
		while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
			end--;
		}
		return text.substring(0, end);
	}

	/** Returns what is wrong with the record's characters, null if nothing is. */
	@Nullable String fault() {
		if (!this.lines.stream().allMatch(Line::utf8)) {
			return "is not encoded in UTF-8";
		}
		boolean storable = this.lines.stream().allMatch((line) -> line.text().indexOf('\0') < 0);
		return storable ? null : "has the character NUL, which PostgreSQL does not store";
	}

	@Override
	public int read(char[] target, int from, int length) throws IOException {
		if (this.lines.isEmpty() || this.lineOffset == this.lines.getLast().text().length()) {
			Line next = nextOfRecord();
			if (next == null) {
				return -1;
			}
			this.lines.add(next);
			this.lineOffset = 0;
			this.recordLength += next.text().length();
			if (this.recordLength > MAX_BYTES || this.lines.size() > MAX_LINES) {
				throw new TooLongException();
			}
		}
		String text = this.lines.getLast().text();
		int count = Math.min(length, text.length() - this.lineOffset);
		text.getChars(this.lineOffset, this.lineOffset + count, target, from);
		this.lineOffset += count;
		return count;
	}

	/** No record begins with a line that is empty. */
	private @Nullable Line nextOfRecord() throws IOException {
		Line next = next();
		while (next != null && this.lines.isEmpty() && next.text().isBlank()) {
			this.linesBefore++;
			next = next();
		}
		return next;
	}

	private @Nullable Line next() throws IOException {
		if (!this.again.isEmpty()) {
			return this.again.removeFirst();
		}
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		String end = "";
		while (end.isEmpty() && isMore()) {
			int from = this.position;
			while (this.position < this.limit && this.buffer[this.position] != '\n'
					&& this.buffer[this.position] != '\r') {
				this.position++;
			}
			// one byte more than allowed is enough to see that it is too long
			line.write(this.buffer, from, Math.min(this.position - from, MAX_BYTES + 1 - line.size()));
			end = lineEnd();
		}
		return (line.size() > 0 || !end.isEmpty()) ? Line.of(line.toByteArray(), end) : null;
	}

	/** A carriage return alone, as old systems write it, ends a line, too. */
	private String lineEnd() throws IOException {
		if (this.position == this.limit) {
			return "";
		}
		if (this.buffer[this.position++] == '\n') {
			return "\n";
		}
		if (isMore() && this.buffer[this.position] == '\n') {
			this.position++;
			return "\r\n";
		}
		return "\n";
	}

	private boolean isMore() throws IOException {
		if (this.position == this.limit) {
			this.position = 0;
			this.limit = Math.max(this.bytes.read(this.buffer), 0);
		}
		return this.limit > 0;
	}

	@Override
	public void close() throws IOException {
		this.bytes.close();
	}

	/**
	 * A line of the file.
	 *
	 * @param text with its end
	 * @param utf8 whether its bytes are
	 */
	private record Line(String text, boolean utf8) {

		static Line of(byte[] bytes, String end) {
			String text = new String(bytes, StandardCharsets.UTF_8);
			// which also stands for what is none
			return new Line(text + end, text.indexOf('\uFFFD') < 0 || isUtf8(bytes));
		}

		private static boolean isUtf8(byte[] bytes) {
			try {
				StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
				return true;
			}
			catch (CharacterCodingException ex) {
				return false;
			}
		}

	}

	/** A record has more bytes or lines than are read of one. */
	static final class TooLongException extends IOException {

		static final String FAULT = "is longer than %d MB or %d lines".formatted(MAX_BYTES >> 20, MAX_LINES);

		TooLongException() {
			super(FAULT);
		}

	}

}
