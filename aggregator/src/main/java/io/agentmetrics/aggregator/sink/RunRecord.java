package io.agentmetrics.aggregator.sink;

import io.agentmetrics.aggregator.rollup.Shard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Leaves in the database how the last run of each shard went, for whoever watches. A run
 * does not fail because that cannot be written.
 */
@Component
public class RunRecord {

	private static final Logger logger = LoggerFactory.getLogger(RunRecord.class);

	private static final String BEGIN = """
			insert into aggregation_runs (shards, shard, started_at) values (:shards, :shard, clock_timestamp())
			on conflict (shards, shard) do update set started_at = excluded.started_at, ended_at = null
			""";

	private static final String END = """
			update aggregation_runs set ended_at = clock_timestamp(),
				duration_seconds = extract(epoch from clock_timestamp() - started_at), executions = :executions,
				failed = :failed, reconciliation_failures = reconciliation_failures + :reconciliationFailures
			where shards = :shards and shard = :shard
			""";

	private final JdbcClient jdbc;

	RunRecord(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Notes that a run has begun.
	 * @param shard the shard it is for
	 */
	public void begin(Shard shard) {
		write(this.jdbc.sql(BEGIN), shard);
	}

	/**
	 * Notes how a run has ended.
	 * @param shard the shard it was for
	 * @param executions how many executions it read
	 * @param done whether everything is up to date
	 * @param reconciliationFailures how often days did not add up
	 */
	public void end(Shard shard, long executions, boolean done, long reconciliationFailures) {
		write(this.jdbc.sql(END)
			.param("executions", executions)
			.param("failed", !done)
			.param("reconciliationFailures", reconciliationFailures), shard);
	}

	private static void write(JdbcClient.StatementSpec statement, Shard shard) {
		try {
			statement.param("shards", shard.count()).param("shard", shard.index()).update();
		}
		catch (DataAccessException ex) {
			logger.warn("How this run went could not be noted: {}", ex.getMostSpecificCause().getMessage());
		}
	}

}
