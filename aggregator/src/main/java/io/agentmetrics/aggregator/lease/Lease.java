package io.agentmetrics.aggregator.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.db.lock.AdvisoryLock;
import io.agentmetrics.db.lock.LockKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to aggregate, held until it is closed or its connection breaks. The fence
 * tells the database which lease is the newest, so that the holder of an older one who
 * does not know yet cannot write.
 */
public final class Lease implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Lease.class);

	private final Connection connection;

	private final Shard shard;

	private final long fence;

	Lease(Connection connection, Shard shard, long fence) {
		this.connection = connection;
		this.shard = shard;
		this.fence = fence;
	}

	public Shard shard() {
		return this.shard;
	}

	public long fence() {
		return this.fence;
	}

	/** Returns the lock that every transaction holds that writes for this shard. */
	public LockKey writer() {
		return AdvisoryLock.WRITER.key(number(this.shard));
	}

	/** Returns a number that no other shard of any number of shards has. */
	static int number(Shard shard) {
		return shard.count() * Shard.MAX_COUNT + shard.index();
	}

	@Override
	public void close() {
		// by a statement: that a connection was closed PostgreSQL notices a moment later,
		// and until then the next run would find the lock taken
		try (this.connection; Statement statement = this.connection.createStatement()) {
			statement.execute(LockKey.RELEASE_ALL);
		}
		catch (SQLException ex) {
			logger.warn("The lock's connection did not close; PostgreSQL releases the lock when it notices", ex);
		}
	}

}
