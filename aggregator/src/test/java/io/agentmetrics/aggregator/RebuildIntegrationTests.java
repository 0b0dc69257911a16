package io.agentmetrics.aggregator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.aggregator.job.RunRequest;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rebuilding days and agents that were aggregated before.
 */
class RebuildIntegrationTests {

	private static final LocalDate FIRST = LocalDate.parse("2026-09-01");

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	private final UUID alice = this.fixture.executions().agent("alice");

	private final UUID bob = this.fixture.executions().agent("bob");

	private Map<String, String> before = Map.of();

	@BeforeEach
	void aggregateAndSpoil() {
		RandomExecutions random = new RandomExecutions(11);
		List<TestExecution> executions = new ArrayList<>();
		for (int day = 0; day < 7; day++) {
			executions.addAll(random.of(this.alice, FIRST.plusDays(day), 10));
			executions.addAll(random.of(this.bob, FIRST.plusDays(day), 10));
		}
		this.fixture.executions().insertAll(executions);
		assertThat(this.fixture.run()).isTrue();
		spoilEverything();
	}

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void rebuildReplacesTheDaysFromTheFirstUpToTheSecond() {
		assertRebuilds(AggregatorFixture.rebuild("2026-09-03", "2026-09-05"), "2026-09-03", "2026-09-04");
	}

	@Test
	void rebuildWithoutAnEndGoesUpToYesterday() {
		assertRebuilds(AggregatorFixture.rebuildFrom("2026-09-06"), "2026-09-06", "2026-09-07");
	}

	@Test
	void rebuildWithoutABeginStartsWithTheFirstExecution() {
		assertRebuilds(AggregatorFixture.rebuildTo("2026-09-03"), "2026-09-01", "2026-09-02");
	}

	@Test
	void rebuildFromBeforeTheFirstExecutionStartsWithIt() {
		assertRebuilds(AggregatorFixture.rebuild("2026-08-01", "2026-09-02"), "2026-09-01");
		assertThat(this.fixture.closedDays()).hasSize(7);
	}

	@Test
	void rebuildBeforeTheFirstExecutionDoesNothing() {
		assertRebuilds(AggregatorFixture.rebuild("2026-08-01", "2026-08-03"));
	}

	@Test
	void rebuildOfAnAgentReplacesAllItsDaysAndNoOther() {
		assertThat(this.fixture.run(AggregatorFixture.rebuild(this.alice))).isTrue();
		assertThat(AggregatorFixture.difference(this.before, this.fixture.agentDays())).hasSize(7)
			.allMatch((agentDay) -> agentDay.startsWith(this.alice.toString()));
	}

	@Test
	void rebuildOfAnAgentOnSomeDaysReplacesOnlyThese() {
		assertThat(this.fixture
			.run(AggregatorFixture.request(FIRST.plusDays(1), FIRST.plusDays(3), this.bob, Shard.WHOLE))).isTrue();
		assertThat(AggregatorFixture.difference(this.before, this.fixture.agentDays()))
			.isEqualTo(Set.of(this.bob + " 2026-09-02", this.bob + " 2026-09-03"));
	}

	@Test
	void rebuildOfAnUnknownAgentChangesNothing() {
		assertThat(this.fixture.run(AggregatorFixture.rebuild(UUID.randomUUID()))).isTrue();
		assertThat(this.fixture.agentDays()).isEqualTo(this.before);
	}

	@Test
	void replacedAgentDayKeepsItsIdentityAndCreationAndGetsTheNextRevision() {
		String key = this.alice + " 2026-09-03";
		this.fixture.run(AggregatorFixture.rebuild("2026-09-03", "2026-09-04"));
		String[] old = this.before.getOrDefault(key, "").split(" ");
		String[] now = this.fixture.agentDays().getOrDefault(key, "").split(" ");
		assertThat(now[0]).as("id").isEqualTo(old[0]);
		assertThat(now[1]).as("revision").isEqualTo("2");
		assertThat(now[3]).as("updated at").isGreaterThan(old[3]);
		assertThat(now[5]).as("created at").isEqualTo(old[5]);
	}

	@Test
	void rebuildDoesNotMoveTheWatermark() {
		String watermark = this.fixture.watermarks();
		this.fixture.executions().insert(TestExecution.completed(this.bob, Instant.parse("2026-09-02T10:00:00Z"), 3));
		this.fixture.executions().insert(TestExecution.completed(this.bob, Instant.parse("2026-09-06T10:00:00Z"), 3));
		this.fixture.run(AggregatorFixture.rebuild("2026-09-01", "2026-09-04"));
		this.fixture.run(AggregatorFixture.rebuild(this.alice));
		assertThat(this.fixture.watermarks()).isEqualTo(watermark).isNotEmpty();
		this.before = this.fixture.agentDays();
		assertThat(this.fixture.run()).isTrue();
		assertThat(AggregatorFixture.difference(this.before, this.fixture.agentDays()))
			.containsExactly(this.bob + " 2026-09-06");
	}

	@Test
	void rebuildOfDaysThatWereNeverAggregatedClosesThem() {
		this.fixture.clock().set(Instant.parse("2026-09-12T01:00:00Z"));
		this.fixture.executions().insert(TestExecution.completed(this.bob, Instant.parse("2026-09-10T10:00:00Z"), 3));
		assertThat(this.fixture.run(AggregatorFixture.rebuild("2026-09-10", "2026-09-11"))).isTrue();
		assertThat(this.fixture.closedDays()).hasSize(8).containsKey("2026-09-10");
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.closedDays()).hasSize(11);
		this.fixture.run(AggregatorFixture.startOver());
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void startingOverAggregatesEverythingAnew() {
		assertThat(this.fixture.run(AggregatorFixture.startOver())).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(AggregatorFixture.difference(this.before, this.fixture.agentDays())).hasSize(14);
	}

	@Test
	void dayThatIsNotOverIsRefused() {
		assertRefused(AggregatorFixture.rebuild("2026-09-01", "2026-09-09"), "to=2026-09-09 is not over yet");
		assertRefused(AggregatorFixture.rebuildTo("2026-09-09"), "to=2026-09-09 is not over yet");
		assertRefused(AggregatorFixture.rebuildFrom("2026-09-08"), "from=2026-09-08 is not over yet");
		assertRefused(AggregatorFixture.rebuild("2026-10-01", "2026-10-02"), "2026-10-02 is not over yet");
	}

	@Test
	void dayWhoseExecutionsWereDroppedIsRefused() {
		dropUntil("2026-09-03");
		assertRefused(AggregatorFixture.rebuild("2026-09-02", "2026-09-05"),
				"from=2026-09-02 cannot be rebuilt: retention has dropped the executions before 2026-09-03");
	}

	@Test
	void droppedDaysOutliveEveryKindOfRun() {
		this.fixture.run(AggregatorFixture.startOver());
		dropUntil("2026-09-03");
		this.fixture.executions().insert(TestExecution.completed(this.bob, Instant.parse("2026-09-01T10:00:00Z"), 3));
		this.before = this.fixture.agentDays();
		for (RunRequest request : List.of(AggregatorFixture.upToDate(), AggregatorFixture.rebuildTo("2026-09-05"),
				AggregatorFixture.rebuild(this.alice), AggregatorFixture.startOver())) {
			assertThat(this.fixture.run(request)).isTrue();
			assertThat(AggregatorFixture.difference(this.before, this.fixture.agentDays())).as(request.toString())
				.noneMatch((agentDay) -> agentDay.endsWith("2026-09-01") || agentDay.endsWith("2026-09-02"));
			assertThat(this.fixture.closedDays()).containsKeys("2026-09-01", "2026-09-02").hasSize(7);
		}
	}

	@Test
	void databaseRestoredElsewhereIsRefusedUntilEverythingIsRebuilt() {
		this.fixture.sql().run("update aggregation_state set system_identifier = 42");
		assertRefused(AggregatorFixture.upToDate(), "restored into another PostgreSQL cluster (stored 42, now ");
		assertRefused(AggregatorFixture.rebuild("2026-09-01", "2026-09-02"), "restored into another");
		assertThat(this.fixture.run(AggregatorFixture.startOver())).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.run()).isTrue();
	}

	@Test
	void readersNeverSeeAMissingOrHalfDay() throws Exception {
		this.fixture.sql()
			.run("insert into agents select gen_random_uuid(), 'many ' || n from generate_series(1, 1500) n");
		this.fixture.sql().run("""
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				select id, id, 'COMPLETED', '2026-09-03 10:00:00+00', 7 from agents, generate_series(1, 2)
				""");
		this.fixture.run(AggregatorFixture.startOver());
		String day = """
				select count(*), sum(total_executions),
					count(*) filter (where total_executions <> (select sum(total) from unpack_hourly_counts(hourly_counts))),
					(select total_executions from aggregated_days where metric_date = '2026-09-03')
				from agent_metrics where metric_date = '2026-09-03'
				""";
		assertThat(this.fixture.sql().rows(day).getFirst()).containsExactly("1502", "3024", "0", "3024");
		int reads = 0;
		for (long before = 3_024; before < 3_024 + 3 * 1_502; before += 1_502) {
			this.fixture.sql().run("""
					insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
					select id, id, 'COMPLETED', '2026-09-03 11:00:00+00', 7 from agents
					""");
			Future<Boolean> rebuild = this.fixture.start(this.fixture.aggregator(),
					AggregatorFixture.rebuild("2026-09-03", "2026-09-04"));
			do {
				List<String> seen = this.fixture.sql().rows(day).getFirst();
				assertThat(seen.getFirst()).as("agents").isEqualTo("1502");
				assertThat(Long.parseLong(seen.get(1))).as("executions").isBetween(before, before + 1_502);
				assertThat(seen.get(2)).as("agent-days whose hours do not add up").isEqualTo("0");
				assertThat(seen.get(3)).as("executions of all agents").isIn("" + before, "" + (before + 1_502));
				reads++;
			}
			while (!rebuild.isDone());
			assertThat(rebuild.get()).isTrue();
		}
		assertThat(reads).isGreaterThan(20);
		assertThat(
				this.fixture.sql().number("select min(revision) from agent_metrics where metric_date = '2026-09-03'"))
			.isEqualTo(4);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	/** Makes all rows wrong, so that only a rebuilt one is right. */
	private void spoilEverything() {
		this.fixture.sql().run("update agent_metrics set total_errors = total_errors + 1");
		this.before = this.fixture.agentDays();
	}

	private void assertRebuilds(RunRequest request, String... days) {
		Map<String, String> closed = this.fixture.closedDays();
		assertThat(this.fixture.run(request)).isTrue();
		Set<String> changed = AggregatorFixture.difference(this.before, this.fixture.agentDays());
		assertThat(changed).hasSize(2 * days.length);
		assertThat(changed.stream().map((agentDay) -> agentDay.split(" ")[1]).collect(Collectors.toSet()))
			.containsExactlyInAnyOrder(days);
		assertThat(AggregatorFixture.difference(closed, this.fixture.closedDays())).containsExactly(days);
		this.fixture.sql().run("update agent_metrics set total_errors = total_errors - 1 where revision = 1");
		this.fixture.oracle().assertEverythingIsRight();
	}

	private void assertRefused(RunRequest request, String message) {
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> this.fixture.run(request))
			.withMessageContaining(message);
		assertThat(this.fixture.agentDays()).isEqualTo(this.before);
	}

	/** What retention does, without the trace that a DELETE leaves. */
	private void dropUntil(String day) {
		this.fixture.sql().run("set session_replication_role = replica");
		this.fixture.sql().run("delete from agent_executions where execution_start < '%s 00:00:00+00'", day);
		this.fixture.sql().run("set session_replication_role = default");
		this.fixture.sql().run("update aggregation_state set raw_from = '%s'", day);
	}

}
