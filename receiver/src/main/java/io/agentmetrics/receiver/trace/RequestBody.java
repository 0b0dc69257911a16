package io.agentmetrics.receiver.trace;

import java.io.EOFException;
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
final class RequestBody extends InputStream {

	static final int MOST_BYTES = 64 << 20;

	private static final int BUFFER = 1 << 16;

	private static final int SILENCE_SHARE = 4;

	private final InputStream decompressed;

	private final WorkInProgress.Request work;

	private long read;

	private long counted;

	private RequestBody(InputStream decompressed, WorkInProgress.Request work) {
		this.decompressed = decompressed;
		this.work = work;
	}

	/**
	 * Opens a body.
	 * @param raw ends a read after a {@link #silence} at most
	 * @param encoding its content encoding, null if it has none
	 * @param timeout how long it may take
	 * @throws RefusedRequestException if the encoding is not known, or the body is not
	 * encoded so or takes too long
	 */
	static RequestBody open(InputStream raw, @Nullable String encoding, WorkInProgress.Request work, Duration timeout)
			throws IOException {
		InputStream timed = new TimedInput(raw, timeout);
		if (encoding == null || encoding.isBlank() || encoding.strip().equalsIgnoreCase("identity")) {
			return new RequestBody(timed, work);
		}
		if (!encoding.strip().equalsIgnoreCase("gzip")) {
			throw new RefusedRequestException(RpcStatus.UNSUPPORTED,
					"The content encoding %s is not known: gzip is, and none".formatted(encoding));
		}
		try {
			return new RequestBody(new GZIPInputStream(timed, BUFFER), work);
		}
		catch (ZipException | EOFException ex) {
			throw notGzip(ex);
		}
	}

	/**
	 * Returns how long a client may be silent while it sends a body.
	 * @param timeout how long all of the body may take
	 */
	static Duration silence(Duration timeout) {
		return timeout.dividedBy(SILENCE_SHARE);
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xFF;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		int count;
		try {
			count = this.decompressed.read(target, offset, length);
		}
		catch (ZipException | EOFException ex) {
			throw notGzip(ex);
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

	/** Reads what is skipped, which counts as well, in large steps. */
	@Override
	public long skip(long count) throws IOException {
		byte[] skipped = new byte[Math.clamp(count, 0, WorkInProgress.CHUNK)];
		long left = count;
		int length = 0;
		while (left > 0 && length >= 0) {
			length = read(skipped, 0, (int) Math.min(left, skipped.length));
			left -= Math.max(length, 0);
		}
		return count - left;
	}

	@Override
	public void close() throws IOException {
		this.decompressed.close();
	}

	private static RefusedRequestException notGzip(IOException ex) {
		return new RefusedRequestException(RpcStatus.INVALID_ARGUMENT,
				"The body is not compressed with gzip, as its header says: " + ex.getMessage());
	}

	/**
	 * What comes in, as the client sends it. It stands below the decompression, which
	 * reads for as long as nothing comes out.
	 */
	private static final class TimedInput extends InputStream {

		private final InputStream raw;

		private final Duration timeout;

		/** A read that begins by then has ended when the time is over. */
		private final long lastRead;

		TimedInput(InputStream raw, Duration timeout) {
			this.raw = raw;
			this.timeout = timeout;
			this.lastRead = System.nanoTime() + timeout.minus(silence(timeout)).toNanos();
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xFF;
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			if (System.nanoTime() - this.lastRead > 0) {
				throw tooSlow(null);
			}
			try {
				return this.raw.read(target, offset, length);
			}
			catch (IOException ex) {
				// Tomcat says instead that the client hung up
				boolean silent = ex instanceof SocketTimeoutException
						|| ex.getCause() instanceof SocketTimeoutException;
				throw silent ? tooSlow(ex) : ex;
			}
		}

		private RefusedRequestException tooSlow(@Nullable IOException cause) {
			RefusedRequestException refusal = new RefusedRequestException(RpcStatus.UNAVAILABLE,
					"The body took too long: it may take %d ms, and be silent for %d ms"
						.formatted(this.timeout.toMillis(), silence(this.timeout).toMillis()));
			refusal.initCause(cause);
			return refusal;
		}

	}

}
