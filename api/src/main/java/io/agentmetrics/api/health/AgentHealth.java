package io.agentmetrics.api.health;

import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

import io.agentmetrics.model.number.SaturatingSum;

/**
 * How an agent is doing; the type of the same name of the GraphQL schema.
 *
 * @param status what the worst finding says
 * @param summary one sentence
 * @param findings what each rule that had enough to judge by says, worst first
 */
public record AgentHealth(HealthStatus status, String summary, List<HealthFinding> findings, long stuckExecutionCount,
		Instant computedAt) {

	/** Returns the same with what each finding becomes. */
	AgentHealth with(UnaryOperator<HealthFinding> change) {
		List<HealthFinding> changed = this.findings.stream().map(change).toList();
		return new AgentHealth(this.status, changed.getFirst().sentence(), changed, this.stuckExecutionCount,
				this.computedAt);
	}

	/** Whether a part of the executions of the last 24 hours may carry a finding. */
	boolean isOfReleases() {
		return this.findings.stream().anyMatch(HealthFinding::isOfReleases);
	}

	/** Returns the damage of all findings. */
	public long damage() {
		return this.findings.stream().map(HealthFinding::damage).reduce(0L, SaturatingSum::of);
	}

}
