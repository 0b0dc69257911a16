package io.agentmetrics.aggregator.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;

import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.db.lock.AdvisoryLock;
import io.agentmetrics.db.lock.LockTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Hands out leases by PostgreSQL's session advisory locks: one for each source, and for
 * aggregation one of the whole or one for each shard. Without shards a run takes the lock
 * of the whole alone; a shard takes that one shared, its own alone, and the lock of its
 * number of shards shared, so that sets of different sizes never run together.
 */
@Component
public class Leases {

	private static final Logger logger = LoggerFactory.getLogger(Leases.class);

	private static final int WHOLE = 0;

	private static final String OTHER_SHARD_COUNTS = """
			select exists (select from (%s) held where number not in (0, ?))
			""".formatted(AdvisoryLock.AGGREGATION.held());

	private static final String FENCE_OTHERS = """
			update aggregation_shards set fence = nextval('aggregation_fence') where shards <> ?
			""";

	private static final String RAISE_FENCE = """
			insert into aggregation_shards (shards, shard, fence) values (?, ?, nextval('aggregation_fence'))
			on conflict (shards, shard) do update set fence = excluded.fence
			returning fence
			""";

	/**
	 * Whoever writes for this shard, or for another number of shards, while this session
	 * has the lock has lost it. It may be suspended in the middle of a COPY, which no
	 * timeout of PostgreSQL ends.
	 */
	private static final String END_WRITERS = """
			select count(*) filter (where pg_terminate_backend(pid))
			from (
				select distinct pid from (%s) held join pg_stat_activity using (pid)
				where usename = current_user and (number = ? or number / ? <> ?)) writers
			""".formatted(AdvisoryLock.WRITER.held());

	private final DedicatedConnections connections;

	Leases(DedicatedConnections connections) {
		this.connections = connections;
	}

	/**
	 * Takes the lease or gives up at once.
	 * @return the lease, newer than any before it
	 * @throws BusyException if another run holds what this one needs
	 */
	public Lease acquire(Shard shard) throws SQLException {
		Connection connection = this.connections.open();
		try {
			lock(connection, shard);
			OptionalLong fence = raiseFence(connection, shard);
			if (fence.isEmpty() && endWriters(connection, shard)) {
				fence = raiseFence(connection, shard);
			}
			return new Lease(connection, shard, fence
				.orElseThrow(() -> new BusyException("An aggregator that has lost its lock is still writing")));
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * Takes the lease of a source or gives up at once.
	 * @param source its number in execution_sources
	 * @throws BusyException if another process connects, disconnects or imports it
	 */
	public SourceLease acquireSource(int source) throws SQLException {
		Connection connection = this.connections.open();
		try {
			require(AdvisoryLock.SOURCE.key(source).tryAlone(connection),
					"Another process connects, disconnects or imports this source");
			return new SourceLease(connection);
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	private static void lock(Connection connection, Shard shard) throws SQLException {
		if (shard.isWhole()) {
			require(AdvisoryLock.AGGREGATION.key(WHOLE).tryAlone(connection), "Another aggregator is running");
			return;
		}
		require(AdvisoryLock.AGGREGATION.key(WHOLE).tryShared(connection), "An aggregator without shards is running");
		require(AdvisoryLock.SHARD.key(Lease.number(shard)).tryAlone(connection),
				"Another aggregator is running shard " + shard);
		require(AdvisoryLock.AGGREGATION.key(shard.count()).tryShared(connection), "Another aggregator is starting");
		require(!otherShardCounts(connection, shard),
				"Aggregators with a number of shards other than " + shard.count() + " are running");
	}

	private static void require(boolean available, String otherwise) {
		if (!available) {
			throw new BusyException(otherwise);
		}
	}

	private static boolean otherShardCounts(Connection connection, Shard shard) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(OTHER_SHARD_COUNTS)) {
			statement.setInt(1, shard.count());
			return single(statement).getBoolean(1);
		}
	}

	/** Returns the fence, empty if somebody who is writing does not let it be raised. */
	private static OptionalLong raiseFence(Connection connection, Shard shard) throws SQLException {
		connection.setAutoCommit(false);
		failSoon(connection);
		try (PreparedStatement others = connection.prepareStatement(FENCE_OTHERS);
				PreparedStatement own = connection.prepareStatement(RAISE_FENCE)) {
			others.setInt(1, shard.count());
			others.executeUpdate();
			own.setInt(1, shard.count());
			own.setInt(2, shard.index());
			long fence = single(own).getLong(1);
			connection.commit();
			connection.setAutoCommit(true);
			return OptionalLong.of(fence);
		}
		catch (SQLException ex) {
			if (LockTimeoutException.isTimeout(ex)) {
				connection.rollback();
				connection.setAutoCommit(true);
				return OptionalLong.empty();
			}
			throw ex;
		}
	}

	/** Returns whether there were any. */
	private static boolean endWriters(Connection connection, Shard shard) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(END_WRITERS)) {
			statement.setInt(1, Lease.number(shard));
			statement.setInt(2, Shard.MAX_COUNT);
			statement.setInt(3, shard.count());
			long sessions = single(statement).getLong(1);
			logger.atWarn()
				.addKeyValue("sessions", sessions)
				.log("A run that has lost its lock is still writing; its sessions are ended");
			return sessions > 0;
		}
	}

	/**
	 * A run that was cut off may be about to end its transaction; one that is suspended
	 * is not.
	 */
	private static void failSoon(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("set local lock_timeout = '5s'");
		}
	}

	private static ResultSet single(PreparedStatement statement) throws SQLException {
		ResultSet result = statement.executeQuery();
		result.next();
		return result;
	}

}
