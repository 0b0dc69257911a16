package io.agentmetrics.aggregator.door;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Runs the Spring Batch jobs of sources. Whoever does has the lease of the source, so
 * there is one at a time.
 */
@Component
public class SourceJobs {

	/** The parameter that names the source. */
	public static final String SOURCE = "source";

	private static final Logger logger = LoggerFactory.getLogger(SourceJobs.class);

	private final JobOperator operator;

	private final JobRepository repository;

	SourceJobs(JobOperator operator, JobRepository repository) {
		this.operator = operator;
		this.repository = repository;
	}

	/**
	 * Ends, for Spring Batch, what says that it runs for a source: it was killed.
	 * @param job the name of the job
	 */
	public void recoverKilled(String job, String source) {
		for (JobExecution execution : this.repository.findRunningJobExecutions(job)) {
			if (source.equals(execution.getJobParameters().getString(SOURCE))) {
				logger.atWarn()
					.addKeyValue("job", job)
					.addKeyValue("jobExecution", execution.getId())
					.log("An earlier run was killed; recovered");
				this.operator.recover(execution);
			}
		}
	}

	/**
	 * Runs a job, and logs why it failed.
	 * @return whether it has come to its end
	 */
	public boolean run(Job job, JobParameters parameters) {
		JobExecution execution;
		try {
			execution = this.operator.start(job, parameters);
		}
		catch (JobExecutionException ex) {
			throw new IllegalStateException("Spring Batch did not start the job", ex);
		}
		if (execution.getStatus() == BatchStatus.FAILED) {
			execution.getAllFailureExceptions()
				.stream()
				.map((failure) -> NestedExceptionUtils.getMostSpecificCause(failure).toString())
				.distinct()
				.forEach(logger::error);
		}
		return execution.getStatus() == BatchStatus.COMPLETED;
	}

}
