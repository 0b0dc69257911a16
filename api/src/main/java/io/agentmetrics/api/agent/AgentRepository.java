package io.agentmetrics.api.agent;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.model.agent.Agent;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads agents.
 */
@Component
final class AgentRepository implements AgentQuery {

	private static final String AGENT = "select id, name, created_at from agents where id = :id";

	private static final String FIRST_AGENTS = """
			select id, name, created_at
			from agents
			where strpos(lower(name), lower(:search)) > 0
			order by name, id
			limit :limit
			""";

	private static final String NEXT_AGENTS = """
			select id, name, created_at
			from agents
			where strpos(lower(name), lower(:search)) > 0 and (name, id) > (:name, :id)
			order by name, id
			limit :limit
			""";

	private static final String COUNT = "select count(*) from agents where strpos(lower(name), lower(:search)) > 0";

	private final JdbcClient jdbc;

	AgentRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public Optional<Agent> agent(UUID id) {
		return this.jdbc.sql(AGENT).param("id", id).query(AgentRepository::agent).optional();
	}

	@Override
	public List<Agent> agents(String search, Optional<AgentPosition> after, int limit) {
		JdbcClient.StatementSpec statement = after
			.map((position) -> this.jdbc.sql(NEXT_AGENTS).param("name", position.name()).param("id", position.id()))
			.orElseGet(() -> this.jdbc.sql(FIRST_AGENTS));
		return statement.param("search", search).param("limit", limit).query(AgentRepository::agent).list();
	}

	@Override
	public long count(String search) {
		return this.jdbc.sql(COUNT).param("search", search).query(Long.class).single();
	}

	private static Agent agent(ResultSet row, int number) throws SQLException {
		return new Agent(row.getObject("id", UUID.class), row.getString("name"),
				row.getObject("created_at", OffsetDateTime.class).toInstant());
	}

}
