package io.agentmetrics.api.exposition;

import java.time.Duration;

import org.springframework.stereotype.Component;

/**
 * Says whether this replica is the one that shows Prometheus what only one of them may
 * show, and how much of it.
 */
@Component
public final class PublishingReplica {

	private final Publisher publisher;

	private final ExpositionProperties properties;

	PublishingReplica(Publisher publisher, ExpositionProperties properties) {
		this.publisher = publisher;
		this.properties = properties;
	}

	/** Returns whether it is this one; never two at once. */
	public boolean isThisOne() {
		return this.publisher.published().isPresent();
	}

	/** Returns how often what it shows is to be looked up. */
	public Duration interval() {
		return this.properties.freshness();
	}

	/** Returns how many agents may have time series of their own. */
	public int maxAgents() {
		return this.properties.agents();
	}

}
