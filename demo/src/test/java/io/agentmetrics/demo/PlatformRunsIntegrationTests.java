package io.agentmetrics.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import io.agentmetrics.db.SqlSession;
import io.agentmetrics.demo.sample.PlatformRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link PlatformRuns}: connected by its settings, it comes over and goes on.
 */
class PlatformRunsIntegrationTests {

	private static final String THERE = """
			select agent, count(*), count(*) filter (where state = 'error'), count(*) filter (where state = 'timed out'),
				trunc(sum(seconds) * 1000), count(problem)
			from platform_runs group by agent order by agent
			""";

	private static final String HERE = """
			select agents.external_id, count(*), count(*) filter (where status = 'FAILED'), count(*) filter (where status = 'TIMEOUT'),
				sum(execution_time_ms), count(error_message)
			from agent_executions join agents on agents.id = agent_id group by 1 order by 1
			""";

	@Test
	void itsRunsComeOverAndGoOn(@TempDir Path folder) throws Exception {
		try (Product product = Product.migrated(folder); SqlSession sql = new SqlSession(product.dataSource())) {
			PlatformRuns platform = new PlatformRuns(product.dataSource());
			Instant now = Instant.now();
			platform.bringUpTo(now.minus(Duration.ofHours(1)));
			assertThat(platform.isConnected()).isFalse();
			Product.Run connect = product.aggregatorWith(PlatformRuns.SETTINGS, "connect");
			assertThat(connect.exitCode()).as(connect.output()).isZero();
			assertThat(platform.isConnected()).isTrue();
			platform.bringUpTo(now);
			platform.bringUpTo(now);
			assertThat(sql.column("select count(*) from platform_runs group by agent")).hasSize(3)
				.containsOnly(String.valueOf(30 * 24 * 3 + 3));
			assertThat(sql.rows(HERE)).isEqualTo(sql.rows(THERE))
				.extracting((agent) -> agent.getFirst())
				.containsExactlyElementsOf(PlatformRuns.AGENTS);
			assertThat(sql.number("select count(*) from platform_runs where state <> 'ok'")).isBetween(100L, 500L);
		}
	}

}
