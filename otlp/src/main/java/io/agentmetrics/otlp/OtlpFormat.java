package io.agentmetrics.otlp;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * The two encodings of an export request. Both are read in a stream: of a request, only
 * the spans of one resource are held, without what no rule asks for.
 */
public enum OtlpFormat {

	/** Protocol buffers. */
	PROTOBUF {
		@Override
		void read(InputStream body, SpanCollector spans) throws IOException {
			new ProtobufReader(body, spans).read();
		}
	},

	/** JSON, with ids in hexadecimal digits. */
	JSON {
		@Override
		void read(InputStream body, SpanCollector spans) throws IOException {
			JsonReader.read(body, spans);
		}
	};

	/**
	 * Reads an export request.
	 * @param mostSpans how many spans it may have
	 * @param spans is given each span
	 * @throws OtlpException if the body is none, or has more spans
	 * @throws IOException if the body cannot be read
	 */
	public void read(InputStream body, int mostSpans, Consumer<OtlpSpan> spans) throws IOException {
		read(body, new SpanCollector(mostSpans, spans));
	}

	abstract void read(InputStream body, SpanCollector spans) throws IOException;

}
