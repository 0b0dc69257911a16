package io.agentmetrics.aggregator;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;

import io.agentmetrics.aggregator.job.AggregationRequest;
import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.aggregator.lease.Leases;
import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.DayCalendar;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.DayItem;
import io.agentmetrics.aggregator.sink.DaySink;
import io.agentmetrics.aggregator.sink.FencedOffException;
import io.agentmetrics.db.TestExecution;
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
			gate.run("begin");
			// planned and about to begin: the run wants to note its first step
			gate.run("lock table batch_step_execution in share mode");
			Future<Boolean> overtaken = this.fixture.start(this.fixture.aggregator(), AggregationRequest.upToDate());
			this.fixture.awaitBlocked(1);
			this.fixture.terminate("agent-metrics-aggregator-lock");
			Future<Boolean> next = this.fixture.start(other, AggregationRequest.upToDate());
			this.fixture.awaitBlocked(2);
			gate.run("commit");
			assertThat(next.get()).isTrue();
			Map<String, String> afterNext = this.fixture.agentDays();
			assertThat(overtaken.get()).isFalse();
			assertThat(this.fixture.agentDays()).isEqualTo(afterNext).hasSize(7);
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
				this.fixture.clock());
		DayItem.Day nobodyWasThere = new DayItem.Day(LocalDate.parse("2026-09-02"),
				new AgentSelection.Sharded(Shard.WHOLE), Set.of(), 0, Optional.empty(), 0, false, false);
		try (Lease overtaken = leases.acquire(Shard.WHOLE)) {
			this.fixture.terminate("agent-metrics-aggregator-lock");
			try (Lease newer = leases.acquire(Shard.WHOLE)) {
				assertThat(newer.fence()).isGreaterThan(overtaken.fence());
				assertThatExceptionOfType(FencedOffException.class)
					.isThrownBy(() -> sink.write(List.of(nobodyWasThere), overtaken, "9:9:"))
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

}
