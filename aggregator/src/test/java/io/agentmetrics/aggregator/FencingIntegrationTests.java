package io.agentmetrics.aggregator;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;

import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.aggregator.lease.Leases;
import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.FailedAgentDays;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.aggregator.rollup.UnitParts;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.DayBatch;
import io.agentmetrics.aggregator.sink.DaySink;
import io.agentmetrics.aggregator.sink.FencedOffException;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.time.DayCalendar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A run that was overtaken while it was paused or cut off writes nothing any more.
 */
class FencingIntegrationTests {

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	private final UUID agent = this.fixture.executions().agent("a");

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void runThatWasOvertakenWritesNothingAndFails() throws Exception {
		for (int day = 1; day <= 7; day++) {
			this.fixture.executions()
				.insert(TestExecution.completed(this.agent, Instant.parse("2026-09-0" + day + "T10:00:00Z"), 5));
		}
		try (InProcessAggregator other = this.fixture.another(); SqlSession gate = this.fixture.session()) {
			holdFirstRun(gate);
			Future<Boolean> overtaken = this.fixture.start(this.fixture.aggregator(), AggregatorFixture.upToDate());
			this.fixture.awaitBlocked(1);
			this.fixture.terminate("agent-metrics-aggregator-lock");
			assertThat(other.run(AggregatorFixture.upToDate())).isTrue();
			Map<String, String> agentDays = this.fixture.agentDays();
			Map<String, String> closedDays = this.fixture.closedDays();
			gate.run("select pg_advisory_unlock(4711)");
			assertThat(overtaken.get()).isFalse();
			assertThat(this.fixture.agentDays()).isEqualTo(agentDays).hasSize(7);
			assertThat(this.fixture.closedDays()).isEqualTo(closedDays).hasSize(7);
		}
		assertThat(this.fixture.sql().column("select distinct revision from agent_metrics")).containsExactly("1");
		assertThat(this.fixture.sql().column("select distinct revision from aggregated_days")).containsExactly("1");
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.run()).isTrue();
	}

	@Test
	void everyWayToWriteIsClosedToALeaseThatWasOvertaken() throws SQLException {
		this.fixture.executions().insert(TestExecution.completed(this.agent, Instant.parse("2026-09-02T10:00:00Z"), 5));
		assertThat(this.fixture.run()).isTrue();
		Map<String, String> agentDays = this.fixture.agentDays();
		Map<String, String> closedDays = this.fixture.closedDays();
		String watermarks = this.fixture.watermarks();
		Leases leases = this.fixture.aggregator().bean(Leases.class);
		AggregationState state = this.fixture.aggregator().bean(AggregationState.class);
		DaySink sink = new DaySink(this.fixture.database().dataSource(), new DayCalendar(ZoneOffset.UTC),
				new FailedAgentDays("test", (failure) -> {
				}), this.fixture.clock());
		DayBatch nobodyWasThere = new DayBatch(List.of(), List.of(),
				List.of(new DayBatch.Day(new DayBatch.Present(LocalDate.parse("2026-09-02"),
						new AgentSelection.Sharded(Shard.WHOLE), List.of(), false), UnitParts.Sum.EMPTY, false)));
		try (Lease overtaken = leases.acquire(Shard.WHOLE)) {
			this.fixture.terminate("agent-metrics-aggregator-lock");
			try (Lease newer = leases.acquire(Shard.WHOLE)) {
				assertThat(newer.fence()).isGreaterThan(overtaken.fence());
				assertThatExceptionOfType(FencedOffException.class)
					.isThrownBy(() -> sink.write(nobodyWasThere, overtaken, "9:9:"))
					.withMessageStartingWith("A newer aggregator has started (fence " + newer.fence() + ", ours is "
							+ overtaken.fence() + ")");
				assertThatExceptionOfType(FencedOffException.class).isThrownBy(() -> state.complete(overtaken, "9:9:"));
				assertThatExceptionOfType(FencedOffException.class)
					.isThrownBy(() -> state.startOver(overtaken, ZoneOffset.UTC));
			}
		}
		assertThat(this.fixture.agentDays()).isEqualTo(agentDays);
		assertThat(this.fixture.closedDays()).isEqualTo(closedDays);
		assertThat(this.fixture.watermarks()).isEqualTo(watermarks);
	}

	@Test
	void shardThatAnAggregatorWithoutShardsHasReplacedIsFencedOff() throws SQLException {
		Leases leases = this.fixture.aggregator().bean(Leases.class);
		AggregationState state = this.fixture.aggregator().bean(AggregationState.class);
		try (Lease shard = leases.acquire(new Shard(1, 3))) {
			this.fixture.terminate("agent-metrics-aggregator-lock");
			assertThat(this.fixture.run()).isTrue();
			assertThatExceptionOfType(FencedOffException.class).isThrownBy(() -> state.complete(shard, "9:9:"));
		}
	}

	/**
	 * Makes the first run wait for this session when it has planned and is about to read.
	 */
	private static void holdFirstRun(SqlSession gate) {
		gate.run("""
				create function hold_first_run() returns trigger language plpgsql as $$
				begin
					if new.job_execution_id = (select min(job_execution_id) from batch_job_execution) then
						perform pg_advisory_xact_lock_shared(4711);
					end if;
					return new;
				end $$
				""");
		gate.run("""
				create trigger hold_first_run before insert on batch_step_execution
				for each row execute function hold_first_run()
				""");
		gate.run("select pg_advisory_lock(4711)");
	}

}
