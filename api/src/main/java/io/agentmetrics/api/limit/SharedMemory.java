package io.agentmetrics.api.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A number of bytes that all running requests share.
 */
final class SharedMemory {

	private final long size;

	private final AtomicLong taken = new AtomicLong();

	SharedMemory(long size) {
		this.size = size;
	}

	/** Takes bytes if they are free. */
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
