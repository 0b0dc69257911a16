package io.agentmetrics.aggregator.rollup;

/**
 * Which part of the agents a process aggregates: those whose hashed identifier leaves
 * this remainder.
 *
 * @param index the remainder, from 0
 * @param count how many processes share the work; 1 when one does all of it
 */
public record Shard(int index, int count) {

	/** All agents in one process. */
	public static final Shard WHOLE = new Shard(0, 1);

	/** More would leave each with next to nothing to do. */
	public static final int MAX_COUNT = 1_024;

	public Shard {
		if (count < 1 || count > MAX_COUNT) {
			throw new IllegalArgumentException("shards must be 1 to " + MAX_COUNT + ", not " + count);
		}
		if (index < 0 || index >= count) {
			throw new IllegalArgumentException("shard must be 0 to " + (count - 1) + ", not " + index);
		}
	}

	public boolean isWhole() {
		return this.count == 1;
	}

	@Override
	public String toString() {
		return this.index + "/" + this.count;
	}

}
