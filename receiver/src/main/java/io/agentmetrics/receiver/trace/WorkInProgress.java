package io.agentmetrics.receiver.trace;

import java.util.concurrent.Semaphore;

/**
 * How many requests are in work, and how much of their bodies has been read. Both are
 * bounded: what is more is told to come again, rather than to wait.
 */
final class WorkInProgress {

	/** Of all bodies together, unless the heap is large. */
	private static final long LEAST_BYTES = RequestBody.MOST_BYTES;

	private static final int HEAP_SHARE = 8;

	/** Bytes are counted in these. */
	static final int CHUNK = 1 << 16;

	private final Semaphore requests;

	private final Semaphore chunks;

	private final int mostRequests;

	WorkInProgress(int mostRequests, long heap) {
		this.mostRequests = mostRequests;
		this.requests = new Semaphore(mostRequests);
		this.chunks = new Semaphore((int) (Math.max(heap / HEAP_SHARE, LEAST_BYTES) / CHUNK) + mostRequests);
	}

	/**
	 * Begins a request.
	 * @return what ends it when closed
	 * @throws RefusedRequestException if too many are in work
	 */
	Request begin() throws RefusedRequestException {
		if (!this.requests.tryAcquire()) {
			throw new RefusedRequestException(RpcStatus.BUSY, "%d requests are in work".formatted(this.mostRequests));
		}
		return new Request();
	}

	int inWork() {
		return this.mostRequests - this.requests.availablePermits();
	}

	/**
	 * A request in work.
	 */
	final class Request implements AutoCloseable {

		private int held;

		/**
		 * Counts more of its body.
		 * @throws RefusedRequestException if the bodies in work are too large together
		 */
		void readChunk() throws RefusedRequestException {
			if (!WorkInProgress.this.chunks.tryAcquire()) {
				throw new RefusedRequestException(RpcStatus.BUSY, "The requests in work are large");
			}
			this.held++;
		}

		@Override
		public void close() {
			WorkInProgress.this.chunks.release(this.held);
			WorkInProgress.this.requests.release();
		}

	}

}
