package io.agentmetrics.api.agent;

import java.util.UUID;

import io.agentmetrics.api.cache.Weighted;
import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.window.Rounding;
import io.agentmetrics.api.window.TimeRange;
import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.sketch.ErrorGroups;

/**
 * An agent's metrics; the type {@code AgentMetrics} of the GraphQL schema.
 *
 * @param agentId the agent, known or not
 * @param question what was asked
 * @param statistics counts, times and trend
 * @param errors the groups of errors, empty unless asked for
 * @param provenance where the answer comes from
 */
public record AgentMetricsAnswer(UUID agentId, MetricsQuestion question, WindowStatistics statistics,
		ErrorGroups errors, Provenance provenance) implements Weighted {

	@Override
	public int weight() {
		return 1 + this.errors.groups().size();
	}

	public TimeRange timeRange() {
		return this.question.timeRange();
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
		return Rounding.rate(counts().successRate());
	}

	public double errorRate() {
		return Rounding.rate(counts().errorRate());
	}

	public Trend trend() {
		return this.statistics.trend();
	}

	private ExecutionCounts counts() {
		return this.statistics.counts();
	}

}
