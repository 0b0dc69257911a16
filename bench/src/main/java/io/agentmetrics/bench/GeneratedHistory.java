package io.agentmetrics.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.UUID;

/**
 * What the API is asked about: executions up to now, stored in the order in which they
 * started, as a platform would. Times are lognormal (median 1.8 s), one run in ten is not
 * completed, one in twenty has an error message with numbers in it. With releases, each
 * tells one of them and an environment.
 */
final class GeneratedHistory {

	/** Has all the executions that were asked for. */
	static final String BUSIEST = "busiest";

	/** Has 10,000 executions in the last 7 times 24 hours. */
	static final String TEN_THOUSAND = "ten thousand";

	/** Has 100 executions a day. */
	static final String ORDINARY = "agent 00001";

	// a hundredth more than they say, because the windows move on while the benchmark
	// runs
	private static final String PLAN = """
			create temporary table plan as
			select 'agent ' || to_char(i, 'FM00000') as name, %1$d * case when i <= 100 then 100 else 10 end as runs,
				%1$d as days
			from generate_series(1, %2$d) as i
			union all select '%4$s', (%3$d * 1.01)::int, %1$d
			union all select '%5$s', 10100, 7
			""";

	private static final String GENERATE = """
			insert into agent_executions (agent_id, user_id, status, execution_start, execution_end,
				execution_time_ms, error_type, error_message%1$s)
			select agent_id, md5('user ' || i %% 5000)::uuid,
				case when i %% 20 = 0 then 'FAILED' when i %% 50 = 1 then 'TIMEOUT' when i %% 40 = 3 then 'CANCELLED'
					when i %% 500 = 7 then 'RUNNING' else 'COMPLETED' end,
				start, case when i %% 500 <> 7 then start + ms * interval '1 ms' end,
				case when i %% 500 <> 7 then ms end,
				case when i %% 20 = 0 then 'ToolError' end,
				case when i %% 20 = 0 then 'Timeout after ' || i %% 60 || ' s (request ' || i || ')' end%2$s
			from (
				select md5(name)::uuid as agent_id, i, now() - random() * days * interval '1 day' as start,
					least(exp(7.5 + 1.2 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())), 1e9)::bigint as ms
				from plan cross join lateral generate_series(1, runs) as i
				order by start) as run
			""";

	private static final String RELEASE_COLUMNS = ", agent_version, environment";

	private static final String RELEASES = """
			, 'v2.' || i %% %d, case when i %% 7 = 0 then 'staging' else 'production' end""";

	private GeneratedHistory() {
	}

	/**
	 * Returns an agent's id.
	 * @param name its name
	 * @return what {@code md5(name)::uuid} is in PostgreSQL
	 */
	static UUID agentId(String name) {
		try {
			ByteBuffer md5 = ByteBuffer
				.wrap(MessageDigest.getInstance("MD5").digest(name.getBytes(StandardCharsets.UTF_8)));
			return new UUID(md5.getLong(), md5.getLong());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Prepares a database: with its schema, the executions unless they are kept from
	 * before, and all their days aggregated.
	 */
	static void prepare(BenchDatabase database, ApiBenchSettings settings, AggregatorProcess aggregator)
			throws SQLException {
		aggregator.run(database, "migrate");
		if (!settings.keepData()) {
			System.out.println("generating …");
			generate(database, settings);
		}
		aggregator.run(database);
		// autovacuum would, within a minute
		database.execute("vacuum analyze", "checkpoint");
	}

	private static void generate(BenchDatabase database, ApiBenchSettings settings) throws SQLException {
		// a build to compare with may be older than releases
		boolean named = settings.releases() > 0;
		database.empty();
		database.execute("select setseed(0.42)",
				PLAN.formatted(settings.days(), settings.agents(), settings.executions(), BUSIEST, TEN_THOUSAND),
				"insert into agents (id, name) select md5(name)::uuid, name from plan",
				GENERATE.formatted(named ? RELEASE_COLUMNS : "", named ? RELEASES.formatted(settings.releases()) : ""),
				"vacuum analyze agent_executions", "vacuum analyze agents", "checkpoint");
	}

}
