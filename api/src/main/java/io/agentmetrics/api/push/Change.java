package io.agentmetrics.api.push;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What has changed in the database since the look before.
 */
sealed interface Change {

	/**
	 * Returns whether answers about an agent may have changed.
	 * @param agent the agent, or empty for all of them together
	 */
	boolean concerns(Optional<UUID> agent);

	/**
	 * Nothing is new.
	 */
	record Nothing() implements Change {

		@Override
		public boolean concerns(Optional<UUID> agent) {
			return false;
		}

	}

	/**
	 * Time has passed, so that windows have moved on.
	 */
	record TimePassed() implements Change {

		@Override
		public boolean concerns(Optional<UUID> agent) {
			return true;
		}

	}

	/**
	 * Somebody has written.
	 *
	 * @param agents the agents whose executions have changed; empty if any may have
	 */
	record Written(Optional<Set<UUID>> agents) implements Change {

		@Override
		public boolean concerns(Optional<UUID> agent) {
			return this.agents.isEmpty() || agent.isEmpty() || this.agents.get().contains(agent.get());
		}

	}

}
