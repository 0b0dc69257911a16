package io.agentmetrics.api.exposition;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Supplier;

import io.agentmetrics.api.exposition.FinishedExecutions.Next;
import io.agentmetrics.api.exposition.FinishedExecutions.Progress;
import io.agentmetrics.db.lock.AdvisoryLock;
import io.agentmetrics.db.lock.LockKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A connection of one replica's own, which may hold the lock of the one that publishes.
 * Everything that is counted is read and stored by the connection that holds the lock: if
 * it breaks, PostgreSQL undoes what was under way and gives the lock to another.
 */
final class PublisherSession implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PublisherSession.class);

	/** The position is stored at least as often, even if nothing has finished. */
	private static final Duration HEARTBEAT = Duration.ofSeconds(5);

	// the planner has no idea how few transactions are new; planning for every partition
	// anew takes ten times as long as
	// reading them; and PostgreSQL shall notice soon that we are gone or hang
	private static final String SETTINGS = """
			set enable_seqscan = off;
			set jit = off;
			set max_parallel_workers_per_gather = 0;
			set plan_cache_mode = force_generic_plan;
			set default_transaction_isolation = 'repeatable read';
			set lock_timeout = '5s';
			set idle_session_timeout = '15s';
			set idle_in_transaction_session_timeout = '15s';
			set tcp_keepalives_idle = 5;
			set tcp_keepalives_interval = 2;
			set tcp_keepalives_count = 3;
			""";

	private final Connection connection;

	private final FinishedExecutions executions;

	private final TotalsTable table;

	private final ExpositionProperties properties;

	private String seen = "";

	private long stored = System.nanoTime();

	private PublisherSession(Connection connection, ExpositionProperties properties) {
		this.connection = connection;
		this.properties = properties;
		SingleConnectionDataSource dataSource = new SingleConnectionDataSource(connection, true);
		this.executions = new FinishedExecutions(dataSource, properties.releases() > 0);
		this.table = new TotalsTable(dataSource, properties);
	}

	/**
	 * Connects.
	 * @param patience how long a statement may take
	 * @return the session, which holds no lock yet
	 * @throws SQLException if there is no connection to be had
	 */
	static PublisherSession open(JdbcConnectionDetails details, ExpositionProperties properties, Duration patience)
			throws SQLException {
		Properties connecting = new Properties();
		setIfPresent(connecting, "user", details.getUsername());
		setIfPresent(connecting, "password", details.getPassword());
		connecting.setProperty("ApplicationName", "agent-metrics-api-exposition");
		connecting.setProperty("tcpKeepAlive", "true");
		connecting.setProperty("connectTimeout", "5");
		connecting.setProperty("loginTimeout", "10");
		connecting.setProperty("socketTimeout", String.valueOf(patience.toSeconds()));
		Connection connection = DriverManager.getConnection(details.getJdbcUrl(), connecting);
		try (Statement statement = connection.createStatement()) {
			statement.execute(SETTINGS);
			return new PublisherSession(connection, properties);
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	private static void setIfPresent(Properties properties, String name, @Nullable String value) {
		if (value != null) {
			properties.setProperty(name, value);
		}
	}

	/**
	 * Tells whether the database takes no changes, and so nothing can be counted here.
	 * @throws SQLException if the session is of no use any more
	 */
	boolean isOnStandby() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet result = statement.executeQuery("select pg_is_in_recovery()")) {
			result.next();
			return result.getBoolean(1);
		}
	}

	/**
	 * Tries to become the one that publishes.
	 * @throws SQLException if the session is of no use any more
	 */
	boolean tryLock() throws SQLException {
		return AdvisoryLock.PUBLISHER.key().tryAlone(this.connection);
	}

	/** Tells how far the one that publishes has come. */
	Progress progressOfOthers() {
		return this.executions.progress();
	}

	/**
	 * Takes over what has been published up to now.
	 * @throws SQLException if the session is of no use any more
	 */
	Totals takeOver() throws SQLException {
		return inOneTransaction(() -> {
			this.seen = this.executions.position();
			return this.table.load();
		});
	}

	/** Gives new agents their time series. */
	Totals adopt(Totals totals) {
		return this.table.adopt(totals);
	}

	/**
	 * Counts the next batch of finished executions and stores it with its position, both
	 * or neither.
	 * @throws SQLException if the session is of no use any more
	 */
	Counted count(Totals before) throws SQLException {
		Counted counted = inOneTransaction(() -> {
			Next next = this.executions.next(this.seen);
			Totals kept = this.table.forgetOld(before, next.minute());
			Counting counting = new Counting(kept, next.minute(), this.properties);
			this.executions.read(this.seen, next, counting::add);
			this.executions.readReopened(counting::add);
			Totals after = counting.after();
			this.table.store(counting.changed(), after, next.minute());
			if (!counting.isEmpty() || System.nanoTime() - this.stored > HEARTBEAT.toNanos()) {
				this.executions.store(next);
				this.stored = System.nanoTime();
			}
			return new Counted(after, next);
		});
		this.seen = counted.next().seen();
		return counted;
	}

	/** A session whose transaction fails is closed, which undoes it. */
	private <T> T inOneTransaction(Supplier<T> work) throws SQLException {
		this.connection.setAutoCommit(false);
		T result = work.get();
		this.connection.commit();
		this.connection.setAutoCommit(true);
		return result;
	}

	/** Gives the lock back at once. */
	@Override
	public void close() {
		try (this.connection; Statement statement = this.connection.createStatement()) {
			if (!this.connection.getAutoCommit()) {
				this.connection.rollback();
			}
			statement.execute(LockKey.RELEASE_ALL);
		}
		catch (SQLException ex) {
			logger.debug("The connection was gone already", ex);
		}
	}

	/**
	 * A batch that is stored.
	 *
	 * @param next where it ended
	 */
	record Counted(Totals totals, Next next) {
	}

}
