package io.agentmetrics.aggregator.rollup;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Whose executions a piece of work is about.
 */
public sealed interface AgentSelection {

	/**
	 * Returns two selections that share these agents.
	 * @return two, or none where there is but one agent
	 */
	List<AgentSelection> halves();

	/**
	 * Every agent whose identifier falls to a shard, or to a part of it.
	 *
	 * @param part which part of the shard's agents, from 0
	 * @param parts in how many parts they are cut; 1 for all of them
	 */
	record Sharded(Shard shard, int part, int parts) implements AgentSelection {

		/** Beyond this PostgreSQL's shard numbers would no longer fit. */
		private static final int MAX_PARTS = 1 << 20;

		public Sharded {
			if (part < 0 || part >= parts || parts > MAX_PARTS) {
				throw new IllegalArgumentException("Not a part of a shard: " + part + " of " + parts);
			}
		}

		public Sharded(Shard shard) {
			this(shard, 0, 1);
		}

		/** Returns how many selections like this share all agents. */
		public int divisor() {
			return this.shard.count() * this.parts;
		}

		/** Returns what is left of the agents' hashed identifiers. */
		public int remainder() {
			return this.shard.index() + this.shard.count() * this.part;
		}

		/**
		 * Returns whether these are all agents.
		 * @return {@code true} without shards and parts
		 */
		public boolean isEveryone() {
			return divisor() == 1;
		}

		@Override
		public List<AgentSelection> halves() {
			if (2 * this.parts > MAX_PARTS) {
				return List.of();
			}
			return List.of(new Sharded(this.shard, this.part, 2 * this.parts),
					new Sharded(this.shard, this.part + this.parts, 2 * this.parts));
		}

	}

	/** These agents and no others. */
	record Only(Set<UUID> agents) implements AgentSelection {

		public Only {
			agents = Set.copyOf(agents);
			if (agents.isEmpty()) {
				throw new IllegalArgumentException("A selection of agents names at least one");
			}
		}

		@Override
		public List<AgentSelection> halves() {
			if (this.agents.size() == 1) {
				return List.of();
			}
			List<UUID> all = List.copyOf(this.agents);
			int middle = all.size() / 2;
			return List.of(new Only(Set.copyOf(all.subList(0, middle))),
					new Only(Set.copyOf(all.subList(middle, all.size()))));
		}

	}

}
