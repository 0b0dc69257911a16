package io.agentmetrics.db.lock;

import java.time.LocalDate;

/**
 * Every advisory lock that Agent Metrics takes. PostgreSQL knows an advisory lock by a
 * space and a number in it; each lock here has a space of its own, so that no two of them
 * can be the same.
 * <p>
 * They stand in the order in which they are taken. Nobody who holds one waits for another
 * that stands before it, so waiting never goes round in a circle.
 */
public enum AdvisoryLock {

	/**
	 * Held by the session that migrates the schema; who finds it taken waits for up to
	 * ten minutes. Has the form of one number of 64 bits, because earlier releases know
	 * it so.
	 */
	MIGRATION(0x0000_6167, 0x6d6d_6967, "a migration of the schema"),

	/**
	 * Number 0 is held by the session of an aggregator without shards alone, and by those
	 * with shards together; number n by the aggregators with n shards. Nobody waits: who
	 * finds it taken does nothing.
	 */
	AGGREGATION(0x414D_0001, "an aggregator"),

	/**
	 * Held by the session of the aggregator that runs this shard. Nobody waits.
	 */
	SHARD(0x414D_0002, "an aggregator's shard"),

	/**
	 * Held by every transaction in which a shard's aggregator writes, together; so its
	 * successor knows whose session to end. Nobody takes it alone, so nobody waits.
	 */
	WRITER(0x414D_0004, "an aggregator that writes"),

	/**
	 * Held by the transaction that finishes a day, after the row of its fence: two shards
	 * that finish the same day take turns. Waits as long as the session's lock_timeout
	 * says.
	 */
	DAY(0x414D_0005, "a shard that finishes the same day"),

	/**
	 * Held by the session that connects, disconnects or imports the source of this
	 * number. Nobody waits: who finds it taken does nothing.
	 */
	SOURCE(0x414D_0006, "a connect or import of a source"),

	/**
	 * Held by the transaction that stores spans of agents that are new, after the rows of
	 * their traces: two that bring new agents take turns. Waits as long as the session's
	 * lock_timeout says.
	 */
	NEW_AGENTS(0x414D_0007, "a receiver or an import that stores new agents"),

	/**
	 * Held by the session of the replica of the API that counts executions for
	 * Prometheus. Nobody waits: who finds it taken tries again a second later.
	 */
	PUBLISHER(0x414D_0003, "a replica that counts executions");

	private final boolean ofOneNumber;

	private final int space;

	private final int number;

	private final String holder;

	AdvisoryLock(int space, String holder) {
		this.ofOneNumber = false;
		this.space = space;
		this.number = 0;
		this.holder = holder;
	}

	AdvisoryLock(int high, int low, String holder) {
		this.ofOneNumber = true;
		this.space = high;
		this.number = low;
		this.holder = holder;
	}

	/**
	 * Returns the lock that there is one of, or the first of them.
	 */
	public LockKey key() {
		return new LockKey(this, this.number);
	}

	/**
	 * Returns one of the locks of a space.
	 */
	public LockKey key(int number) {
		if (this.ofOneNumber) {
			throw new IllegalArgumentException("There is one lock of " + this.holder + " only");
		}
		return new LockKey(this, number);
	}

	/**
	 * Returns the lock of a day.
	 */
	public LockKey key(LocalDate date) {
		return key(Math.toIntExact(date.toEpochDay()));
	}

	/**
	 * Returns the query of all locks of this space that somebody holds in this database.
	 * @return SQL of a table with the columns {@code pid} and {@code number}
	 */
	public String held() {
		return """
				select pid, objid::bigint as number from pg_catalog.pg_locks
				where locktype = 'advisory' and classid::bigint = %d and objsubid = %d and granted
					and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
				"""
			.formatted(Integer.toUnsignedLong(this.space), this.ofOneNumber ? 1 : 2);
	}

	String arguments(int number) {
		return this.ofOneNumber ? String.valueOf(((long) this.space << Integer.SIZE) | Integer.toUnsignedLong(number))
				: this.space + ", " + number;
	}

	String holder() {
		return this.holder;
	}

}
