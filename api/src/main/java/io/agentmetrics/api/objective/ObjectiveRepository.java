package io.agentmetrics.api.objective;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.model.agent.Agent;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the agents that objectives may be about.
 */
@Component
final class ObjectiveRepository {

	private static final String AGENTS = "select id, name, created_at, external_id from agents where retired_at is null";

	private final JdbcClient jdbc;

	ObjectiveRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<Agent> agents() {
		return this.jdbc.sql(AGENTS)
			.query((row, number) -> new Agent(row.getObject("id", UUID.class), row.getString("name"),
					row.getObject("created_at", OffsetDateTime.class).toInstant(),
					Optional.ofNullable(row.getString("external_id")), Optional.empty()))
			.list();
	}

}
