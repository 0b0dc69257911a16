package io.agentmetrics.aggregator;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a process that gets SIGTERM stop cleanly before its grace period is over: the run
 * is told to stop and the JVM waits for it, but not for long.
 */
final class Termination {

	/** Within the 10 s an operator may count on. */
	private static final Duration PATIENCE = Duration.ofSeconds(8);

	private final CountDownLatch finished = new CountDownLatch(1);

	private Runnable stop = () -> {
	};

	private boolean terminating;

	Termination() {
		Runtime.getRuntime().addShutdownHook(new Thread(this::terminate, "termination"));
	}

	/**
	 * Says how to stop what runs now.
	 * @param stop returns at once; called at most once
	 */
	synchronized void onTerm(Runnable stop) {
		this.stop = stop;
		if (this.terminating) {
			stop.run();
		}
	}

	/** Ends the process, with this code unless a signal is ending it already. */
	void exit(ExitCode code) {
		this.finished.countDown();
		if (!isTerminating()) {
			System.exit(code.value());
		}
	}

	private synchronized boolean isTerminating() {
		return this.terminating;
	}

	private void terminate() {
		if (this.finished.getCount() == 0) {
			return;
		}
		synchronized (this) {
			this.terminating = true;
			this.stop.run();
		}
		try {
			this.finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
