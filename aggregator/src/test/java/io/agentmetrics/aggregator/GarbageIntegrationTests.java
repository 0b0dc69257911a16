package io.agentmetrics.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import io.agentmetrics.db.GarbageExecutions;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever values stand in an agent's rows, every day is closed, and every other agent's
 * days are as without them; {@code -Daggregator.garbage.executions} says how many rows.
 */
class GarbageIntegrationTests {

	private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

	private static final int EXECUTIONS = Integer.getInteger("aggregator.garbage.executions", 500);

	private static final long SEED = Long.getLong("aggregator.garbage.seed", new Random().nextLong());

	private final AggregatorFixture fixture = AggregatorFixture.at(NOW.toString());

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void garbageOfOneAgentKeepsNoDayOpenAndHarmsNoOther() {
		System.out.println("-Daggregator.garbage.seed=" + SEED);
		List<TestExecution> usual = new ArrayList<>();
		for (String name : List.of("a", "b")) {
			UUID agent = this.fixture.executions().agent(name);
			for (int i = 1; i < 200; i++) {
				Instant start = NOW.minus(Duration.ofHours(2L * i));
				usual.add((i % 7 == 0) ? TestExecution.failed(agent, start, i, "Request " + i + " failed")
						: TestExecution.completed(agent, start, i));
			}
		}
		this.fixture.executions().insertAll(usual);
		assertThat(this.fixture.run()).isTrue();
		Map<String, String> before = this.fixture.agentDays();

		new GarbageExecutions(this.fixture.database().dataSource(), new Random(SEED), NOW).store(EXECUTIONS);
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.agentDays()).containsAllEntriesOf(before);
		Map<String, String> closed = this.fixture.closedDays();
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.closedDays()).as("nothing was left to do").isEqualTo(closed);
	}

}
