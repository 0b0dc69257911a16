package io.agentmetrics.aggregator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Agents' days that cannot be calculated or stored harm themselves only.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailedAgentDaysIntegrationTests {

	private static final String DAY = "2026-09-02";

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	private final UUID broken = this.fixture.executions().agent("broken");

	private final UUID sane = this.fixture.executions().agent("sane");

	@BeforeEach
	void storeExecutions() {
		RandomExecutions random = new RandomExecutions(5);
		for (int day = 1; day < 4; day++) {
			this.fixture.executions().insertAll(random.of(this.sane, LocalDate.parse("2026-09-0" + day), 20));
			this.fixture.executions().insertAll(random.of(this.broken, LocalDate.parse("2026-09-0" + day), 20));
		}
	}

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			agent_executions_time_not_negative | execution_time_ms = -7   | A duration is not negative: -7 ms
			agent_executions_status_known      | status = 'BOGUS'         | Unknown status 'BOGUS' of an execution
			""")
	void rowThatCannotBeUnderstoodHarmsItsOwnAgentsDayOnly(String constraint, String damage, String reason,
			CapturedOutput output) {
		this.fixture.sql().run("alter table agent_executions drop constraint " + constraint);
		damage(damage);
		assertThat(this.fixture.run()).isTrue();
		assertBrokenDayIsMarked(reason);
		assertThat(output).contains("An agent's day was not aggregated").contains(this.broken.toString());
		assertNothingIsTriedAgain();
		this.fixture.sql()
			.run("update agent_executions set status = 'COMPLETED', execution_time_ms = 7 where agent_id = '%s'",
					this.broken);
		assertThat(this.fixture.run()).isTrue();
		assertEverythingIsRight();
	}

	@Test
	void agentsDayThatWasStoredAndFailsNowLosesItsRow() {
		assertThat(this.fixture.run()).isTrue();
		this.fixture.sql().run("alter table agent_executions drop constraint agent_executions_time_not_negative");
		damage("execution_time_ms = -7");
		assertThat(this.fixture.run()).isTrue();
		assertBrokenDayIsMarked("A duration is not negative: -7 ms");
	}

	@Test
	void rowThatPostgresRefusesIsFoundAmongTheOthers() {
		for (int agent = 0; agent < 20; agent++) {
			this.fixture.executions()
				.insert(TestExecution.completed(this.fixture.executions().agent("agent " + agent), at("10:00"), 5));
		}
		this.fixture.sql()
			.run("alter table agent_metrics add constraint not_broken check (agent_id <> '%s' or metric_date <> '%s')",
					this.broken, DAY);
		assertThat(this.fixture.run()).isTrue();
		assertBrokenDayIsMarked(
				"ERROR: new row for relation \"agent_metrics\" violates check constraint \"not_broken\"");
		assertThat(this.fixture.sql().number("select agents from aggregated_days where metric_date = '%s'", DAY))
			.isEqualTo(21);
		this.fixture.sql().run("alter table agent_metrics drop constraint not_broken");
		assertThat(this.fixture.run(AggregatorFixture.rebuild(this.broken))).isTrue();
		assertEverythingIsRight();
	}

	@Test
	void anotherVersionOfTheProgramTriesAgain() {
		this.fixture.sql()
			.run("alter table agent_metrics add constraint not_broken check (agent_id <> '%s')", this.broken);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.sql().run("alter table agent_metrics drop constraint not_broken");
		assertThat(this.fixture.run()).isTrue();
		assertThat(marks()).hasSize(3);
		this.fixture.sql().run("update agent_day_failures set program = '0.9'");
		assertThat(this.fixture.run()).isTrue();
		assertEverythingIsRight();
	}

	@Test
	void shardsCloseADayWithoutTheAgentsThatFailed() {
		this.fixture.sql().run("alter table agent_executions drop constraint agent_executions_time_not_negative");
		damage("execution_time_ms = -7");
		for (int shard = 0; shard < 2; shard++) {
			assertThat(this.fixture.run(AggregatorFixture.shard(shard, 2))).isTrue();
		}
		assertBrokenDayIsMarked("A duration is not negative: -7 ms");
	}

	@Test
	void manyLongMessagesInOneHourAreRead() {
		this.fixture.sql()
			.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms, error_message)
					select '%s', gen_random_uuid(), 'FAILED', timestamptz '%s 10:00:00+00' + n * interval '1 ms', n,
						'Cannot ' || chr(97 + n %% 3) || repeat(' 𝄞', 600)
					from generate_series(1, 3000) n
					""",
					this.broken, DAY);
		assertThat(this.fixture.run()).isTrue();
		assertEverythingIsRight();
		assertThat(this.fixture.sql().rows("""
				select left(example, 8), occurrences from agent_error_groups
				where agent_id = '%s' and metric_date = '%s' and fingerprint like 'Cannot _ %%' order by 1
				""", this.broken, DAY)).containsExactly(List.of("Cannot a", "1000"), List.of("Cannot b", "1000"),
				List.of("Cannot c", "1000"));
	}

	@Test
	void agentsThatDoNotFitIntoMemoryAreDoneInParts() {
		this.fixture.with("agent-metrics.aggregator.memory=1MB");
		this.fixture.sql()
			.run("insert into agents select gen_random_uuid(), 'agent ' || n from generate_series(1, 3000) n");
		this.fixture.sql().run("""
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				select id, id, 'COMPLETED', timestamptz '%s 10:00:00+00' + n * interval '1 minute', n
				from agents, generate_series(1, 4) n
				""", DAY);
		assertThat(this.fixture.run()).isTrue();
		assertEverythingIsRight();
		this.fixture.sql()
			.run("update agent_executions set execution_time_ms = 8 where execution_start < '2026-09-03'");
		assertThat(this.fixture.run()).isTrue();
		assertEverythingIsRight();
	}

	private void damage(String damage) {
		this.fixture.sql()
			.run("update agent_executions set " + damage
					+ " where agent_id = '%s' and id = (select min(id::text)::uuid "
					+ "from agent_executions where agent_id = '%s' and execution_start >= '%s' and execution_start < '2026-09-03')",
					this.broken, this.broken, DAY);
	}

	private void assertBrokenDayIsMarked(String reason) {
		assertThat(this.fixture.agentDays()).doesNotContainKey(this.broken + " " + DAY)
			.containsKeys(this.sane + " " + DAY, this.broken + " 2026-09-01", this.broken + " 2026-09-03");
		assertThat(this.fixture.closedDays()).containsKey(DAY).hasSize(7);
		assertThat(this.fixture.watermarks()).isNotEmpty();
		assertThat(marks()).singleElement()
			.satisfies((mark) -> assertThat(mark).startsWith(this.broken + " " + DAY + " " + reason));
		assertThat(this.fixture.sql().value("""
				select total_executions = (select sum(total_executions) from agent_metrics where metric_date = '%s')
					and agents = (select count(*) from agent_metrics where metric_date = '%s')
					and cardinality(hourly_total) = 24
				from aggregated_days where metric_date = '%s'
				""", DAY, DAY, DAY)).isEqualTo("t");
	}

	private void assertNothingIsTriedAgain() {
		List<String> before = marks();
		assertThat(this.fixture.run()).isTrue();
		assertThat(marks()).isEqualTo(before);
	}

	private void assertEverythingIsRight() {
		assertThat(marks()).isEmpty();
		this.fixture.oracle().assertEverythingIsRight();
	}

	private List<String> marks() {
		return this.fixture.sql()
			.column("select concat_ws(' ', agent_id, metric_date, reason, last_failed_at) from agent_day_failures order by 1");
	}

	private static Instant at(String time) {
		return Instant.parse(DAY + "T" + time + ":00Z");
	}

}
