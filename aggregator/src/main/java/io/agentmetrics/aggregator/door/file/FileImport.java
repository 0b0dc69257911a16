package io.agentmetrics.aggregator.door.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.UUID;

import io.agentmetrics.aggregator.door.ExecutionSource;
import io.agentmetrics.aggregator.door.ExecutionSources;
import io.agentmetrics.aggregator.door.SourceJobs;
import io.agentmetrics.aggregator.door.SourceProperties;
import io.agentmetrics.aggregator.door.WeeklyPartitions;
import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.aggregator.lease.Leases;
import io.agentmetrics.aggregator.lease.SourceLease;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Imports a file: a Spring Batch job with one step, which goes on where an earlier import
 * of the same file was interrupted.
 */
@Component
public class FileImport {

	private static final String NAME = "import";

	private static final int CHUNK_RECORDS = 5_000;

	private final Leases leases;

	private final ExecutionSources sources;

	private final SourceJobs jobs;

	private final JobRepository jobRepository;

	private final PlatformTransactionManager transactionManager;

	private final WeeklyPartitions partitions;

	private final JdbcClient jdbc;

	private final Clock clock;

	private volatile boolean stopping;

	FileImport(Leases leases, ExecutionSources sources, SourceJobs jobs, JobRepository jobRepository,
			PlatformTransactionManager transactionManager, WeeklyPartitions partitions, JdbcClient jdbc, Clock clock) {
		this.leases = leases;
		this.sources = sources;
		this.jobs = jobs;
		this.jobRepository = jobRepository;
		this.transactionManager = transactionManager;
		this.partitions = partitions;
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/**
	 * Imports.
	 * @return whether every record of the file is stored or rejected; if not, the log
	 * says why
	 * @throws io.agentmetrics.aggregator.lease.BusyException if the source is being
	 * imported or connected already
	 * @throws RefusedException if there is no such source, or the file cannot be one of
	 * its
	 */
	public boolean run(ImportRequest request) throws SQLException {
		SourceProperties source = this.sources.settings(request.source());
		try (CsvFile file = open(request)) {
			ExecutionCells cells = cells(file, request, source);
			short id = this.sources.register(request.source());
			try (SourceLease _ = this.leases.acquireSource(id)) {
				this.jobs.recoverKilled(NAME, request.source());
				return run(request, file, cells, this.sources.updateForFile(request.source()));
			}
		}
	}

	/** Ends the import in progress, if there is one, after its current chunk. */
	public void stop() {
		this.stopping = true;
	}

	private static CsvFile open(ImportRequest request) {
		try {
			return CsvFile.open(request);
		}
		catch (IOException ex) {
			throw new RefusedException("The file cannot be read: " + ex.getMessage());
		}
	}

	private static ExecutionCells cells(CsvFile file, ImportRequest request, SourceProperties source) {
		if (file.header().fault() != null) {
			throw new RefusedException("The header of " + request.file() + " cannot be read: " + file.header().fault());
		}
		try {
			return ExecutionCells.of(file.header(), request.source(), source);
		}
		catch (IllegalArgumentException ex) {
			throw new RefusedException(request.file() + " is not a file of the source: " + ex.getMessage());
		}
	}

	private boolean run(ImportRequest request, CsvFile file, ExecutionCells cells, ExecutionSource source) {
		RejectsFile rejects = new RejectsFile(request.rejects(), file.header());
		ImportProgress progress = new ImportProgress(request, file);
		Job job = new JobBuilder(NAME, this.jobRepository).start(new StepBuilder("importFile", this.jobRepository)
			.<FileRecord, ReadExecution>chunk(CHUNK_RECORDS)
			.transactionManager(this.transactionManager)
			.reader(file)
			.processor(cells)
			.writer(new ExecutionWriter(source, this.jdbc, this.transactionManager, this.partitions, rejects, progress))
			.stream(progress)
			.interruptionPolicy((step) -> {
				if (this.stopping) {
					step.setTerminateOnly();
				}
			})
			.build()).build();
		boolean done = this.jobs.run(job, parameters(request));
		progress.end(done, rejects);
		return done;
	}

	/**
	 * Those of the last import of this file if it was interrupted, so that Batch goes on
	 * with it, else new ones.
	 */
	private JobParameters parameters(ImportRequest request) {
		JobParametersBuilder parameters = new JobParametersBuilder().addString(SourceJobs.SOURCE, request.source())
			.addString("file", request.name());
		if (request.isStandardInput()) {
			return parameters.addLong("startedAt", this.clock.millis()).toJobParameters();
		}
		parameters.addLong("bytes", request.path().toFile().length())
			.addLong("modifiedAt", request.path().toFile().lastModified())
			// one that is read otherwise begins anew
			.addString("settings",
					UUID.nameUUIDFromBytes(
							this.sources.settings(request.source()).toString().getBytes(StandardCharsets.UTF_8))
						.toString());
		JobExecution last;
		long times = 0;
		do {
			parameters.addLong("times", ++times);
			last = this.jobRepository.getLastJobExecution(NAME, parameters.toJobParameters());
		}
		while (last != null && last.getStatus() == BatchStatus.COMPLETED);
		return parameters.toJobParameters();
	}

}
