package io.agentmetrics.aggregator.door;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.agentmetrics.aggregator.AggregatorProperties;
import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.model.execution.ExecutionStatus;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The sources of executions that the database knows.
 */
@Component
public class ExecutionSources {

	private static final String REGISTER = """
			insert into execution_sources (name, statuses) values (:name, '{}') on conflict do nothing
			""";

	private static final String UPDATE = """
			update execution_sources set statuses = jsonb_object(:words::text[], :statuses::text[]) where name = :name
			""";

	/** Nothing that was copied otherwise may be taken for copied. */
	private static final String BEGIN_ANEW = """
			update execution_sources set copied_through = null, copy_mapping = :mapping
			where id = :id and (:anew or copy_mapping is distinct from :mapping)
			""";

	private static final String OTHER_WORDS = """
			select connected_table is not null and statuses <> jsonb_object(:words::text[], :statuses::text[])
			from execution_sources where name = :name
			""";

	private static final String FIND = """
			select id, connected_table, copied_through, copy_snapshot is not null as begun, copied_at is not null as complete from execution_sources
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
	 * Makes a source known.
	 * @param name its name in the settings
	 * @return its number, by which its lease is taken
	 */
	public short register(String name) {
		this.jdbc.sql(REGISTER).param("name", name).update();
		return find(name).orElseThrow().id();
	}

	/**
	 * Stores a source's words for a status; for whoever has its lease.
	 */
	void update(String name) {
		withWords(UPDATE, name).update();
	}

	/**
	 * Stores a source's words for a status, as {@link #update} does, for a file of it.
	 * @throws RefusedException if its table is connected and read with other words: the
	 * platform's next statement would be read with these
	 */
	public ExecutionSource updateForFile(String name) {
		if (withWords(OTHER_WORDS, name).query(Boolean.class).single()) {
			throw new RefusedException(
					"agent-metrics.sources.%s: its connected table is read with other words for a status than these settings have: import with the settings of connect, or connect again with these first"
						.formatted(name));
		}
		update(name);
		return find(name).orElseThrow();
	}

	private JdbcClient.StatementSpec withWords(String sql, String name) {
		Map<String, ExecutionStatus> statuses = settings(name).statuses();
		return this.jdbc.sql(sql)
			.param("name", name)
			.param("words", statuses.keySet().toArray(String[]::new))
			.param("statuses", statuses.values().stream().map(Enum::name).toArray(String[]::new));
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

	/** Returns whether the last copy read rows and words like this. */
	boolean isReadBy(short id, String mapping) {
		return this.jdbc.sql("select copy_mapping is not distinct from :mapping from execution_sources where id = :id")
			.param("mapping", mapping)
			.param("id", id)
			.query(Boolean.class)
			.single();
	}

	/**
	 * Lets the next copy go on where the last one was, or begin with the first key.
	 * @param mapping how rows and words are read
	 * @param anew whether it has to begin anew in any case
	 */
	void prepareCopy(short id, String mapping, boolean anew) {
		this.jdbc.sql(BEGIN_ANEW).param("mapping", mapping).param("id", id).param("anew", anew).update();
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
