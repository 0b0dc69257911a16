package io.agentmetrics.aggregator.door.file;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A record of a CSV file.
 *
 * @param line the number of its first line, from 1
 * @param text the record as it stands in the file, without the end of its last line
 * @param cells as many as the header has, none if it cannot be split into them
 * @param fault why it cannot be stored, null if nothing is known to be wrong
 */
record FileRecord(long line, String text, List<String> cells, @Nullable String fault) {

	/** Not a record: fills up a chunk that is large enough already. */
	static final FileRecord NONE = new FileRecord(0, "", List.of(), null);

	FileRecord withFault(String fault) {
		return new FileRecord(this.line, this.text, this.cells, fault);
	}

}
