package io.agentmetrics.receiver.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;

import com.google.protobuf.CodedOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * The failures that a client is told, as {@code google.rpc.Status}, in the encoding of
 * its request. Exporters send again what gets 429 or 503, and nothing else.
 */
public enum RpcStatus {

	/** What was sent will never work. */
	INVALID_ARGUMENT(400, 3),

	/** There is no token, or no good one. */
	UNAUTHENTICATED(401, 16),

	/** The token does not allow it. */
	PERMISSION_DENIED(403, 7),

	/** Nothing is received at this address. */
	NOT_FOUND(404, 5),

	/** The address takes another method. */
	METHOD_NOT_ALLOWED(405, 12),

	/** The body is larger than any may be. */
	TOO_LARGE(413, 3),

	/** The encoding of the body is not known. */
	UNSUPPORTED(415, 12),

	/** More requests are in work than may be. */
	BUSY(429, 8),

	/** Something that is needed is away. */
	UNAVAILABLE(503, 14);

	static final MediaType PROTOBUF = new MediaType("application", "x-protobuf");

	private static final int CODE = 1;

	private static final int MESSAGE = 2;

	private static final String RETRY_SECONDS = "1";

	private final int httpStatus;

	private final int code;

	RpcStatus(int httpStatus, int code) {
		this.httpStatus = httpStatus;
		this.code = code;
	}

	/**
	 * Answers a request.
	 * @param message what is wrong, and what is allowed
	 */
	public void answer(HttpServletRequest request, HttpServletResponse response, String message) throws IOException {
		if (response.isCommitted()) {
			return;
		}
		response.setStatus(this.httpStatus);
		if (this == BUSY || this == UNAVAILABLE) {
			response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
		}
		boolean protobuf = isProtobuf(request.getContentType());
		byte[] body = protobuf ? protobuf(message)
				: JsonMapper.shared().writeValueAsBytes(new Body(this.code, message));
		response.setContentType(protobuf ? PROTOBUF.toString() : MediaType.APPLICATION_JSON_VALUE);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

	int httpStatus() {
		return this.httpStatus;
	}

	static boolean isProtobuf(@Nullable String contentType) {
		return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(PROTOBUF.toString());
	}

	private byte[] protobuf(String message) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		CodedOutputStream output = CodedOutputStream.newInstance(bytes);
		output.writeInt32(CODE, this.code);
		output.writeString(MESSAGE, message);
		output.flush();
		return bytes.toByteArray();
	}

	/**
	 * The same in JSON.
	 */
	private record Body(int code, String message) {

	}

}
