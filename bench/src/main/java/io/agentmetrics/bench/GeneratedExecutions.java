package io.agentmetrics.bench;

import java.sql.SQLException;

/**
 * Executions made by PostgreSQL itself from a seed: a few agents run far more often than
 * the rest, times are lognormal (median 1.8 s) with a tail of days, one in ten is not
 * completed, one in twenty has an error message with numbers in it. With releases, each
 * execution tells one of them, and its tokens and cost.
 */
final class GeneratedExecutions {

	private static final String GENERATE = """
			insert into agent_executions (agent_id, user_id, status, execution_start, execution_end,
				execution_time_ms, error_type, error_message%4$s)
			select md5('agent ' || 1 + floor(%2$d * power(skew, 2))::int)::uuid, md5('user ' || i %% 5000)::uuid,
				case when i %% 20 = 0 then 'FAILED' when i %% 50 = 1 then 'TIMEOUT' when i %% 40 = 3 then 'CANCELLED'
					when i %% 500 = 7 then 'RUNNING' else 'COMPLETED' end,
				start, case when i %% 500 <> 7 then start + ms * interval '1 ms' end,
				case when i %% 500 <> 7 then ms end,
				case when i %% 20 = 0 then 'ToolError' end,
				case when i %% 20 = 0 then 'Timeout after ' || i %% 60 || ' s (request ' || i || ')' end%5$s
			from (
				select i, random() as skew, date_trunc('day', now(), 'UTC') - interval '%3$d days'
						+ (i + random()) * (interval '%3$d days' / (%1$d + 1)) as start,
					least(exp(7.5 + 1.2 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())), 1e9)::bigint as ms
				from generate_series(0::bigint, %1$d - 1) as i) as run
			""";

	private static final String RELEASE_COLUMNS = ", agent_version, environment";

	private static final String RELEASES = ", 'v2.' || i %% %d, 'production'";

	private static final String USAGE_COLUMNS = ", input_tokens, output_tokens, cached_input_tokens, cost_usd";

	private static final String USAGE = """
			, 500 + i * 37 % 9000, 40 + i * 7 % 2000, i * 7 % 500, round(i * 37 % 9000 * 0.0000031, 6)""";

	private GeneratedExecutions() {
	}

	static void generate(BenchDatabase database, BenchSettings settings) throws SQLException {
		// a build to compare with may be older than releases
		String columns = "";
		String values = "";
		if (settings.releases() > 0) {
			columns += RELEASE_COLUMNS;
			values += RELEASES.formatted(settings.releases());
			if (settings.usage()) {
				columns += USAGE_COLUMNS;
				values += USAGE;
			}
		}
		database.empty();
		database.execute(
				"insert into agents (id, name) select md5('agent ' || i)::uuid, 'agent ' || i from generate_series(1, %d) as i"
					.formatted(settings.agents()),
				"select setseed(0.42)",
				GENERATE.formatted(settings.executions(), settings.agents(), settings.days(), columns, values),
				"vacuum analyze agent_executions", "vacuum analyze agents", "checkpoint");
	}

}
