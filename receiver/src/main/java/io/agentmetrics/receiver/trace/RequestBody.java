package io.agentmetrics.receiver.trace;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

import org.jspecify.annotations.Nullable;

/**
 * The body of a request, decompressed as it is read, up to {@value #MOST_BYTES} bytes and
 * a moment.
 */
final class RequestBody extends FilterInputStream {

	static final int MOST_BYTES = 64 << 20;

	private static final int BUFFER = 1 << 13;

	private final WorkInProgress.Request work;

	private final long deadline;

	private long read;

	private long counted;

	private RequestBody(InputStream decompressed, WorkInProgress.Request work, long deadline) {
		super(decompressed);
		this.work = work;
		this.deadline = deadline;
	}

	/**
	 * Opens a body.
	 * @param encoding its content encoding, null if it has none
	 * @param timeout how long it may take
	 * @throws RefusedRequestException if the encoding is not known, or the body is not
	 * encoded so
	 */
	static RequestBody open(InputStream raw, @Nullable String encoding, WorkInProgress.Request work, Duration timeout)
			throws IOException {
		long deadline = System.nanoTime() + timeout.toNanos();
		if (encoding == null || encoding.isBlank() || encoding.strip().equalsIgnoreCase("identity")) {
			return new RequestBody(raw, work, deadline);
		}
		if (!encoding.strip().equalsIgnoreCase("gzip")) {
			throw new RefusedRequestException(RpcStatus.UNSUPPORTED,
					"The content encoding %s is not known: gzip is, and none".formatted(encoding));
		}
		try {
			return new RequestBody(new GZIPInputStream(raw, BUFFER), work, deadline);
		}
		catch (ZipException | EOFException ex) {
			throw notGzip(ex);
		}
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xFF;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		if (System.nanoTime() - this.deadline > 0) {
			throw tooSlow();
		}
		int count;
		try {
			count = super.read(target, offset, length);
		}
		catch (ZipException | EOFException ex) {
			throw notGzip(ex);
		}
		catch (SocketTimeoutException ex) {
			throw tooSlow();
		}
		this.read += Math.max(count, 0);
		if (this.read > MOST_BYTES) {
			throw new RefusedRequestException(RpcStatus.TOO_LARGE,
					"The body is larger than %d MiB after decompression".formatted(MOST_BYTES >> 20));
		}
		while (this.counted < this.read) {
			this.work.readChunk();
			this.counted += WorkInProgress.CHUNK;
		}
		return count;
	}

	private static RefusedRequestException notGzip(IOException ex) {
		return new RefusedRequestException(RpcStatus.INVALID_ARGUMENT,
				"The body is not compressed with gzip, as its header says: " + ex.getMessage());
	}

	private static RefusedRequestException tooSlow() {
		return new RefusedRequestException(RpcStatus.UNAVAILABLE, "The body took too long");
	}

}
