package io.agentmetrics.api.health;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * How all agents are doing at one moment.
 *
 * @param agents those with executions in the last 24 hours or in progress, and those of
 * which there is something to say nevertheless
 * @param idle how all others are doing
 * @param findings what there is to say of all agents together, if anything
 */
public record HealthOverview(Instant computedAt, Map<UUID, Entry> agents, AgentHealth idle,
		List<HealthFinding> findings) {

	/**
	 * Returns how an agent is doing.
	 * @param agentId the agent, known or not
	 */
	public AgentHealth of(UUID agentId) {
		Entry entry = this.agents.get(agentId);
		return (entry != null) ? entry.health() : this.idle;
	}

	/**
	 * One agent.
	 *
	 * @param health how it is doing
	 * @param executions its executions of the last 24 hours
	 * @param failed the failed ones of them
	 * @param finished the successful and failed ones of them
	 * @param ranked whether so many are finished that the error rate says something
	 * @param p95Ms the time within which 95 % of the timed ones ended
	 */
	public record Entry(AgentHealth health, long executions, long failed, long finished, boolean ranked,
			OptionalLong p95Ms) {

		/** Returns the same with more said of its health. */
		Entry with(AgentHealth more) {
			return new Entry(more, this.executions, this.failed, this.finished, this.ranked, this.p95Ms);
		}

	}

}
