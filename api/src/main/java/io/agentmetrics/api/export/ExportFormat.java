package io.agentmetrics.api.export;

import java.nio.charset.StandardCharsets;

import org.springframework.http.MediaType;

/**
 * How rows are written.
 */
enum ExportFormat {

	/** RFC 4180 with a line of names; the provenance stands in the response's headers. */
	CSV(new MediaType("text", "csv", StandardCharsets.UTF_8)),

	/** One object with the provenance and the rows. */
	JSON(MediaType.APPLICATION_JSON);

	private final MediaType mediaType;

	ExportFormat(MediaType mediaType) {
		this.mediaType = mediaType;
	}

	MediaType mediaType() {
		return this.mediaType;
	}

}
