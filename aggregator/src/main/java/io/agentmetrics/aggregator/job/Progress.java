package io.agentmetrics.aggregator.job;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.agentmetrics.aggregator.exposition.RunProgress;
import io.agentmetrics.aggregator.rollup.FailedAgentDay;
import io.agentmetrics.aggregator.sink.DayBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far a run is. A person at a terminal sees one line that is written over and
 * over, and an event per day; otherwise the log has an event every few seconds, and the
 * days at level debug.
 */
final class Progress {

	private static final Logger logger = LoggerFactory.getLogger(Progress.class);

	private static final long REFRESH_NANOS = Duration.ofMillis(200).toNanos();

	private static final long LOG_NANOS = Duration.ofSeconds(10).toNanos();

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

	private volatile long lateExecutions;

	private final AtomicInteger slicesInFlight = new AtomicInteger();

	private final long allDays;

	Progress(long allDays) {
		this.allDays = allDays;
	}

	/** Executions that came too late to be counted. */
	void late(long executions) {
		this.lateExecutions = executions;
	}

	void read(long more) {
		this.executions.addAndGet(more);
		long last = this.refreshed.get();
		long now = System.nanoTime();
		if (now - last > (this.live ? REFRESH_NANOS : LOG_NANOS) && this.refreshed.compareAndSet(last, now)) {
			show(this.executions.get(), perSecond(this.executions.get(), now - this.started));
		}
	}

	private void show(long executions, long perSecond) {
		if (this.live) {
			this.terminal.printf(Locale.ROOT, "\r%d of %d days, %,d executions, %,d per second  ", this.days.get(),
					this.allDays, executions, perSecond);
			return;
		}
		logger.atInfo()
			.addKeyValue("days", this.days.get())
			.addKeyValue("ofDays", this.allDays)
			.addKeyValue("executions", executions)
			.addKeyValue("executionsPerSecond", perSecond)
			.log("Aggregating");
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

	void agentDayFailed(FailedAgentDay failure) {
		this.failedAgentDays.incrementAndGet();
		clearLine();
		logger.atWarn()
			.addKeyValue("agent", failure.agentId())
			.addKeyValue("day", failure.date())
			.addKeyValue("cause", failure.reason())
			.log("An agent's day was not aggregated; the day is closed without it");
		logger.debug("Agent {} on {}", failure.agentId(), failure.date(), failure.cause());
	}

	/** What was read is not what PostgreSQL counted. */
	void notReconciled() {
		this.unreconciled.incrementAndGet();
	}

	void dayWritten(DayBatch.Day day) {
		this.days.incrementAndGet();
		clearLine();
		(this.live ? logger.atInfo() : logger.atDebug()).addKeyValue("day", day.date())
			.addKeyValue("executions", day.sum().executions())
			.addKeyValue("agents", day.sum().agents())
			.log("Day aggregated");
	}

	void end() {
		clearLine();
	}

	long executionsRead() {
		return this.executions.get();
	}

	long agentDaysFailed() {
		return this.failedAgentDays.get();
	}

	long reconciliationFailures() {
		return this.unreconciled.get();
	}

	RunProgress now() {
		return new RunProgress(this.allDays, this.days.get(), this.agentDays.get(), this.failedAgentDays.get(),
				this.executions.get(), this.bytes.get(), this.slicesInFlight.get(), this.lateExecutions);
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
