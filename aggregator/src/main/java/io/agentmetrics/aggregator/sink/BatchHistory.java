package io.agentmetrics.aggregator.sink;

import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Bounds what Spring Batch keeps of earlier runs, some eleven rows of each. Nothing rests
 * on it: how the last run went stands in {@link RunRecord}. A run does not fail because
 * old ones could not be deleted.
 */
@Component
public class BatchHistory {

	private static final Logger logger = LoggerFactory.getLogger(BatchHistory.class);

	/** Two weeks of a nightly run of 64 shards, three days of one every five minutes. */
	static final int RUNS_KEPT = 900;

	/** So that a long history costs each run a moment only. */
	private static final int MOST_DELETED = 1_000;

	/** Shards that end at once leave each other's alone. */
	private static final String OLD = """
			select job_execution_id from batch_job_execution
			where end_time is not null and job_execution_id <= (
				select job_execution_id from batch_job_execution order by job_execution_id desc offset :kept limit 1)
			order by job_execution_id limit :most
			for update skip locked
			""";

	private static final List<String> DELETE = List.of("""
			delete from batch_step_execution_context where step_execution_id in (
				select step_execution_id from batch_step_execution where job_execution_id = any (:old::bigint[]))
			""", "delete from batch_step_execution where job_execution_id = any (:old::bigint[])",
			"delete from batch_job_execution_context where job_execution_id = any (:old::bigint[])",
			"delete from batch_job_execution_params where job_execution_id = any (:old::bigint[])", """
					with gone as (
						delete from batch_job_execution where job_execution_id = any (:old::bigint[])
						returning job_execution_id, job_instance_id)
					delete from batch_job_instance where job_instance_id in (select job_instance_id from gone)
						and not exists (select from batch_job_execution others
							where others.job_instance_id = batch_job_instance.job_instance_id
								and others.job_execution_id <> all (select job_execution_id from gone))
					""");

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	BatchHistory(JdbcClient jdbc, TransactionTemplate transaction) {
		this.jdbc = jdbc;
		this.transaction = transaction;
	}

	/** Deletes the oldest runs that have ended. */
	public void prune() {
		try {
			this.transaction.executeWithoutResult((status) -> {
				this.jdbc.sql("set local lock_timeout = '1s'").update();
				this.jdbc.sql("set local statement_timeout = '10s'").update();
				Long[] old = this.jdbc.sql(OLD)
					.param("kept", RUNS_KEPT)
					.param("most", MOST_DELETED)
					.query(Long.class)
					.list()
					.toArray(Long[]::new);
				if (old.length > 0) {
					DELETE.forEach((sql) -> this.jdbc.sql(sql).param("old", old).update());
				}
			});
		}
		catch (DataAccessException | TransactionException ex) {
			logger.atWarn()
				.addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(ex).getMessage())
				.log("Old runs could not be deleted from Spring Batch's tables; the next run tries again");
		}
	}

}
