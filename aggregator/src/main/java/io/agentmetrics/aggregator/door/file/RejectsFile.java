package io.agentmetrics.aggregator.door.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The file of the records that were not stored: the columns {@code rejected_line} and
 * {@code rejected_reason}, then the record as it stands in the imported file. Corrected,
 * it can be imported itself. There is none as long as every record is stored.
 */
final class RejectsFile {

	private final Path path;

	private final String header;

	/** Makes no file yet. */
	RejectsFile(Path path, FileRecord header) {
		this.path = path;
		this.header = "rejected_line,rejected_reason," + header.text() + "\n";
	}

	Path path() {
		return this.path;
	}

	/** Returns its length in bytes, 0 if there is none. */
	long length() throws IOException {
		return Files.exists(this.path) ? Files.size(this.path) : 0;
	}

	/** Takes away what was added after it had this length. */
	void cutTo(long length) throws IOException {
		if (length == 0) {
			Files.deleteIfExists(this.path);
		}
		else {
			try (FileChannel file = FileChannel.open(this.path, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
				file.truncate(length);
			}
		}
	}

	void add(List<FileRecord> records) throws IOException {
		if (records.isEmpty()) {
			return;
		}
		StringBuilder lines = new StringBuilder((length() == 0) ? this.header : "");
		for (FileRecord record : records) {
			// what cannot be split into cells would not be read as its own record here,
			// either
			String text = record.cells().isEmpty() ? CsvFile.FORMAT.format(record.text()) : record.text();
			lines.append(CsvFile.FORMAT.format(record.line(), record.fault())).append(',').append(text).append('\n');
		}
		Files.writeString(this.path, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

}
