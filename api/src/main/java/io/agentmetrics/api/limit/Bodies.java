package io.agentmetrics.api.limit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Reads the bodies of requests. Each is bounded in size and time, all together in memory;
 * a body that no address takes is not read.
 */
@Component
final class Bodies {

	/**
	 * Bytes of each body that do not count as shared memory: most requests have fewer.
	 */
	private static final int FREE_BYTES = 8 * 1024;

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Problem BUSY = new Problem(ProblemKind.BUSY,
			"The API is busy with large requests; the same request may succeed in a few seconds.");

	private static final Problem SLOW = new Problem(HttpStatus.REQUEST_TIMEOUT, ProblemKind.TIMEOUT,
			"The body of a request has to arrive within %d seconds.".formatted(PATIENCE.toSeconds()));

	private final SharedMemory memory = new SharedMemory(Runtime.getRuntime().maxMemory() / 16);

	private final int maxBytes;

	Bodies(LimitProperties properties) {
		this.maxBytes = Math.toIntExact(properties.body().toBytes());
	}

	/**
	 * Reads a body.
	 * @return the body; empty where nobody would look at it
	 * @throws ProblemException if it is too large or too slow, or too many are read
	 * @throws IOException if the client has gone
	 */
	Body read(HttpServletRequest request) throws IOException {
		if (request.getContentLengthLong() > this.maxBytes) {
			throw tooLarge();
		}
		if (!HttpMethod.POST.matches(request.getMethod()) || !request.getServletPath().equals("/graphql")) {
			boolean none = request.getContentLengthLong() <= 0 && request.getHeader("Transfer-Encoding") == null;
			return new Body(this, new byte[0], 0, none);
		}
		Reading reading = new Reading();
		try {
			return reading.toEnd(request.getInputStream());
		}
		catch (SocketTimeoutException ex) {
			reading.giveBack();
			throw new ProblemException(SLOW);
		}
		catch (IOException | RuntimeException ex) {
			reading.giveBack();
			throw ex;
		}
	}

	private ProblemException tooLarge() {
		return new ProblemException(new Problem(HttpStatus.CONTENT_TOO_LARGE, ProblemKind.BAD_INPUT,
				String.format(Locale.ROOT, "The body of a request may have at most %,d bytes.", this.maxBytes)));
	}

	/**
	 * A body that has been read.
	 *
	 * @param owner who counts its memory
	 * @param bytes what has come
	 * @param taken how much memory is to be given back
	 * @param complete whether nothing of it is left on the connection
	 */
	record Body(Bodies owner, byte[] bytes, long taken, boolean complete) {

		void giveBack() {
			this.owner.memory.giveBack(this.taken);
		}

	}

	/**
	 * A body that is being read.
	 */
	private final class Reading {

		private final long started = System.nanoTime();

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private long taken;

		Body toEnd(InputStream in) throws IOException {
			byte[] some = new byte[4 * 1024];
			for (int count = in.read(some); count >= 0; count = in.read(some)) {
				add(some, count);
			}
			return new Body(Bodies.this, this.bytes.toByteArray(), this.taken, true);
		}

		private void add(byte[] some, int count) {
			if (this.bytes.size() + count > Bodies.this.maxBytes) {
				throw tooLarge();
			}
			if (System.nanoTime() - this.started > PATIENCE.toNanos()) {
				throw new ProblemException(SLOW);
			}
			if (this.bytes.size() + count > FREE_BYTES) {
				// while it grows the array is there twice
				if (!Bodies.this.memory.take(2L * count)) {
					throw new ProblemException(BUSY);
				}
				this.taken += 2L * count;
			}
			this.bytes.write(some, 0, count);
		}

		void giveBack() {
			Bodies.this.memory.giveBack(this.taken);
		}

	}

}
