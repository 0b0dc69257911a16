package io.agentmetrics.aggregator.door.file;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import javax.sql.DataSource;

import io.agentmetrics.aggregator.door.ExecutionSources;
import io.agentmetrics.aggregator.door.SourceJobs;
import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.aggregator.lease.Leases;
import io.agentmetrics.aggregator.lease.SourceLease;
import io.agentmetrics.otlp.SpanReading;
import io.agentmetrics.otlp.SpanRules;
import io.agentmetrics.otlp.store.Receipt;
import io.agentmetrics.otlp.store.SpanStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Imports a file of spans: a Spring Batch job with one step. The spans are stored as the
 * receiver stores them, so what either has brought already stays as it is.
 */
@Component
@EnableConfigurationProperties(SpanSettings.class)
public class SpanImport {

	private static final Logger logger = LoggerFactory.getLogger(SpanImport.class);

	private static final String NAME = "import-spans";

	/** So that a transaction has up to ten thousand spans. */
	private static final int CHUNK_PARTS = 10_000 / SpanLines.MOST_SPANS;

	private final PrintStream terminal = System.out;

	private final Leases leases;

	private final ExecutionSources sources;

	private final SourceJobs jobs;

	private final JobRepository jobRepository;

	private final PlatformTransactionManager transactionManager;

	private final DataSource dataSource;

	private final SpanSettings settings;

	private final SpanStore store;

	private volatile boolean stopping;

	SpanImport(Leases leases, ExecutionSources sources, SourceJobs jobs, JobRepository jobRepository,
			PlatformTransactionManager transactionManager, DataSource dataSource, SpanSettings settings) {
		this.leases = leases;
		this.sources = sources;
		this.jobs = jobs;
		this.jobRepository = jobRepository;
		this.transactionManager = transactionManager;
		this.dataSource = dataSource;
		this.settings = settings;
		// somebody has chosen what is in the file
		this.store = new SpanStore(settings.sameNameIsSameRun(), SpanStore.ANY_NUMBER, settings.keepSpans());
	}

	/**
	 * Imports.
	 * @param file a path, or {@code -} for what the process is given
	 * @return whether every line of the file is stored or rejected; if not, the log says
	 * why
	 * @throws io.agentmetrics.aggregator.lease.BusyException if another file of spans is
	 * being imported already
	 * @throws RefusedException if the file cannot be read
	 */
	public boolean run(String file) throws SQLException {
		ImportRequest request = new ImportRequest(SpanStore.SOURCE, file);
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(true);
			this.store.registerSource(connection);
		}
		short id = this.sources.find(SpanStore.SOURCE).orElseThrow().id();
		try (SpanLines lines = new SpanLines(request.open(), new SpanRules(this.settings.agentIds()));
				SourceLease _ = this.leases.acquireSource(id)) {
			this.jobs.recoverKilled(NAME, SpanStore.SOURCE);
			boolean done = run(request, lines);
			try (Connection connection = this.dataSource.getConnection()) {
				connection.setAutoCommit(true);
				this.store.forget(connection);
			}
			return done;
		}
		catch (IOException ex) {
			throw new RefusedException("The file cannot be read: " + ex.getMessage());
		}
	}

	/** Ends the import in progress, if there is one, after its current chunk. */
	public void stop() {
		this.stopping = true;
	}

	private boolean run(ImportRequest request, SpanLines lines) {
		Counts counts = new Counts();
		boolean done = this.jobs.run(new JobBuilder(NAME, this.jobRepository)
			.start(new StepBuilder("importSpans", this.jobRepository).<SpanLines.Part, SpanLines.Part>chunk(CHUNK_PARTS)
				.transactionManager(this.transactionManager)
				.reader(lines)
				.writer((chunk) -> write(chunk, counts))
				.interruptionPolicy((step) -> {
					if (this.stopping) {
						step.setTerminateOnly();
					}
				})
				.build())
			.build(),
				// it begins anew each time: what is stored already stays as it is
				new JobParametersBuilder().addString(SourceJobs.SOURCE, SpanStore.SOURCE)
					.addString("file", request.name())
					.addString("import", UUID.randomUUID().toString())
					.toJobParameters());
		this.terminal.printf("%s %d lines of %s: %s%n", done ? "Imported" : "Interrupted after", counts.lines,
				request.file(), counts.sentence());
		return done;
	}

	private void write(Chunk<? extends SpanLines.Part> chunk, Counts counts) throws SQLException {
		List<SpanReading> spans = new ArrayList<>();
		long lines = 0;
		long faults = 0;
		for (SpanLines.Part part : chunk) {
			spans.addAll(part.spans());
			lines += part.isLast() ? 1 : 0;
			if (part.fault() != null) {
				faults++;
				logger.atWarn()
					.addKeyValue("line", part.line())
					.addKeyValue("reason", part.fault())
					.log("A line was rejected");
			}
		}
		Receipt receipt = this.store.store(DataSourceUtils.getConnection(this.dataSource), spans);
		if (receipt.rejected() > 0) {
			logger.atWarn().addKeyValue("spans", receipt.rejections()).log("Spans were rejected");
		}
		counts.lines += lines;
		counts.faults += faults;
		receipt.lines()
			.forEach((line, count) -> counts.spans.merge(line.isRejected() ? "rejected" : line.outcome(), count,
					Long::sum));
	}

	/**
	 * How far an import has come.
	 */
	private static final class Counts {

		private long lines;

		private long faults;

		private final Map<String, Long> spans = new TreeMap<>();

		String sentence() {
			return "%d spans are runs, %d are told by others, %d are no agent's, %d had come before, %d were rejected; %d lines were rejected"
				.formatted(of(Receipt.RUN), of(Receipt.MERGED), of(Receipt.NO_AGENT), of(Receipt.REPEATED),
						of("rejected"), this.faults);
		}

		private long of(String outcome) {
			return this.spans.getOrDefault(outcome, 0L);
		}

	}

}
