package io.agentmetrics.aggregator.job;

import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.Shard;

/**
 * What a run is asked to do; nothing in particular to bring everything up to date.
 *
 * @param from the first day to rebuild
 * @param to the day after the last to rebuild
 * @param agentId the only agent to rebuild
 * @param startOver whether to forget all stored days first
 */
public record RunRequest(Optional<LocalDate> from, Optional<LocalDate> to, Optional<UUID> agentId, Shard shard,
		boolean startOver) {

	public RunRequest {
		if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
			throw new IllegalArgumentException(
					"from=" + from.get() + " must be before to=" + to.get() + ", which is the day after the last");
		}
		if (agentId.isPresent() && !shard.isWhole()) {
			throw new IllegalArgumentException("agentId and shards exclude each other");
		}
	}

	/**
	 * Returns whether only some days or one agent shall be rebuilt, which leaves the
	 * watermark where it is.
	 */
	public boolean isRebuild() {
		return this.from.isPresent() || this.to.isPresent() || this.agentId.isPresent();
	}

}
