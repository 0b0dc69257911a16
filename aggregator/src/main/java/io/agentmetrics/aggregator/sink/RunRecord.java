package io.agentmetrics.aggregator.sink;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

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

	/** Whoever watches takes a run for killed that was not alive for a minute. */
	private static final int HEARTBEAT_SECONDS = 10;

	private static final String BEGIN = """
			insert into aggregation_runs (shards, shard, started_at, alive_at)
			values (:shards, :shard, clock_timestamp(), clock_timestamp())
			on conflict (shards, shard) do update
			set started_at = excluded.started_at, alive_at = excluded.alive_at, ended_at = null
			""";

	private static final String ALIVE = """
			update aggregation_runs set alive_at = clock_timestamp() where shards = :shards and shard = :shard
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

	/** Notes that a run has begun, and until the heartbeat ends that it is alive. */
	public Heartbeat begin(Shard shard) {
		write(this.jdbc.sql(BEGIN), shard);
		ScheduledExecutorService beats = Executors
			.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("heartbeat").daemon().factory());
		beats.scheduleWithFixedDelay(() -> write(this.jdbc.sql(ALIVE), shard), HEARTBEAT_SECONDS, HEARTBEAT_SECONDS,
				TimeUnit.SECONDS);
		return beats::shutdownNow;
	}

	/**
	 * Notes how a run has ended.
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
			logger.atWarn()
				.addKeyValue("cause", ex.getMostSpecificCause().getMessage())
				.log("How this run went could not be noted");
		}
	}

	/** Says every few seconds that a run is alive, until it is closed. */
	public interface Heartbeat extends AutoCloseable {

		@Override
		void close();

	}

}
