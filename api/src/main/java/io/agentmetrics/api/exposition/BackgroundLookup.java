package io.agentmetrics.api.exposition;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Looks something up again and again beside the scrapes, which never wait for the
 * database; while it cannot be looked up, what was found last only grows older.
 *
 * @param <T> what is looked up
 */
public final class BackgroundLookup<T> {

	private static final Logger logger = LoggerFactory.getLogger(BackgroundLookup.class);

	private final String subject;

	private final Duration interval;

	private final Supplier<? extends @Nullable T> source;

	private @Nullable ScheduledExecutorService executor;

	private volatile Found<T> last = new Found<>(null, System.nanoTime());

	private boolean failing;

	/**
	 * Creates a lookup that has not begun.
	 * @param subject what is looked up, in words that follow "It is not known"
	 * @param interval how long after one lookup the next begins
	 * @param source looks it up; null if there is nothing to know now
	 */
	public BackgroundLookup(String subject, Duration interval, Supplier<? extends @Nullable T> source) {
		this.subject = subject;
		this.interval = interval;
		this.source = source;
	}

	/** Returns what was found last. */
	public Found<T> last() {
		return this.last;
	}

	public void start() {
		ScheduledExecutorService lookups = Executors
			.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("lookup").daemon().factory());
		lookups.scheduleWithFixedDelay(this::lookUp, 0, this.interval.toMillis(), TimeUnit.MILLISECONDS);
		this.executor = lookups;
	}

	public void stop() {
		ScheduledExecutorService lookups = this.executor;
		this.executor = null;
		if (lookups != null) {
			lookups.shutdownNow();
		}
	}

	public boolean isRunning() {
		return this.executor != null;
	}

	private void lookUp() {
		try {
			this.last = new Found<>(this.source.get(), System.nanoTime());
			if (this.failing) {
				logger.info("It is known again {}", this.subject);
			}
			this.failing = false;
		}
		// whatever it was: what is thrown here would end the lookups
		catch (RuntimeException | Error ex) {
			if (!this.failing && isRunning()) {
				log(ex);
			}
			this.failing = true;
		}
	}

	private void log(Throwable failure) {
		if (failure instanceof DataAccessException || failure instanceof TransactionException) {
			logger.warn("It is not known {}: {}", this.subject,
					NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
		}
		else {
			logger.error("It cannot be found out {}", this.subject, failure);
		}
	}

	/**
	 * What a lookup found.
	 *
	 * @param value null before the first, and where there was nothing to know
	 * @param atNanos when, by {@link System#nanoTime()}
	 */
	public record Found<T>(@Nullable T value, long atNanos) {

		/**
		 * Returns how long ago that was; before the first lookup, how long one is due.
		 */
		public Duration age() {
			return Duration.ofNanos(System.nanoTime() - this.atNanos);
		}

	}

}
