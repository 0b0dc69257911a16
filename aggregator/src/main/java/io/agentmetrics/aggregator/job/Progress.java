package io.agentmetrics.aggregator.job;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.agentmetrics.aggregator.exposition.RunProgress;
import io.agentmetrics.aggregator.sink.DayItem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far a run is: an event per day in the log and, to a person at a terminal, one
 * line that is written over and over.
 */
final class Progress {

	private static final Logger logger = LoggerFactory.getLogger(Progress.class);

	private static final long REFRESH_NANOS = Duration.ofMillis(200).toNanos();

	private final PrintStream terminal = System.err;

	private final boolean live = System.console() != null && System.console().isTerminal();

	private final long started = System.nanoTime();

	private final AtomicLong refreshed = new AtomicLong(this.started);

	private final AtomicLong executions = new AtomicLong();

	private final AtomicLong days = new AtomicLong();

	private final AtomicLong agentDays = new AtomicLong();

	private final AtomicLong failedAgentDays = new AtomicLong();

	private final AtomicLong unreconciled = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	private final AtomicInteger slicesInFlight = new AtomicInteger();

	private final long allDays;

	Progress(long allDays) {
		this.allDays = allDays;
	}

	void read(long more) {
		this.executions.addAndGet(more);
		long last = this.refreshed.get();
		long now = System.nanoTime();
		if (this.live && now - last > REFRESH_NANOS && this.refreshed.compareAndSet(last, now)) {
			this.terminal.printf("\r%d of %d days, %,d executions, %,d per second  ", this.days.get(), this.allDays,
					this.executions.get(), perSecond(this.executions.get(), now - this.started));
		}
	}

	void sliceBegun() {
		this.slicesInFlight.incrementAndGet();
	}

	void sliceEnded(long bytes) {
		this.slicesInFlight.decrementAndGet();
		this.bytes.addAndGet(bytes);
	}

	void agentDaysWritten(long more) {
		this.agentDays.addAndGet(more);
	}

	void agentDayFailed() {
		this.failedAgentDays.incrementAndGet();
	}

	/** What was read is not what PostgreSQL counted. */
	void notReconciled() {
		this.unreconciled.incrementAndGet();
	}

	void dayWritten(DayItem.Day day) {
		this.days.incrementAndGet();
		clearLine();
		logger.atInfo()
			.addKeyValue("date", day.date())
			.addKeyValue("executions", day.executions())
			.addKeyValue("agents", day.present().size())
			.addKeyValue("executionsPerSecond", day.executionsPerSecond())
			.log("Day aggregated");
	}

	void end() {
		clearLine();
	}

	long executionsRead() {
		return this.executions.get();
	}

	long reconciliationFailures() {
		return this.unreconciled.get();
	}

	RunProgress now() {
		return new RunProgress(this.allDays, this.days.get(), this.agentDays.get(), this.failedAgentDays.get(),
				this.executions.get(), this.bytes.get(), this.slicesInFlight.get());
	}

	private void clearLine() {
		if (this.live) {
			this.terminal.print("\r\033[K");
		}
	}

	private static long perSecond(long count, long nanos) {
		return (nanos > 0) ? Math.round(count * 1e9 / nanos) : 0;
	}

}
