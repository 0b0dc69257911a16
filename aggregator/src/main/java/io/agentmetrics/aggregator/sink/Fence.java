package io.agentmetrics.aggregator.sink;

import io.agentmetrics.aggregator.lease.Lease;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The check that stands at the start of each writing transaction: a run that was paused
 * or cut off while another took over has an old number and writes nothing. The row stays
 * locked until the transaction ends, so nobody takes over in its middle.
 */
final class Fence {

	private static final String NEWEST = """
			select fence from aggregation_shards where shards = :shards and shard = :shard for share
			""";

	private Fence() {
	}

	static void check(JdbcClient jdbc, Lease lease) {
		// never has to wait, and tells a successor whose session to end when this one is
		// suspended while it holds the row
		jdbc.sql(lease.writer().sharedInTransaction()).query().singleRow();
		long newest = jdbc.sql(NEWEST)
			.param("shards", lease.shard().count())
			.param("shard", lease.shard().index())
			.query((row, number) -> row.getLong(1))
			.optional()
			.orElse(0L);
		if (newest != lease.fence()) {
			throw new FencedOffException("A newer aggregator has started (fence " + newest + ", ours is "
					+ lease.fence() + "): this one writes nothing any more");
		}
	}

}
