package io.agentmetrics.api.export;

import java.nio.charset.StandardCharsets;

import org.springframework.http.MediaType;

/**
 * How rows are written.
 */
enum ExportFormat {

	/** RFC 4180 with a line of names; the provenance stands in the response's headers. */
	CSV("csv", new MediaType("text", "csv", StandardCharsets.UTF_8)),

	/** The same behind a byte order mark, by which Excel knows UTF-8. */
	CSV_WITH_BOM("csv", new MediaType("text", "csv", StandardCharsets.UTF_8)),

	/** One object with the provenance and the rows. */
	JSON("json", MediaType.APPLICATION_JSON);

	private final String extension;

	private final MediaType mediaType;

	ExportFormat(String extension, MediaType mediaType) {
		this.extension = extension;
		this.mediaType = mediaType;
	}

	/** Returns how the names of its files end, without the dot. */
	String extension() {
		return this.extension;
	}

	MediaType mediaType() {
		return this.mediaType;
	}

}
