package io.agentmetrics.aggregator.door;

import java.time.Clock;
import java.util.function.BooleanSupplier;

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The Spring Batch job that copies the history of a connected table, top to bottom: the
 * partitions it needs, its rows in the order of their keys, and at the end what was
 * deleted meanwhile.
 */
@Component
class HistoryCopy {

	static final String NAME = "copyHistory";

	private final JobRepository jobRepository;

	private final PlatformTransactionManager transactionManager;

	private final WeeklyPartitions partitions;

	private final JdbcClient jdbc;

	private final Clock clock;

	HistoryCopy(JobRepository jobRepository, PlatformTransactionManager transactionManager, WeeklyPartitions partitions,
			JdbcClient jdbc, Clock clock) {
		this.jobRepository = jobRepository;
		this.transactionManager = transactionManager;
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
		TableCopy copy = new TableCopy(name, source, table, rowsPerSecond, stopping, this.jdbc,
				repeatableRead(this.transactionManager));
		return new JobBuilder(NAME, this.jobRepository)
			.start(new StepBuilder("makePartitions", this.jobRepository).tasklet((_, _) -> {
				this.partitions.make(copy.weeks(this.clock.instant()));
				return RepeatStatus.FINISHED;
			}, this.transactionManager).build())
			.next(new StepBuilder("begin", this.jobRepository).tasklet((_, _) -> copy.begin(), this.transactionManager)
				.build())
			.next(new StepBuilder("copyRows", this.jobRepository).tasklet(copy::nextChunk, this.transactionManager)
				.build())
			.next(new StepBuilder("end", this.jobRepository).tasklet((_, _) -> copy.end(), this.transactionManager)
				.build())
			.build();
	}

	private static TransactionTemplate repeatableRead(PlatformTransactionManager transactionManager) {
		TransactionTemplate transaction = new TransactionTemplate(transactionManager);
		transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return transaction;
	}

}
