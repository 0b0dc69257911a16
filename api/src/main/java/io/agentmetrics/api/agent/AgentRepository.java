package io.agentmetrics.api.agent;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import io.agentmetrics.model.agent.Agent;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Reads agents.
 */
@Component
final class AgentRepository {

	private static final String AGENT = "select id, name, created_at, external_id, retired_at from agents where id = :id";

	private static final String AGENTS = """
			with listed as (
				select agents.id, agents.name, agents.created_at, agents.external_id,
					case when active.agent_id is null then :idle else active.rank end as rank
				from agents
				left join unnest(:agents, :ranks) as active (agent_id, rank) on active.agent_id = agents.id
				where retired_at is null
					and (strpos(lower(agents.name), lower(:search)) > 0 or strpos(lower(agents.external_id), lower(:search)) > 0)
			)
			select id, name, created_at, external_id, null::timestamptz as retired_at
			from listed
			where (rank, name, id) > (:rank, :name, :id)
			order by rank, name, id
			limit :limit
			""";

	private static final String COUNT = """
			select count(*)
			from agents
			left join unnest(:agents, :ranks) as active (agent_id, rank) on active.agent_id = agents.id
			where retired_at is null
				and (strpos(lower(agents.name), lower(:search)) > 0 or strpos(lower(agents.external_id), lower(:search)) > 0)
				and case when active.agent_id is null then :idle else active.rank end is not null
			""";

	private final JdbcClient jdbc;

	AgentRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Finds one agent.
	 * @return the agent, or empty if it is not known
	 */
	Optional<Agent> agent(UUID id) {
		return this.jdbc.sql(AGENT).param("id", id).query(AgentRepository::agent).optional();
	}

	/**
	 * Lists agents by rank, name and id.
	 * @param search a part of their names or of what their platforms call them, in any
	 * case, or empty for all
	 */
	List<Agent> agents(String search, AgentRanks ranks, AgentPosition after, int limit) {
		return ask(AGENTS, search, ranks).param("rank", after.rank())
			.param("name", after.name())
			.param("id", after.id())
			.param("limit", limit)
			.query(AgentRepository::agent)
			.list();
	}

	/**
	 * Counts agents.
	 * @param search a part of their names or of what their platforms call them, in any
	 * case, or empty for all
	 */
	long count(String search, AgentRanks ranks) {
		return ask(COUNT, search, ranks).query(Long.class).single();
	}

	private JdbcClient.StatementSpec ask(String sql, String search, AgentRanks ranks) {
		List<Map.Entry<UUID, OptionalLong>> active = List.copyOf(ranks.active().entrySet());
		return this.jdbc.sql(sql)
			.param("search", search)
			.param("agents", new SqlArrayValue("uuid", active.stream().map(Map.Entry::getKey).toArray()))
			.param("ranks",
					new SqlArrayValue("bigint",
							active.stream().map((agent) -> rank(agent.getValue())).toArray(Object[]::new)))
			.param("idle", rank(ranks.idle()), Types.BIGINT);
	}

	private static @Nullable Long rank(OptionalLong rank) {
		return rank.isPresent() ? rank.getAsLong() : null;
	}

	private static Agent agent(ResultSet row, int number) throws SQLException {
		return new Agent(row.getObject("id", UUID.class), row.getString("name"),
				row.getObject("created_at", OffsetDateTime.class).toInstant(),
				Optional.ofNullable(row.getString("external_id")),
				Optional.ofNullable(row.getObject("retired_at", OffsetDateTime.class)).map(OffsetDateTime::toInstant));
	}

}
