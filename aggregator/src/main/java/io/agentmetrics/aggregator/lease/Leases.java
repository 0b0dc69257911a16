package io.agentmetrics.aggregator.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.agentmetrics.aggregator.rollup.Shard;

import org.springframework.stereotype.Component;

/**
 * Hands out leases by PostgreSQL's session advisory locks. Without shards a run takes the
 * lock of the whole alone; a shard takes that one shared, its own alone, and the lock of
 * its number of shards shared, so that sets of different sizes never run together.
 */
@Component
public class Leases {

	/** Space of the whole's lock (key 0) and of the shard counts' (key n). */
	private static final int COUNT_SPACE = 0x414D_0001;

	/** Space of the shards' locks, key {@code n * MAX_COUNT + i}. */
	private static final int SHARD_SPACE = 0x414D_0002;

	private static final int WHOLE = 0;

	/** PostgreSQL's code of a lock timeout. */
	private static final String LOCK_NOT_AVAILABLE = "55P03";

	private static final String OTHER_SHARD_COUNTS = """
			select exists (
				select from pg_locks
				where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
					and classid = ? and objid not in (0, ?) and granted)
			""";

	private static final String FENCE_OTHERS = """
			update aggregation_shards set fence = nextval('aggregation_fence') where shards <> ?
			""";

	private static final String RAISE_FENCE = """
			insert into aggregation_shards (shards, shard, fence) values (?, ?, nextval('aggregation_fence'))
			on conflict (shards, shard) do update set fence = excluded.fence
			returning fence
			""";

	private final DedicatedConnections connections;

	Leases(DedicatedConnections connections) {
		this.connections = connections;
	}

	/**
	 * Takes the lease or gives up at once.
	 * @param shard which part of the work it is for
	 * @return the lease, newer than any before it
	 * @throws BusyException if another run holds what this one needs
	 * @throws SQLException if the database cannot be used
	 */
	public Lease acquire(Shard shard) throws SQLException {
		Connection connection = this.connections.open();
		try {
			lock(connection, shard);
			return new Lease(connection, shard, raiseFence(connection, shard));
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	private static void lock(Connection connection, Shard shard) throws SQLException {
		if (shard.isWhole()) {
			require(tryLock(connection, "pg_try_advisory_lock", COUNT_SPACE, WHOLE), "Another aggregator is running");
			return;
		}
		require(tryLock(connection, "pg_try_advisory_lock_shared", COUNT_SPACE, WHOLE),
				"An aggregator without shards is running");
		require(tryLock(connection, "pg_try_advisory_lock", SHARD_SPACE,
				shard.count() * Shard.MAX_COUNT + shard.index()), "Another aggregator is running shard " + shard);
		require(tryLock(connection, "pg_try_advisory_lock_shared", COUNT_SPACE, shard.count()),
				"Another aggregator is starting");
		require(!otherShardCounts(connection, shard),
				"Aggregators with a number of shards other than " + shard.count() + " are running");
	}

	private static void require(boolean available, String otherwise) {
		if (!available) {
			throw new BusyException(otherwise);
		}
	}

	private static boolean tryLock(Connection connection, String function, int space, int key) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select " + function + "(?, ?)")) {
			statement.setInt(1, space);
			statement.setInt(2, key);
			return single(statement).getBoolean(1);
		}
	}

	private static boolean otherShardCounts(Connection connection, Shard shard) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(OTHER_SHARD_COUNTS)) {
			statement.setInt(1, COUNT_SPACE);
			statement.setInt(2, shard.count());
			return single(statement).getBoolean(1);
		}
	}

	private static long raiseFence(Connection connection, Shard shard) throws SQLException {
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
			return fence;
		}
		catch (SQLException ex) {
			if (LOCK_NOT_AVAILABLE.equals(ex.getSQLState())) {
				throw new BusyException("An aggregator that has lost its lock is still writing");
			}
			throw ex;
		}
	}

	/**
	 * A run that was cut off may still be writing, and as long as it is suspended in the
	 * middle of that, nobody can fence it off.
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
