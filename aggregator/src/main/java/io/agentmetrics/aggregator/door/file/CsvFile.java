package io.agentmetrics.aggregator.door.file;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * Reads the records of a CSV file, from behind the last chunk that was committed. The
 * file may be compressed with gzip. Whatever is wrong with a record costs this record
 * only.
 */
final class CsvFile implements ItemStreamReader<FileRecord>, AutoCloseable {

	/** Commas, and quotes that are doubled within quotes. */
	static final CSVFormat FORMAT = CSVFormat.RFC4180;

	private static final String LINES_READ = "linesRead";

	/** How many characters are enough for a chunk, however few records they are. */
	private static final int CHUNK_LENGTH = 8 << 20;

	private static final int BUFFER_BYTES = 1 << 16;

	private static final byte[] GZIP = { 0x1F, (byte) 0x8B };

	private static final byte[] BYTE_ORDER_MARK = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF };

	private final FileInputStream file;

	private final CsvLines lines;

	private final FileRecord header;

	private Iterator<CSVRecord> records;

	private int chunkLength;

	private CsvFile(FileInputStream file) throws IOException {
		this.file = file;
		this.lines = new CsvLines(content(file));
		this.records = FORMAT.parse(this.lines).iterator();
		FileRecord first = next();
		this.header = (first != null) ? first : FileRecord.NONE;
	}

	/**
	 * Opens a file and reads its header.
	 * @throws IOException if it cannot be read
	 */
	static CsvFile open(ImportRequest request) throws IOException {
		FileInputStream file = request.open();
		try {
			return new CsvFile(file);
		}
		catch (IOException ex) {
			file.close();
			throw ex;
		}
	}

	/** Returns what a file has, decompressed if it is compressed. */
	static InputStream content(InputStream file) throws IOException {
		InputStream content = new BufferedInputStream(file, BUFFER_BYTES);
		if (startsWith(content, GZIP)) {
			content = new BufferedInputStream(new GZIPInputStream(content, BUFFER_BYTES), BUFFER_BYTES);
		}
		if (startsWith(content, BYTE_ORDER_MARK)) {
			content.skipNBytes(BYTE_ORDER_MARK.length);
		}
		return content;
	}

	private static boolean startsWith(InputStream content, byte[] expected) throws IOException {
		content.mark(expected.length);
		byte[] first = content.readNBytes(expected.length);
		content.reset();
		return Arrays.equals(first, expected);
	}

	/** Returns the first record, which names the columns; it may be at fault. */
	FileRecord header() {
		return this.header;
	}

	/** Returns how many bytes of the file have been read, compressed as it is. */
	long bytesRead() throws IOException {
		return this.file.getChannel().position();
	}

	@Override
	public void open(ExecutionContext context) {
		try {
			this.lines.skipTo(context.getLong(LINES_READ, this.lines.linesRead()));
		}
		catch (IOException ex) {
			throw new ItemStreamException("The file cannot be read", ex);
		}
	}

	/** Returns the next record, or a filler where Batch counts on and memory does not. */
	@Override
	public @Nullable FileRecord read() throws IOException {
		if (this.chunkLength > CHUNK_LENGTH) {
			return FileRecord.NONE;
		}
		FileRecord next = next();
		if (next != null) {
			this.chunkLength += next.text().length();
			if (next.fault() == null && next.cells().size() != this.header.cells().size()) {
				return failed("has " + next.cells().size() + " cells, but the header " + this.header.cells().size());
			}
		}
		return next;
	}

	private @Nullable FileRecord next() throws IOException {
		this.lines.beginRecord();
		try {
			if (!this.records.hasNext()) {
				return null;
			}
			List<String> cells = this.records.next().toList();
			return new FileRecord(this.lines.lineNumber(), this.lines.text(), cells, this.lines.fault());
		}
		catch (UncheckedIOException ex) {
			return switch (Objects.requireNonNull(ex.getCause())) {
				case CSVException _ -> failed("has a quote that is not closed before a comma or the end of a line");
				case CsvLines.TooLongException _ -> failed(CsvLines.TooLongException.FAULT);
				case IOException unreadable -> throw unreadable;
			};
		}
	}

	/** Of a record that is none only its first line is known to belong to it. */
	private FileRecord failed(String fault) throws IOException {
		this.lines.endAfterFirstLine();
		this.records = FORMAT.parse(this.lines).iterator();
		return new FileRecord(this.lines.lineNumber(), this.lines.text(), List.of(), fault);
	}

	@Override
	public void update(ExecutionContext context) {
		context.putLong(LINES_READ, this.lines.linesRead());
		this.chunkLength = 0;
	}

	@Override
	public void close() {
		try {
			this.lines.close();
		}
		catch (IOException ex) {
			throw new ItemStreamException("The file cannot be closed", ex);
		}
	}

}
