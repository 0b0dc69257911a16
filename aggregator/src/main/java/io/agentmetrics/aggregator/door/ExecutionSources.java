package io.agentmetrics.aggregator.door;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The sources of executions that the database knows.
 */
@Component
class ExecutionSources {

	private static final String REGISTER = """
			insert into execution_sources as known (name, statuses)
			select :name, jsonb_object(:words::text[], :statuses::text[])
			on conflict (name) do update set statuses = excluded.statuses
			where known.statuses <> excluded.statuses
			""";

	private static final String FIND = """
			select id, connected_table, copied_through, copied_at is not null as complete from execution_sources
			where name = :name
			""";

	private final JdbcClient jdbc;

	ExecutionSources(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Makes a source known, or its words for a status.
	 * @param name its name in the settings
	 */
	ExecutionSource register(String name, SourceProperties properties) {
		this.jdbc.sql(REGISTER)
			.param("name", name)
			.param("words", properties.statuses().keySet().toArray(String[]::new))
			.param("statuses", properties.statuses().values().stream().map(Enum::name).toArray(String[]::new))
			.update();
		return this.jdbc.sql(FIND).param("name", name).query(ExecutionSource.class).single();
	}

}
