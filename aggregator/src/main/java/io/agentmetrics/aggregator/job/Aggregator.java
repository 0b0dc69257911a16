package io.agentmetrics.aggregator.job;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;

import javax.sql.DataSource;

import io.agentmetrics.aggregator.AggregatorProperties;
import io.agentmetrics.aggregator.exposition.RunExposition;
import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.aggregator.lease.Leases;
import io.agentmetrics.aggregator.rollup.WorkPlanner;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.BatchHistory;
import io.agentmetrics.aggregator.sink.OldExecutions;
import io.agentmetrics.aggregator.sink.RunRecord;
import io.agentmetrics.aggregator.sink.StoredSketches;
import io.agentmetrics.aggregator.source.ExecutionDays;
import io.agentmetrics.aggregator.source.ReadSnapshot;
import io.agentmetrics.model.time.DayCalendar;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Carries out a request from taking the lease to giving it back.
 */
@Component
public class Aggregator {

	private static final Logger logger = LoggerFactory.getLogger(Aggregator.class);

	private static final int DAYS_AHEAD = 35;

	private final Leases leases;

	private final AggregationState state;

	private final OldExecutions oldExecutions;

	private final StoredSketches sketches;

	private final RunRecord record;

	private final BatchHistory history;

	private final AggregateJob job;

	private final JobOperator jobOperator;

	private final JobRepository jobRepository;

	private final DataSource dataSource;

	private final AggregatorProperties properties;

	private final Clock clock;

	private volatile @Nullable Run running;

	private volatile boolean stopping;

	Aggregator(Leases leases, AggregationState state, OldExecutions oldExecutions, StoredSketches sketches,
			RunRecord record, BatchHistory history, AggregateJob job, JobOperator jobOperator,
			JobRepository jobRepository, DataSource dataSource, AggregatorProperties properties, Clock clock) {
		this.leases = leases;
		this.state = state;
		this.oldExecutions = oldExecutions;
		this.sketches = sketches;
		this.record = record;
		this.history = history;
		this.job = job;
		this.jobOperator = jobOperator;
		this.jobRepository = jobRepository;
		this.dataSource = dataSource;
		this.properties = properties;
		this.clock = clock;
	}

	/**
	 * Aggregates.
	 * @return whether everything was done; if not, the log says what was not
	 * @throws io.agentmetrics.aggregator.lease.BusyException if another run is at work
	 * @throws RefusedException if the request cannot be carried out as it is
	 */
	public boolean run(RunRequest request) throws SQLException {
		long started = System.nanoTime();
		try (Lease lease = this.leases.acquire(request.shard())) {
			recoverKilledRuns(request);
			claimStoredDays(request, lease);
			LocalDate today = new DayCalendar(this.properties.zone()).dayOf(this.clock.instant());
			makePartitionsAhead(today);
			JdbcClient.create(this.dataSource).sql("select renew_first_execution()").query().singleRow();
			boolean done;
			try (ReadSnapshot snapshot = ReadSnapshot.take(this.dataSource)) {
				done = aggregate(request, lease, snapshot, today, started);
			}
			this.history.prune();
			if (done && !request.isRebuild()) {
				dropOldExecutions(lease, today);
			}
			return done;
		}
	}

	/** Ends the run in progress, if there is one, as soon as it can. */
	public void stop() {
		this.stopping = true;
		Run run = this.running;
		if (run != null) {
			run.stop();
		}
	}

	private boolean aggregate(RunRequest request, Lease lease, ReadSnapshot snapshot, LocalDate today, long started)
			throws SQLException {
		DayCalendar calendar = new DayCalendar(this.properties.zone());
		ExecutionDays days = new ExecutionDays(snapshot, calendar);
		RunPlan plan = new RunPlanner(this.state, this.sketches, days, calendar,
				new WorkPlanner(calendar, days.agents()), today, this.properties.aggregator().includeToday())
			.plan(request);
		Run run = new Run(lease, snapshot, calendar, plan, this.properties.aggregator().unitBytes());
		run.progress().late(this.oldExecutions.countLate(lease, calendar));
		this.running = run;
		if (this.stopping) {
			run.stop();
		}
		JobExecution execution;
		try (RunRecord.Heartbeat _ = this.record.begin(lease.shard())) {
			execution = plan.units().isEmpty() ? launch(run, request, ObservationRegistry.NOOP)
					: launchExposed(run, request);
		}
		run.progress().end();
		boolean done = execution.getStatus() == BatchStatus.COMPLETED;
		this.record.end(lease.shard(), run.progress().executionsRead(), done, run.progress().reconciliationFailures());
		logger.atInfo()
			.addKeyValue("status", execution.getStatus())
			.addKeyValue("days", plan.days())
			.addKeyValue("executions", run.progress().executionsRead())
			.addKeyValue("failedAgentDays", run.progress().agentDaysFailed())
			.addKeyValue("millis", Duration.ofNanos(System.nanoTime() - started).toMillis())
			.log(plan.units().isEmpty() ? "Nothing to aggregate" : "Aggregation ended");
		if (!done) {
			execution.getAllFailureExceptions().stream().map(Throwable::getMessage).distinct().forEach(logger::error);
		}
		return done;
	}

	/**
	 * Rows without a partition wait in the default one, so a run goes on without new
	 * partitions.
	 */
	private void makePartitionsAhead(LocalDate today) {
		try {
			JdbcClient.create(this.dataSource)
				.sql("call ensure_execution_partitions(:today, :ahead)")
				.param("today", today)
				.param("ahead", today.plusDays(DAYS_AHEAD))
				.update();
		}
		catch (DataAccessException ex) {
			logger.atWarn()
				.addKeyValue("cause", ex.getMostSpecificCause().getMessage())
				.log("New partitions could not be made; the next run tries again");
		}
	}

	/**
	 * What is dropped does not come back, so a clock alone does not decide: ages count
	 * from the last executions, if these are older than today.
	 */
	private void dropOldExecutions(Lease lease, LocalDate today) {
		Period kept = this.properties.retention().executions();
		if (kept != null) {
			LocalDate newest = this.state.lastDayWithExecutions()
				.map((day) -> day.plusDays(1))
				.filter(today::isAfter)
				.orElse(today);
			this.oldExecutions.dropBefore(lease, newest.minus(kept), new DayCalendar(this.properties.zone()));
		}
	}

	private JobExecution launchExposed(Run run, RunRequest request) {
		AggregatorProperties.Exposition settings = this.properties.exposition();
		try (RunExposition exposition = RunExposition.start(run.progress()::now, request.shard(), settings.port(),
				settings.pushgateway())) {
			return launch(run, request, exposition.observations());
		}
	}

	private JobExecution launch(Run run, RunRequest request, ObservationRegistry observations) {
		try {
			return this.jobOperator.start(this.job.of(run, observations), parameters(run.lease(), request));
		}
		catch (JobExecutionException ex) {
			throw new IllegalStateException("Spring Batch did not start the job", ex);
		}
	}

	/**
	 * The fence makes each run an instance of its own: what is left to do stands in the
	 * days, not in Batch's tables.
	 */
	private static JobParameters parameters(Lease lease, RunRequest request) {
		JobParametersBuilder parameters = new JobParametersBuilder().addLong("fence", lease.fence())
			.addString("shard", lease.shard().toString());
		request.from().ifPresent((from) -> parameters.addLocalDate("from", from));
		request.to().ifPresent((to) -> parameters.addLocalDate("to", to));
		request.agentId().ifPresent((agentId) -> parameters.addString("agentId", agentId.toString()));
		return parameters.toJobParameters();
	}

	/**
	 * Nobody else can be running what this lease is for, nor any other number of shards,
	 * so an execution that says so was killed.
	 */
	private void recoverKilledRuns(RunRequest request) {
		String siblings = "/" + request.shard().count();
		for (JobExecution execution : this.jobRepository.findRunningJobExecutions(AggregateJob.NAME)) {
			String shard = String.valueOf(execution.getJobParameters().getString("shard"));
			if (request.shard().toString().equals(shard) || !shard.endsWith(siblings)) {
				logger.atWarn()
					.addKeyValue("jobExecution", execution.getId())
					.log("An earlier run was killed; recovered");
				this.jobOperator.recover(execution);
			}
		}
	}

	private void claimStoredDays(RunRequest request, Lease lease) {
		if (this.state.isReplicated()) {
			throw new RefusedException(
					"Executions come from another PostgreSQL cluster by logical replication: what has "
							+ "changed cannot be told here. Run the aggregator where they are written, or drop the subscription "
							+ "and run it with `rebuild`");
		}
		if (request.startOver()) {
			this.state.claim(this.properties.zone());
			this.state.startOver(lease, this.properties.zone());
			return;
		}
		List<String> differences = this.state.claim(this.properties.zone());
		if (!differences.isEmpty()) {
			throw new RefusedException(String.join("; ", differences)
					+ ": set it back, or run the aggregator with `rebuild` to aggregate everything anew");
		}
		List<LocalDate> moved = this.state.reopenMovedDays(lease, new DayCalendar(this.properties.zone()));
		if (!moved.isEmpty()) {
			logger.atWarn()
				.addKeyValue("days", moved)
				.log("The rules of the zone have changed: days begin at another time and are aggregated anew");
		}
	}

}
