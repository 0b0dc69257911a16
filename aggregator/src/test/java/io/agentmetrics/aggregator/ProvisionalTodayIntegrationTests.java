package io.agentmetrics.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Previews of today beside everything else that can happen.
 */
class ProvisionalTodayIntegrationTests {

	private static final LocalDate TODAY = LocalDate.parse("2026-09-08");

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T15:00:00Z")
		.with("agent-metrics.aggregator.include-today=true");

	private final List<UUID> agents = new ArrayList<>();

	private final RandomExecutions random = new RandomExecutions(41);

	@BeforeEach
	void storeExecutions() {
		List<TestExecution> executions = new ArrayList<>();
		for (int agent = 0; agent < 10; agent++) {
			this.agents.add(this.fixture.executions().agent("agent " + agent));
			for (LocalDate day = TODAY.minusDays(2); !day.isAfter(TODAY); day = day.plusDays(1)) {
				executions.addAll(this.random.of(this.agents.getLast(), day, 10));
			}
		}
		this.fixture.executions().insertAll(executions);
	}

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void agentWhoseExecutionsOfTodayAreDeletedDisappears() {
		this.fixture.run();
		this.fixture.sql()
			.run("delete from agent_executions where agent_id = '%s' and execution_start >= '%s'", this.agents.get(3),
					TODAY);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertPreviewIsRight();
	}

	@Test
	void openTransactionReachesTheNextPreviewAndTheClosedDay() {
		this.fixture.run();
		try (SqlSession writer = this.fixture.session()) {
			writer.run("begin");
			writer.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start)
					values ('%1$s', gen_random_uuid(), 'RUNNING', '%2$s')
					""", this.agents.getFirst(), now());
			// newer transactions end meanwhile
			this.fixture.executions().insert(TestExecution.completed(this.agents.get(1), now(), 5));
			assertThat(this.fixture.run()).isTrue();
			writer.run("commit");
		}
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertPreviewIsRight();
		this.fixture.clock().advance(Duration.ofDays(1));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void dayThatWasPreviewedIsClosedWithoutPreviewsToo() {
		this.fixture.run();
		this.fixture.with();
		this.fixture.clock().advance(Duration.ofDays(1));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void closedDayNeverBecomesAPreviewAgainWhenTheClockGoesBack() {
		this.fixture.clock().set(Instant.parse("2026-09-09T00:00:01Z"));
		assertThat(this.fixture.run()).isTrue();
		changeToday(5);
		this.fixture.clock().set(Instant.parse("2026-09-08T23:59:55Z"));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.clock().set(Instant.parse("2026-09-09T00:00:05Z"));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void deletionThatARunWithoutPreviewsHasSeenReachesTheNextPreview() {
		this.fixture.run();
		this.fixture.sql()
			.run("delete from agent_executions where agent_id = '%s' and execution_start >= '%s'", this.agents.get(3),
					TODAY);
		this.fixture.with();
		assertThat(this.fixture.run()).isTrue();
		this.fixture.with("agent-metrics.aggregator.include-today=true");
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertPreviewIsRight();
		this.fixture.clock().advance(Duration.ofDays(1));
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().number("select count(*) from agent_execution_deletions")).isZero();
	}

	@Test
	void previewIsReadAsAWholeWhenMoreThanAQuarterOfItsAgentsHaveChanged() {
		this.fixture.run();
		Map<String, String> before = this.fixture.agentDays();
		for (UUID agent : this.agents.subList(0, 2)) {
			this.fixture.executions().insert(TestExecution.completed(agent, now(), 5));
		}
		assertThat(this.fixture.run()).isTrue();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays())).hasSize(2);
		before = this.fixture.agentDays();
		for (UUID agent : this.agents.subList(0, 3)) {
			this.fixture.executions().insert(TestExecution.completed(agent, now(), 5));
		}
		assertThat(this.fixture.run()).isTrue();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays())).hasSize(10)
			.allMatch((agentDay) -> agentDay.endsWith(" " + TODAY));
		this.fixture.oracle().assertPreviewIsRight();
	}

	@Test
	void changeOfAClosedDayIsAggregatedBesideThePreview() {
		this.fixture.run();
		this.fixture.executions()
			.insert(TestExecution.completed(this.agents.get(2), now().minus(Duration.ofDays(1)), 5));
		this.fixture.executions().insert(TestExecution.completed(this.agents.get(3), now(), 5));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertPreviewIsRight();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void startingOverRenewsThePreview() {
		this.fixture.run();
		assertThat(this.fixture.run(AggregatorFixture.startOver())).isTrue();
		this.fixture.oracle().assertPreviewIsRight();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void shardsPreviewTheirOwnAgents() {
		for (int round = 0; round < 3; round++) {
			for (int shard = 0; shard < 3; shard++) {
				assertThat(this.fixture.run(AggregatorFixture.shard(shard, 3))).isTrue();
			}
			this.fixture.oracle().assertPreviewIsRight();
			this.fixture.oracle().assertEverythingIsRight();
			changeToday(round);
		}
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertPreviewIsRight();
		changeToday(3);
		for (int shard = 0; shard < 2; shard++) {
			assertThat(this.fixture.run(AggregatorFixture.shard(shard, 2))).isTrue();
		}
		this.fixture.oracle().assertPreviewIsRight();
		this.fixture.clock().advance(Duration.ofDays(1));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@RepeatedTest(3)
	void previewAfterPreviewIsRightWhateverChanges(RepetitionInfo repetition) {
		for (int round = 0; round < 5; round++) {
			changeToday(10 * repetition.getCurrentRepetition() + round);
			assertThat(this.fixture.run()).isTrue();
			this.fixture.oracle().assertPreviewIsRight();
		}
		this.fixture.clock().advance(Duration.ofDays(1));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	private void changeToday(int seed) {
		RandomExecutions changes = new RandomExecutions(seed);
		for (int i = changes.nextInt(4); i >= 0; i--) {
			UUID agent = this.agents.get(changes.nextInt(this.agents.size()));
			this.fixture.executions().insertAll(changes.of(agent, TODAY, 1 + changes.nextInt(3)));
			UUID other = this.agents.get(changes.nextInt(this.agents.size()));
			if (changes.nextInt(4) == 0) {
				this.fixture.sql()
					.run("delete from agent_executions where agent_id = '%s' and execution_start >= '%s'", other,
							TODAY);
			}
			else {
				this.fixture.sql()
					.run("update agent_executions set status = 'CANCELLED' where agent_id = '%s' and execution_start >= '%s'",
							other, TODAY);
			}
		}
	}

	private static Instant now() {
		return Instant.parse("2026-09-08T14:00:00Z");
	}

}
