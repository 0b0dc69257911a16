package io.agentmetrics.api.metrics.source;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.execution.ExecutionStatus;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Random executions of several releases and environments, some of which report tokens and
 * costs.
 */
public final class TestUsage {

	private static final String UPDATE = """
			update agent_executions
			set agent_version = case when n % 7 > 0 then 'v' || (hash % :versions) end,
				environment = case when hash % 5 > 0 then (array['production', 'staging', 'test'])[1 + hash % 3] end,
				input_tokens = case when hash % 4 > 0 then hash % 5000 end,
				output_tokens = case when hash % 3 > 0 then hash % 700 end,
				cached_input_tokens = case when hash % 11 = 0 then hash % 900 end,
				cost_usd = case when hash % 6 > 0 then (hash % 100000) / 1000000.0 end
			from (
				select id, row_number() over (order by id) as n, abs(hashtext(id::text || :seed)::bigint) as hash
				from agent_executions
				where agent_id = any (:agents)
			) random
			where agent_executions.id = random.id
			""";

	private TestUsage() {
	}

	/** Returns a seed, printed; {@code -Dseed} repeats one. */
	public static long seed() {
		long seed = Long.getLong("seed", System.nanoTime());
		System.out.println("Seed: " + seed);
		return seed;
	}

	/**
	 * Stores executions of two agents.
	 * @param end when the last of them start
	 * @param versions how many releases there are, besides none
	 */
	public static List<UUID> store(DataSource dataSource, int count, Instant end, Duration length, int versions,
			long seed) {
		TestExecutions executions = new TestExecutions(dataSource);
		Random random = new Random(seed);
		ExecutionStatus[] statuses = ExecutionStatus.values();
		List<UUID> agents = List.of(executions.agent("one"), executions.agent("other"));
		for (UUID agent : agents) {
			executions.insertAll(IntStream.range(0, count)
				.mapToObj((i) -> new TestExecution(agent, statuses[random.nextInt(statuses.length)],
						end.minusMillis((long) (random.nextDouble() * length.toMillis())),
						(random.nextInt(10) == 0) ? null : (long) Math.exp(random.nextGaussian() + 7), null,
						(random.nextInt(5) == 0) ? "Error " + random.nextInt(9) + " of 'x'" : null))
				.toList());
		}
		JdbcClient.create(dataSource)
			.sql(UPDATE)
			.param("versions", versions)
			.param("seed", seed)
			.param("agents", agents.toArray(UUID[]::new))
			.update();
		return agents;
	}

}
