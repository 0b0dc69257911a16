package io.agentmetrics.api.metrics.source;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.ledger.Weighted;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.Trend;

/**
 * An agent's metrics; the type of the same name of the GraphQL schema.
 *
 * @param agentId the agent, known or not
 * @param question what was asked
 * @param metrics counts, times and trend; distribution and series if asked for
 * @param errors the groups of errors; none unless asked for
 * @param earlierErrors the fingerprints of those that came before the window, too; none
 * unless asked for
 * @param lacking what of the time that was asked about the answer does not cover, in a
 * sentence; empty if nothing
 * @param provenance where the answer comes from
 */
public record AgentMetrics(UUID agentId, MetricsQuestion question, Metrics metrics, ErrorGroups errors,
		Set<String> earlierErrors, Optional<String> lacking, Provenance provenance) implements Weighted {

	@Override
	public int weight() {
		return this.errors.groups().size() + this.earlierErrors.size() + this.question.fields().weight()
				+ this.metrics.series().values().stream().mapToInt(MetricsSeries::weight).sum();
	}

	/**
	 * Adds sentences that say what the answer leaves out or cannot say exactly.
	 * @param sentences one sentence for each
	 */
	AgentMetrics missing(List<String> sentences) {
		return sentences.isEmpty() ? this : new AgentMetrics(this.agentId, this.question, this.metrics, this.errors,
				this.earlierErrors, this.lacking, this.provenance.missing(sentences));
	}

	/**
	 * Returns whether an execution of the same agent may count for both answers: their
	 * windows meet, and an execution may match both filters.
	 */
	public boolean mayShareExecutionsWith(AgentMetrics other) {
		return this.provenance.from().isBefore(other.provenance.to())
				&& other.provenance.from().isBefore(this.provenance.to())
				&& !this.question.filter().isDisjointTo(other.question.filter());
	}

	public Optional<TimeRange> timeRange() {
		return switch (this.question.period()) {
			case Period.Latest(TimeRange range) -> Optional.of(range);
			case Period.Between _ -> Optional.empty();
		};
	}

	public MetricType metricType() {
		return this.question.metricType();
	}

	public long totalExecutions() {
		return counts().total();
	}

	public long successfulExecutions() {
		return counts().successful();
	}

	public long failedExecutions() {
		return counts().failed();
	}

	public long cancelledExecutions() {
		return counts().cancelled();
	}

	public long inProgressExecutions() {
		return counts().inProgress();
	}

	public long totalErrors() {
		return counts().errors();
	}

	public double successRate() {
		return counts().successRate();
	}

	public double errorRate() {
		return counts().errorRate();
	}

	/**
	 * Returns whether the agent succeeds more or less often than before.
	 * @throws ProblemException if it rests on stored hours that cannot be read
	 */
	public Trend trend() {
		return this.metrics.trend()
			.orElseThrow(() -> new ProblemException(ProblemKind.CORRUPT_DATA,
					"The stored hours of this agent cannot be read; its days have to be aggregated again."));
	}

	private ExecutionCounts counts() {
		return this.metrics.counts();
	}

}
