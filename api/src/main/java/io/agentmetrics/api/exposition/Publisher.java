package io.agentmetrics.api.exposition;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.agentmetrics.api.exposition.FinishedExecutions.Progress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Counts finished executions while this replica is the one that does, and otherwise tries
 * to become it.
 */
@Component
final class Publisher implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Publisher.class);

	/** By then PostgreSQL may have given the lock to another replica. */
	private static final Duration TRUSTED = Duration.ofSeconds(10);

	private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(30);

	private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(16);

	private static final long ADOPTION_NANOS = Duration.ofMinutes(1).toNanos();

	private final JdbcConnectionDetails database;

	private final ExpositionProperties properties;

	private @Nullable ScheduledExecutorService rounds;

	private @Nullable PublisherSession session;

	/** Grows while statements do not get done in time: some transactions are huge. */
	private Duration patience = SHORTEST_PATIENCE;

	private boolean failing;

	private boolean onStandby;

	private long adopted;

	private volatile boolean stopping;

	private volatile Contact contact = new Contact(null, null, System.nanoTime());

	Publisher(JdbcConnectionDetails database, ExpositionProperties properties) {
		this.database = database;
		this.properties = properties;
	}

	/**
	 * Returns what this replica publishes.
	 * @return the totals, empty when another replica publishes, or may by now
	 */
	Optional<Totals> published() {
		Contact last = this.contact;
		return (last.ageNanos() < TRUSTED.toNanos()) ? Optional.ofNullable(last.totals()) : Optional.empty();
	}

	/**
	 * Returns how long the oldest finished execution has at most been waiting to be
	 * counted, whichever replica counts.
	 * @return seconds, 0 when none waits; empty when that was never known
	 */
	OptionalDouble lagSeconds() {
		Contact last = this.contact;
		Progress progress = last.progress();
		if (progress == null) {
			return OptionalDouble.empty();
		}
		if (progress.caughtUp() && last.ageNanos() < TRUSTED.toNanos()) {
			return OptionalDouble.of(0);
		}
		return OptionalDouble.of(progress.behindSeconds() + last.ageNanos() / 1e9);
	}

	@Override
	public void start() {
		this.stopping = false;
		ScheduledExecutorService executor = Executors
			.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("exposition").daemon().factory());
		executor.scheduleWithFixedDelay(this::round, 0, this.properties.interval().toMillis(), TimeUnit.MILLISECONDS);
		this.rounds = executor;
	}

	/** Gives the lock back, so that another replica takes over at once. */
	@Override
	public void stop() {
		this.stopping = true;
		ScheduledExecutorService executor = this.rounds;
		this.rounds = null;
		if (executor != null) {
			executor.execute(this::endSession);
			executor.shutdown();
			try {
				if (!executor.awaitTermination(TRUSTED.toMillis(), TimeUnit.MILLISECONDS)) {
					executor.shutdownNow();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public boolean isRunning() {
		return this.rounds != null;
	}

	@Override
	public boolean isAutoStartup() {
		return this.properties.enabled();
	}

	private void round() {
		try {
			PublisherSession current = session();
			Totals totals = this.contact.totals();
			if (totals == null) {
				totals = takeOver(current);
			}
			if (totals != null) {
				count(current, totals);
			}
			this.patience = SHORTEST_PATIENCE;
			this.failing = false;
		}
		catch (SQLException | DataAccessException ex) {
			lost(NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
		}
		catch (RuntimeException ex) {
			logger.error("Executions could not be counted", ex);
			lost(ex.getMessage());
		}
	}

	private PublisherSession session() throws SQLException {
		PublisherSession current = this.session;
		if (current == null) {
			current = PublisherSession.open(this.database, this.properties, this.patience);
			this.session = current;
		}
		return current;
	}

	private @Nullable Totals takeOver(PublisherSession current) throws SQLException {
		boolean standby = current.isOnStandby();
		if (standby && !this.onStandby) {
			logger.info(
					"The database is a standby: executions are counted for Prometheus by replicas that use its primary");
		}
		this.onStandby = standby;
		if (standby || !current.tryLock()) {
			this.contact = new Contact(null, current.progressOfOthers(), System.nanoTime());
			return null;
		}
		Totals totals = current.takeOver();
		this.adopted = System.nanoTime();
		logger.atInfo().addKeyValue("agents", totals.ownSeries()).log("This replica counts executions for Prometheus");
		return totals;
	}

	/** Until nothing is left to count. */
	private void count(PublisherSession current, Totals totals) throws SQLException {
		Totals now = totals;
		boolean caughtUp = false;
		while (!caughtUp && !this.stopping) {
			if (System.nanoTime() - this.adopted > ADOPTION_NANOS) {
				now = current.adopt(now);
				this.adopted = System.nanoTime();
			}
			PublisherSession.Counted counted = current.count(now);
			now = counted.totals();
			caughtUp = counted.next().progress().caughtUp();
			this.contact = new Contact(now, counted.next().progress(), System.nanoTime());
		}
	}

	private void lost(@Nullable String cause) {
		boolean published = this.contact.totals() != null;
		endSession();
		if (published) {
			logger.warn("This replica no longer counts executions for Prometheus: {}", cause);
		}
		else if (!this.failing) {
			logger.warn("Executions cannot be counted for Prometheus: {}", cause);
		}
		this.failing = true;
		Duration doubled = this.patience.multipliedBy(2);
		this.patience = (doubled.compareTo(LONGEST_PATIENCE) < 0) ? doubled : LONGEST_PATIENCE;
	}

	/** What was read before may be somebody else's by now: nothing is published. */
	private void endSession() {
		Contact last = this.contact;
		this.contact = new Contact(null, last.progress(), last.atNanos());
		PublisherSession current = this.session;
		this.session = null;
		if (current != null) {
			current.close();
		}
	}

	/**
	 * What was true when the database last answered.
	 *
	 * @param totals what this replica publishes, {@code null} when it does not
	 * @param progress how far counting had come, {@code null} while unknown
	 * @param atNanos when that was, by {@link System#nanoTime()}
	 */
	private record Contact(@Nullable Totals totals, @Nullable Progress progress, long atNanos) {

		long ageNanos() {
			return System.nanoTime() - this.atNanos;
		}

	}

}
