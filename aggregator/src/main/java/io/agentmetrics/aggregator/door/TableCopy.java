package io.agentmetrics.aggregator.door;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

import io.agentmetrics.db.lock.LockTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One copy of a connected table's history, from its first chunk to its end.
 * <p>
 * A chunk is some thousand rows in one transaction, which also keeps how far it has come:
 * after a kill the copy goes on there. The transaction is REPEATABLE READ: an execution
 * that the platform changes at the same moment makes it fail instead of bringing an older
 * state back, and it is tried again with fewer rows.
 */
final class TableCopy {

	private static final Logger logger = LoggerFactory.getLogger(TableCopy.class);

	private static final int FIRST_CHUNK = 500;

	private static final int LARGEST_CHUNK = 5_000;

	/**
	 * Well below the half second for which a statement of the platform waits for a row
	 * that is being copied.
	 */
	private static final Duration LONGEST_CHUNK = Duration.ofMillis(100);

	/** Whoever waits for a row of the chunk would wait as long as the chunk does. */
	private static final String WAIT_A_MOMENT = "set local lock_timeout = '100ms'";

	private static final Duration LOG_EVERY = Duration.ofSeconds(10);

	private static final Duration POLL = Duration.ofMillis(200);

	/** Few rows of a week do not make a partition of it worth while. */
	private static final int WEEK_WORTH_A_PARTITION = 1_000;

	private static final String WEEKS = """
			select date_trunc('week', started at time zone 'UTC')::date as week
			from (select %s as started from %s %s) executions
			where started >= '2000-01-01 00:00:00+00' and started < :end
			group by week having count(*) >= :rows order by week
			""";

	private static final String COPY = """
			with chunk as materialized (
				select %1$s.%2$s::text as key, %3$s as execution from %4$s %1$s
				where %5$s order by %1$s.%2$s limit :rows
			),
			whole as materialized (
				select count(*) as rows, (array_agg(key))[count(*)] as last,
					coalesce(array_agg(execution), '{}') as executions
				from chunk
			)
			select rows, last, %6$s(:source::smallint, executions, '{}') as written from whole
			""";

	/**
	 * What the platform deleted in the moment in which it was copied, and what it deleted
	 * or gave to another agent while changes were missed. One that has come again
	 * meanwhile is not gone: PostgreSQL looks anew at the row that it waited for, but not
	 * at the platform's table.
	 */
	private static final String DELETE_GONE = """
			delete from agent_executions stored
			where source_id = :source and pg_visible_in_snapshot(changed_in, pg_current_snapshot()) and not exists (
				select from (select (%2$s).* from %1$s %3$s) present
				where source_uuid(:name, present.key) = stored.id and source_uuid(:name, present.agent) = stored.agent_id
					and present.started = stored.execution_start)
			""";

	/**
	 * A change that made an execution fit, or no longer fit, found nothing of it here if
	 * it came before the copy did. What fits and is not stored as it is was refused by
	 * PostgreSQL: that stays noted. Keys that are cut off in there are not looked up.
	 */
	private static final String JUDGE_REJECTS_ANEW = """
			with rejects as materialized (
				select key from execution_rejects where source_id = :source and key <> '' and length(key) < 500
			), judged as materialized (
				select given.*
				from execution_sources, mapped_executions(name, statuses, array(
					select %3$s from %4$s %1$s where %1$s.%2$s = any (array(select cast(key as %5$s) from rejects)))) given
				where execution_sources.id = :source
			), unfit as (
				delete from agent_executions using judged
				where agent_executions.id = judged.id and source_id = :source and reason is not null
			)
			delete from execution_rejects using rejects
			where source_id = :source and execution_rejects.key = rejects.key and not exists (
				select from judged
				where judged.key = rejects.key and (coalesce(reason, remark) is not null or not exists (
					select from agent_executions stored
					where stored.id = judged.id and stored.execution_start = judged.execution_start and source_id = :source
						and (stored.agent_id, stored.user_id, stored.status, stored.execution_end, stored.error_type,
								stored.error_message, stored.agent_version, stored.environment, stored.input_tokens,
								stored.output_tokens, stored.cached_input_tokens, stored.cost_usd, stored.external_id)
							is not distinct from (judged.agent_id, judged.user_id, judged.status, judged.execution_end,
								judged.error_type, judged.error_message, judged.agent_version, judged.environment,
								judged.input_tokens, judged.output_tokens, judged.cached_input_tokens, judged.cost_usd,
								judged.external_id))))
			""";

	private static final String WRITERS = """
			select virtualtransaction from pg_locks
			where relation = cast(:table as regclass) and mode = 'RowExclusiveLock' and granted
				and database = (select oid from pg_database where datname = current_database())
			""";

	private final String name;

	private final ExecutionSource source;

	private final SourceTable table;

	private final int rowsPerSecond;

	private final BooleanSupplier stopping;

	private final JdbcClient jdbc;

	private final TransactionTemplate repeatableRead;

	private final long startedNanos = System.nanoTime();

	private long loggedNanos = this.startedNanos;

	private int chunkSize;

	private final int largestChunk;

	private long rows;

	private long written;

	TableCopy(String name, ExecutionSource source, SourceTable table, int rowsPerSecond, BooleanSupplier stopping,
			JdbcClient jdbc, TransactionTemplate repeatableRead) {
		this.name = name;
		this.source = source;
		this.table = table;
		this.rowsPerSecond = rowsPerSecond;
		this.stopping = stopping;
		this.jdbc = jdbc;
		this.repeatableRead = repeatableRead;
		this.largestChunk = (rowsPerSecond > 0) ? Math.min(rowsPerSecond, LARGEST_CHUNK) : LARGEST_CHUNK;
		this.chunkSize = Math.min(FIRST_CHUNK, this.largestChunk);
	}

	/** Returns the Mondays of the weeks that are worth a partition. */
	List<LocalDate> weeks(Instant now) {
		return this.jdbc.sql(WEEKS.formatted(this.table.started(), this.table.name(), SourceTable.ROW))
			.param("end", now.plus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC))
			.param("rows", WEEK_WORTH_A_PARTITION)
			.query((row, _) -> row.getObject("week", LocalDate.class))
			.list();
	}

	/**
	 * Where changes were missed, an execution may be stored for an agent that it no
	 * longer is of; it has to go before it comes.
	 */
	RepeatStatus begin() {
		if (this.source.copiedThrough() == null) {
			if (this.source.begun()) {
				deleteGone();
			}
			this.jdbc.sql("""
					update execution_sources set copy_snapshot = pg_current_snapshot() where id = :source
					""").param("source", this.source.id()).update();
		}
		return RepeatStatus.FINISHED;
	}

	RepeatStatus nextChunk(StepContribution contribution, ChunkContext context) {
		Chunk chunk = copyChunk();
		this.rows += chunk.rows();
		this.written += chunk.written();
		contribution.incrementWriteCount(chunk.written());
		showProgress("Copying history");
		if (chunk.rows() == 0) {
			return RepeatStatus.FINISHED;
		}
		if (this.stopping.getAsBoolean()) {
			context.getStepContext().getStepExecution().setTerminateOnly();
		}
		throttle();
		return RepeatStatus.CONTINUABLE;
	}

	/**
	 * Where the platform changes many executions at once, few rows are copied at once;
	 * one that PostgreSQL refuses is copied alone, and noted.
	 */
	private Chunk copyChunk() {
		boolean refused = false;
		while (true) {
			long begun = System.nanoTime();
			try {
				Chunk chunk = copyChunk(refused ? "store_executions_singly" : "store_executions");
				boolean quick = System.nanoTime() - begun < LONGEST_CHUNK.toNanos();
				this.chunkSize = quick ? Math.min(this.chunkSize + this.chunkSize / 2 + 1, this.largestChunk)
						: Math.max(1, this.chunkSize / 2);
				return chunk;
			}
			catch (DataAccessException ex) {
				if (this.chunkSize > 1) {
					this.chunkSize /= 2;
				}
				else if (isMetByPlatform(ex)) {
					waitFor("Waiting for a transaction of the platform to end");
				}
				else if (refused) {
					throw ex;
				}
				else {
					refused = true;
				}
			}
		}
	}

	/**
	 * The platform changes one of these executions, or has changed it since the snapshot.
	 */
	private static boolean isMetByPlatform(DataAccessException failure) {
		return failure instanceof ConcurrencyFailureException || LockTimeoutException.isTimeout(failure);
	}

	private Chunk copyChunk(String store) {
		return this.repeatableRead.execute((status) -> {
			JdbcClient client = this.jdbc;
			client.sql(WAIT_A_MOMENT).update();
			String after = client.sql("select copied_through from execution_sources where id = :source")
				.param("source", this.source.id())
				.query(String.class)
				.optional()
				.orElse(null);
			String position = (after != null)
					? "%s.%s > cast(:after as %s)".formatted(SourceTable.ROW, this.table.key(), this.table.keyType())
					: "%s.%s is not null".formatted(SourceTable.ROW, this.table.key());
			var statement = client
				.sql(COPY.formatted(SourceTable.ROW, this.table.key(), this.table.execution(), this.table.name(),
						position, store))
				.param("rows", this.chunkSize)
				.param("source", this.source.id());
			Chunk chunk = ((after != null) ? statement.param("after", after) : statement).query(Chunk.class).single();
			if (chunk.rows() > 0) {
				client.sql("update execution_sources set copied_through = :last where id = :source")
					.param("last", chunk.last())
					.param("source", this.source.id())
					.update();
			}
			return chunk;
		});
	}

	private void throttle() {
		if (this.rowsPerSecond > 0) {
			Duration due = Duration.ofMillis(this.rows * 1_000 / this.rowsPerSecond);
			Pause.of(due.minusNanos(System.nanoTime() - this.startedNanos));
		}
	}

	private void showProgress(String message) {
		long now = System.nanoTime();
		if (now - this.loggedNanos > LOG_EVERY.toNanos()) {
			this.loggedNanos = now;
			logger.atInfo()
				.addKeyValue("source", this.name)
				.addKeyValue("rows", this.rows)
				.addKeyValue("rowsPerSecond", this.rows * 1_000_000_000L / (now - this.startedNanos))
				.log(message);
		}
	}

	/**
	 * A transaction that deleted an execution before it was copied did not find it: its
	 * row stays, unless it is deleted after that transaction has ended. So does what was
	 * noted of one that does not fit.
	 */
	RepeatStatus end() {
		awaitWriters();
		judgeRejectsAnew();
		int gone = deleteGone();
		this.jdbc.sql("""
				with complete as (
					update execution_sources set copied_through = null, copied_at = now() where id = :source
					returning id, copy_snapshot)
				delete from execution_misses using complete
				where source_id = complete.id and pg_visible_in_snapshot(missed_in, copy_snapshot)
				""").param("source", this.source.id()).update();
		logger.atInfo()
			.addKeyValue("source", this.name)
			.addKeyValue("rows", this.rows)
			.addKeyValue("written", this.written)
			.addKeyValue("deleted", gone)
			.addKeyValue("millis", (System.nanoTime() - this.startedNanos) / 1_000_000)
			.log("History copied");
		return RepeatStatus.FINISHED;
	}

	private void judgeRejectsAnew() {
		String sql = JUDGE_REJECTS_ANEW.formatted(SourceTable.ROW, this.table.key(), this.table.execution(),
				this.table.name(), this.table.keyType());
		boolean done = false;
		while (!done) {
			try {
				this.repeatableRead.executeWithoutResult((_) -> {
					this.jdbc.sql(WAIT_A_MOMENT).update();
					this.jdbc.sql(sql).param("source", this.source.id()).update();
				});
				done = true;
			}
			catch (DataAccessException ex) {
				if (!isMetByPlatform(ex)) {
					throw ex;
				}
				waitFor("Waiting for a transaction of the platform to end");
			}
		}
	}

	private int deleteGone() {
		return this.jdbc.sql(DELETE_GONE.formatted(this.table.name(), this.table.execution(), SourceTable.ROW))
			.param("source", this.source.id())
			.param("name", this.name)
			.update();
	}

	private void awaitWriters() {
		List<String> before = writers();
		while (!Collections.disjoint(before, writers())) {
			waitFor("Waiting for transactions that have written the table to end");
		}
	}

	private void waitFor(String message) {
		if (this.stopping.getAsBoolean()) {
			throw new IllegalStateException(
					"Stopped while transactions that have written " + this.table.name() + " were still open");
		}
		showProgress(message);
		Pause.of(POLL);
	}

	private List<String> writers() {
		return this.jdbc.sql(WRITERS).param("table", this.table.name()).query((row, _) -> row.getString(1)).list();
	}

	/**
	 * What a transaction has copied.
	 *
	 * @param rows how many rows of the source it has read
	 * @param last the key of the last one, null if there was none
	 * @param written how many executions it has written
	 */
	record Chunk(long rows, @Nullable String last, long written) {
	}

}
