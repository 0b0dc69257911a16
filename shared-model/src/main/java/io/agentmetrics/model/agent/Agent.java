package io.agentmetrics.model.agent;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * An agent whose executions are measured.
 *
 * @param id what executions refer to it by; never changes
 * @param name what people call it; not empty, need not be unique
 * @param createdAt when it was registered
 * @param externalId what its platform calls it, where that is not a UUID
 * @param retiredAt when it was retired; empty while it runs
 */
public record Agent(UUID id, String name, Instant createdAt, Optional<String> externalId, Optional<Instant> retiredAt) {

	public Agent {
		Objects.requireNonNull(id, "An agent has an id");
		Objects.requireNonNull(createdAt, "An agent has a time of creation");
		if (name.isEmpty()) {
			throw new IllegalArgumentException("The name of agent " + id + " is empty");
		}
	}

}
