package io.agentmetrics.aggregator.job;

import java.time.Clock;

import javax.sql.DataSource;

import io.agentmetrics.aggregator.AggregatorProperties;
import io.agentmetrics.aggregator.rollup.WorkPlanner;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.DayBatch;
import io.agentmetrics.aggregator.sink.DaySink;
import io.agentmetrics.model.time.DayCalendar;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.FlowBuilder;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.flow.Flow;
import org.springframework.batch.core.job.flow.support.SimpleFlow;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The Spring Batch job, top to bottom. Workers side by side read executions, add them up
 * and write agents' days, until no work is left. Then days are repaired whose damaged
 * sketches only the last chunks have met, and the run is completed.
 *
 * <p>
 * A chunk is what one transaction writes. Its single item is a {@link DayBatch}, since
 * how much is worth a transaction depends on the days: a day is closed with the last of
 * its agents, and some thousand small ones go together. Batch would count items, and
 * spends more on each than an agent's day costs.
 */
@Component
class AggregateJob {

	static final String NAME = "aggregate";

	private final JobRepository jobRepository;

	private final PlatformTransactionManager transactionManager;

	private final DataSource dataSource;

	private final AggregationState state;

	private final DayCalendar calendar;

	private final Clock clock;

	private final int workers;

	AggregateJob(JobRepository jobRepository, PlatformTransactionManager transactionManager, DataSource dataSource,
			AggregationState state, AggregatorProperties properties, Clock clock) {
		this.jobRepository = jobRepository;
		this.transactionManager = transactionManager;
		this.dataSource = dataSource;
		this.state = state;
		this.calendar = new DayCalendar(properties.zone());
		this.clock = clock;
		this.workers = properties.aggregator().workers();
	}

	Job of(Run run, ObservationRegistry observations) {
		return new JobBuilder(NAME, this.jobRepository).observationRegistry(observations)
			.start(aggregateDays(run, observations))
			.next(aggregateDays("repairDays", run, observations))
			.next(complete(run, observations))
			.end()
			.build();
	}

	private Flow aggregateDays(Run run, ObservationRegistry observations) {
		Flow[] flows = new Flow[Math.clamp(run.plan().slices(), 1, this.workers)];
		for (int worker = 0; worker < flows.length; worker++) {
			String name = "aggregateDays:worker" + (worker + 1);
			flows[worker] = new FlowBuilder<SimpleFlow>(name).start(aggregateDays(name, run, observations)).build();
		}
		return new FlowBuilder<SimpleFlow>("aggregateDays").split(new SimpleAsyncTaskExecutor("worker-"))
			.add(flows)
			.build();
	}

	private Step aggregateDays(String name, Run run, ObservationRegistry observations) {
		return new StepBuilder(name, this.jobRepository).<DayBatch, DayBatch>chunk(1)
			.transactionManager(this.transactionManager)
			.observationRegistry(observations)
			.reader(new DayBatchReader(run, this.state))
			.writer(new DayBatchWriter(run,
					new DaySink(this.dataSource, this.calendar, run.failedAgentDays(), this.clock), this.state,
					new WorkPlanner(this.calendar, 0)))
			.build();
	}

	private Step complete(Run run, ObservationRegistry observations) {
		return new StepBuilder("complete", this.jobRepository).observationRegistry(observations)
			.tasklet((contribution, context) -> {
				if (run.isWorkLeft()) {
					throw new IllegalStateException("Sketches were damaged again while they were repaired");
				}
				if (run.plan().movesWatermark()) {
					this.state.complete(run.lease(), run.visibility());
				}
				return RepeatStatus.FINISHED;
			}, this.transactionManager)
			.build();
	}

}
