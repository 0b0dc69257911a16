package io.agentmetrics.aggregator.door;

import java.time.Duration;

/**
 * A moment in which a thread lets the platform go on: its transactions end without
 * telling anybody, and a copy that is slowed down has nothing else to do.
 */
final class Pause {

	private Pause() {
	}

	/**
	 * Waits this long, or not at all if it is negative.
	 * @throws IllegalStateException if the thread is interrupted
	 */
	static void of(Duration duration) {
		try {
			Thread.sleep(duration);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting", ex);
		}
	}

}
