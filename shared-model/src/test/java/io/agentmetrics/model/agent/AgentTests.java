package io.agentmetrics.model.agent;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link Agent}.
 */
class AgentTests {

	@Test
	void emptyNameIsRefused() {
		UUID id = UUID.fromString("550e8400-e29b-41d4-a716-446655440000");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Agent(id, "", Instant.EPOCH, Optional.empty(), Optional.empty()))
			.withMessageContaining(id.toString());
	}

}
