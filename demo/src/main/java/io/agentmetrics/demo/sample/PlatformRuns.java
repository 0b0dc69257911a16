package io.agentmetrics.demo.sample;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

/**
 * A table of runs of a platform that knows nothing of Agent Metrics: its columns, words
 * and units are its own. Each of its agents runs once in twenty minutes, for ten at most.
 */
public final class PlatformRuns {

	/** Its agents by name. */
	public static final List<String> AGENTS = List.of("Release Notes Writer", "Travel Planner", "Warehouse Picker");

	/** What tells the aggregator how to read it. */
	public static final Map<String, String> SETTINGS = Map.of("AGENTMETRICS_SOURCES_PLATFORM_TABLE",
			"public.platform_runs", "AGENTMETRICS_SOURCES_PLATFORM_COLUMNS_ID", "run_id",
			"AGENTMETRICS_SOURCES_PLATFORM_COLUMNS_AGENT", "agent", "AGENTMETRICS_SOURCES_PLATFORM_COLUMNS_STATUS",
			"state", "AGENTMETRICS_SOURCES_PLATFORM_COLUMNS_START", "started_at",
			"AGENTMETRICS_SOURCES_PLATFORM_COLUMNS_DURATION", "seconds",
			"AGENTMETRICS_SOURCES_PLATFORM_COLUMNS_ERRORMESSAGE", "problem",
			"AGENTMETRICS_SOURCES_PLATFORM_DURATIONUNIT", "seconds");

	private static final String TABLE = """
			create table if not exists public.platform_runs (
				run_id text primary key,
				agent text not null,
				state text not null,
				started_at timestamptz not null,
				seconds numeric not null,
				problem text
			)
			""";

	private static final String RUNS = """
			insert into public.platform_runs
			select 'run-' || slot || '-' || n, agent, case when fate < 2 * n then 'error' when fate = 99 then 'timed out' else 'ok' end,
				to_timestamp(1200 * slot + chance % 600), case fate when 99 then 600 else chance % (n * 150) + 1 end,
				case when fate < 2 * n then 'The tool answered with status ' || 500 + chance % 4 end
			from unnest(?::text[]) with ordinality as agents (agent, n)
			cross join (select extract(epoch from ?::timestamptz)::bigint / 1200 as current) slots
			cross join lateral generate_series(
				coalesce((select extract(epoch from max(started_at))::bigint / 1200 + 1 from public.platform_runs), current - 30 * 72),
				current - 1) slot
			cross join lateral (select abs(hashtext(slot || agent)::bigint) as chance) chances
			cross join lateral (select chance / 600 % 100 as fate) fates
			""";

	private static final String CONNECTED = """
			select from execution_sources
			where name = 'platform' and connected_table = 'public.platform_runs' and copied_at is not null
			""";

	private final DataSource dataSource;

	public PlatformRuns(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Adds what its agents have done since the last run, or in the last 30 days.
	 * @param now the moment up to which runs have ended
	 * @throws SQLException if the database refuses
	 */
	public void bringUpTo(Instant now) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement table = connection.createStatement();
				PreparedStatement runs = connection.prepareStatement(RUNS)) {
			table.execute(TABLE);
			runs.setArray(1, connection.createArrayOf("text", AGENTS.toArray()));
			runs.setObject(2, now.atOffset(ZoneOffset.UTC));
			runs.executeUpdate();
		}
	}

	/**
	 * Returns whether the aggregator has connected it, and copied what was there before.
	 * @throws SQLException if the database refuses
	 */
	public boolean isConnected() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			return statement.executeQuery(CONNECTED).next();
		}
	}

}
