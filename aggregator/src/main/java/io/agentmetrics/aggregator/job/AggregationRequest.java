package io.agentmetrics.aggregator.job;

import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.Shard;

/**
 * What a run shall do.
 *
 * @param from the first day to rebuild
 * @param to the day after the last to rebuild
 * @param agentId the only agent to rebuild
 * @param shard which part of the agents
 * @param startOver whether to forget all stored days first
 */
public record AggregationRequest(Optional<LocalDate> from, Optional<LocalDate> to, Optional<UUID> agentId, Shard shard,
		boolean startOver) {

	public AggregationRequest {
		if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
			throw new IllegalArgumentException(
					"from=" + from.get() + " must be before to=" + to.get() + ", which is the day after the last");
		}
		if (agentId.isPresent() && !shard.isWhole()) {
			throw new IllegalArgumentException("agentId and shards exclude each other");
		}
	}

	/**
	 * Brings everything up to date.
	 * @return the request of a run without arguments
	 */
	public static AggregationRequest upToDate() {
		return new AggregationRequest(Optional.empty(), Optional.empty(), Optional.empty(), Shard.WHOLE, false);
	}

	/**
	 * Returns whether only some days or one agent shall be rebuilt, which leaves the
	 * watermark where it is.
	 * @return {@code false} when everything that changed is to be done
	 */
	public boolean isRebuild() {
		return this.from.isPresent() || this.to.isPresent() || this.agentId.isPresent();
	}

}
