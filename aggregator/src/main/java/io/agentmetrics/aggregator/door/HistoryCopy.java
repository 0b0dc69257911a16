package io.agentmetrics.aggregator.door;

import java.time.Clock;
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

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The Spring Batch job that copies the history of a connected table, top to bottom: the
 * partitions it needs, its rows in the order of their keys, and at the end what was
 * deleted meanwhile.
 * <p>
 * A chunk is some thousand rows in one transaction, which also keeps how far it has come:
 * after a kill the copy goes on there. The transaction is REPEATABLE READ: an execution
 * that the platform changes at the same moment makes it fail instead of bringing an older
 * state back, and it is tried again.
 */
@Component
class HistoryCopy {

	static final String NAME = "copyHistory";

	private static final Logger logger = LoggerFactory.getLogger(HistoryCopy.class);

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

	/**
	 * What retention has dropped does not come back: an old run is not new because it was
	 * copied.
	 */
	private static final String COPY = """
			with chunk as materialized (
				select %1$s.%2$s::text as key, %3$s as execution from %4$s %1$s
				where %5$s order by %1$s.%2$s limit :rows
			),
			kept as materialized (
				select coalesce(array_agg(execution), '{}') as executions from chunk
				where (execution).started is null or (execution).started >= coalesce(
					(select max(kept_from) from execution_drops), '-infinity')
			)
			select (select count(*) from chunk) as rows, (select (array_agg(key))[count(*)] from chunk) as last,
				coalesce(%6$s, 0) as written
			from kept
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

	private static final String WRITERS = """
			select virtualtransaction from pg_locks
			where relation = cast(:table as regclass) and mode = 'RowExclusiveLock' and granted
				and database = (select oid from pg_database where datname = current_database())
			""";

	private final JobRepository jobRepository;

	private final PlatformTransactionManager transactionManager;

	private final TransactionTemplate repeatableRead;

	private final WeeklyPartitions partitions;

	private final JdbcClient jdbc;

	private final Clock clock;

	HistoryCopy(JobRepository jobRepository, PlatformTransactionManager transactionManager, WeeklyPartitions partitions,
			JdbcClient jdbc, Clock clock) {
		this.jobRepository = jobRepository;
		this.transactionManager = transactionManager;
		this.repeatableRead = new TransactionTemplate(transactionManager);
		this.repeatableRead.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		this.repeatableRead.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.partitions = partitions;
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/**
	 * Returns the job that copies what is not copied yet, or compares everything where
	 * all was copied before.
	 * @param name the source's name in the settings
	 * @param rowsPerSecond how many rows it may copy in a second; 0 for any number
	 * @param stopping whether it is to stop after the chunk at hand
	 */
	Job of(String name, ExecutionSource source, SourceTable table, int rowsPerSecond, BooleanSupplier stopping) {
		Copy copy = new Copy(name, source, table, rowsPerSecond, stopping);
		return new JobBuilder(NAME, this.jobRepository)
			.start(new StepBuilder("makePartitions", this.jobRepository)
				.tasklet((_, _) -> copy.makePartitions(), this.transactionManager)
				.build())
			.next(new StepBuilder("begin", this.jobRepository).tasklet((_, _) -> copy.begin(), this.transactionManager)
				.build())
			.next(new StepBuilder("copyRows", this.jobRepository).tasklet(copy::nextChunk, this.transactionManager)
				.build())
			.next(new StepBuilder("end", this.jobRepository).tasklet((_, _) -> copy.end(), this.transactionManager)
				.build())
			.build();
	}

	/**
	 * One copy from its first chunk to its end.
	 */
	private final class Copy {

		private final String name;

		private final ExecutionSource source;

		private final SourceTable table;

		private final int rowsPerSecond;

		private final BooleanSupplier stopping;

		private final long startedNanos = System.nanoTime();

		private long loggedNanos = this.startedNanos;

		private int chunkSize = FIRST_CHUNK;

		private long rows;

		private long written;

		Copy(String name, ExecutionSource source, SourceTable table, int rowsPerSecond, BooleanSupplier stopping) {
			this.name = name;
			this.source = source;
			this.table = table;
			this.rowsPerSecond = rowsPerSecond;
			this.stopping = stopping;
		}

		RepeatStatus makePartitions() {
			Instant soon = HistoryCopy.this.clock.instant().plus(Duration.ofDays(1));
			List<LocalDate> weeks = HistoryCopy.this.jdbc
				.sql(WEEKS.formatted(this.table.started(), this.table.name(), SourceTable.ROW))
				.param("end", soon.atOffset(ZoneOffset.UTC))
				.param("rows", WEEK_WORTH_A_PARTITION)
				.query((row, _) -> row.getObject("week", LocalDate.class))
				.list();
			HistoryCopy.this.partitions.make(weeks);
			return RepeatStatus.FINISHED;
		}

		/**
		 * Where changes were missed, an execution may be stored for an agent that it no
		 * longer is of; it has to go before it comes.
		 */
		RepeatStatus begin() {
			if (this.source.copiedThrough() == null) {
				if (this.source.complete()) {
					deleteGone();
				}
				HistoryCopy.this.jdbc.sql("""
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
		 * Where the platform changes many executions at once, few rows are copied at
		 * once.
		 */
		private Chunk copyChunk() {
			while (true) {
				long begun = System.nanoTime();
				try {
					Chunk chunk = copyChunk(
							"store_executions(:source::smallint, executions, %s, false)".formatted(gone()));
					boolean quick = System.nanoTime() - begun < LONGEST_CHUNK.toNanos();
					this.chunkSize = quick ? Math.min(this.chunkSize + this.chunkSize / 2 + 1, LARGEST_CHUNK)
							: Math.max(1, this.chunkSize / 2);
					return chunk;
				}
				catch (DataAccessException ex) {
					if (!isMetByPlatform(ex)) {
						logger.atDebug().setCause(ex).log("A chunk did not fit as a whole");
						return copyChunk(
								"store_executions_singly(:source::smallint, executions, %s)".formatted(gone()));
					}
					if (this.chunkSize == 1) {
						waitFor("Waiting for a transaction of the platform to end");
					}
					this.chunkSize = Math.max(1, this.chunkSize / 2);
				}
			}
		}

		/**
		 * The platform changes one of these executions, or has changed it since the
		 * snapshot.
		 */
		private static boolean isMetByPlatform(DataAccessException failure) {
			return failure instanceof ConcurrencyFailureException || LockTimeoutException.isTimeout(failure);
		}

		/** What was copied before and no longer fits has to go. */
		private String gone() {
			return this.source.complete() ? "executions" : "'{}'";
		}

		private Chunk copyChunk(String store) {
			return HistoryCopy.this.repeatableRead.execute((status) -> {
				JdbcClient client = HistoryCopy.this.jdbc;
				client.sql(WAIT_A_MOMENT).update();
				String after = client.sql("select copied_through from execution_sources where id = :source")
					.param("source", this.source.id())
					.query(String.class)
					.optional()
					.orElse(null);
				String position = (after != null) ? "%s.%s > cast(:after as %s)".formatted(SourceTable.ROW,
						this.table.key(), this.table.keyType()) : "true";
				var statement = client
					.sql(COPY.formatted(SourceTable.ROW, this.table.key(), this.table.execution(), this.table.name(),
							position, store))
					.param("rows", this.chunkSize)
					.param("source", this.source.id());
				Chunk chunk = ((after != null) ? statement.param("after", after) : statement).query(Chunk.class)
					.single();
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
		 * A transaction that deleted an execution before it was copied did not find it:
		 * its row stays, unless it is deleted after that transaction has ended.
		 */
		RepeatStatus end() {
			awaitWriters();
			int gone = deleteGone();
			HistoryCopy.this.jdbc.sql("""
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

		private int deleteGone() {
			return HistoryCopy.this.jdbc
				.sql(DELETE_GONE.formatted(this.table.name(), this.table.execution(), SourceTable.ROW))
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
			return HistoryCopy.this.jdbc.sql(WRITERS)
				.param("table", this.table.name())
				.query((row, _) -> row.getString(1))
				.list();
		}

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
