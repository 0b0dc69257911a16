package io.agentmetrics.api.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that all requests under way share.
 */
final class SharedMemory {

	private final long size;

	private final AtomicLong taken = new AtomicLong();

	SharedMemory(long size) {
		this.size = size;
	}

	/**
	 * Takes bytes, without waiting for them.
	 * @param bytes how many
	 * @return whether there are so many
	 */
	boolean take(long bytes) {
		if (this.taken.addAndGet(bytes) > this.size) {
			this.taken.addAndGet(-bytes);
			return false;
		}
		return true;
	}

	void giveBack(long bytes) {
		this.taken.addAndGet(-bytes);
	}

	long taken() {
		return this.taken.get();
	}

}
