package io.agentmetrics.aggregator.door;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.agentmetrics.aggregator.AggregatorProperties;
import io.agentmetrics.aggregator.job.RefusedException;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The sources of executions that the database knows.
 */
@Component
public class ExecutionSources {

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

	private final AggregatorProperties properties;

	ExecutionSources(JdbcClient jdbc, AggregatorProperties properties) {
		this.jdbc = jdbc;
		this.properties = properties;
	}

	/**
	 * Returns what the settings say of a source.
	 * @throws RefusedException if they do not know it
	 */
	public SourceProperties settings(String name) {
		SourceProperties settings = this.properties.sources().get(name);
		if (settings == null) {
			throw new RefusedException("There is no source %s under agent-metrics.sources: there %s".formatted(name,
					this.properties.sources().isEmpty() ? "is none"
							: "are " + String.join(", ", this.properties.sources().keySet())));
		}
		return settings;
	}

	/**
	 * Makes a source known, or its words for a status.
	 * @param name its name in the settings
	 */
	public ExecutionSource register(String name, SourceProperties properties) {
		this.jdbc.sql(REGISTER)
			.param("name", name)
			.param("words", properties.statuses().keySet().toArray(String[]::new))
			.param("statuses", properties.statuses().values().stream().map(Enum::name).toArray(String[]::new))
			.update();
		return find(name).orElseThrow();
	}

	public Optional<ExecutionSource> find(String name) {
		return this.jdbc.sql(FIND).param("name", name).query(ExecutionSource.class).optional();
	}

	/** Returns the names of connected sources by their tables. */
	Map<String, String> connectedTables() {
		Map<String, String> sources = new HashMap<>();
		this.jdbc.sql("select connected_table, name from execution_sources where connected_table is not null")
			.query((row) -> {
				sources.put(row.getString(1), row.getString(2));
			});
		return sources;
	}

	/** Returns why statements were missed last; empty if none were. */
	Optional<String> missed(short id) {
		return this.jdbc.sql("select cause from execution_misses where source_id = :id order by missed_at desc limit 1")
			.param("id", id)
			.query((row, _) -> row.getString(1))
			.optional();
	}

	/** Lets the next copy begin with the first key. */
	void restartCopy(short id) {
		this.jdbc.sql("update execution_sources set copied_through = null where id = :id").param("id", id).update();
	}

	/** Forgets what did not fit and what was missed. */
	void forgetProblems(short id) {
		this.jdbc.sql("delete from execution_rejects where source_id = :id").param("id", id).update();
		this.jdbc.sql("delete from execution_misses where source_id = :id").param("id", id).update();
	}

	/** Deletes what has come from a source; its agents stay, without executions. */
	void deleteExecutions(short id) {
		this.jdbc.sql("delete from agent_executions where source_id = :id").param("id", id).update();
	}

}
