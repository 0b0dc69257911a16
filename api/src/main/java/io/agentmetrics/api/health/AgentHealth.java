package io.agentmetrics.api.health;

import java.time.Instant;
import java.util.List;

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

	/** Returns the damage of all findings. */
	public long damage() {
		return this.findings.stream().map(HealthFinding::damage).reduce(0L, SaturatingSum::of);
	}

}
