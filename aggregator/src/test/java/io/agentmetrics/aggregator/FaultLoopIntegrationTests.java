package io.agentmetrics.aggregator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Round after round executions change while aggregators are killed, stopped, paused and
 * cut off at any moment: in the end everything is right.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Signals are those of POSIX")
class FaultLoopIntegrationTests {

	private static final int ROUNDS = Integer.getInteger("aggregator.fault-loop.rounds", 6);

	private static final long SEED = Long.getLong("aggregator.fault-loop.seed", 20261122);

	private static final int DAYS = 120;

	private final AggregatorFixture fixture = AggregatorFixture.atNoon();

	private final Random random = new Random(SEED);

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void afterAnyFaultsTheNextRunMakesEverythingRight() {
		System.out.println("FaultLoopIntegrationTests seed " + SEED);
		this.fixture.storeDays(40, DAYS);
		for (int round = 0; round < ROUNDS; round++) {
			Fault fault = Fault.values()[round % Fault.values().length];
			List<AggregatorProcess> processes = new ArrayList<>();
			try {
				int count = (fault == Fault.TWO_AT_ONCE) ? 2 : 1;
				for (int i = 0; i < count; i++) {
					processes.add(AggregatorProcess.start(this.fixture));
				}
				awaitWorkOrEnd(processes.getFirst());
				changeExecutions();
				processes.getFirst().endsWithin(Duration.ofMillis(this.random.nextInt(700)));
				System.out.println("round " + round + ": " + fault);
				inflict(fault, processes.getFirst());
				for (AggregatorProcess process : processes) {
					assertThat(process.exitCode()).as(process.output()).isIn(0, 3, 4, 5, 137, 143);
				}
			}
			finally {
				processes.forEach(AggregatorProcess::close);
			}
			changeExecutions();
		}
		try (AggregatorProcess last = AggregatorProcess.start(this.fixture)) {
			assertThat(last.exitCode()).as(last.output()).isZero();
		}
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql()
			.number("select count(*) from batch_job_execution where status in ('STARTING', 'STARTED')")).isZero();
	}

	private void inflict(Fault fault, AggregatorProcess process) {
		switch (fault) {
			case KILL, TWO_AT_ONCE -> process.kill();
			case TERMINATE -> process.terminate();
			case CUT_OFF -> this.fixture.terminate("agent-metrics-aggregator%");
			case LOSE_THE_LOCK -> {
				this.fixture.terminate("agent-metrics-aggregator-lock");
				try (AggregatorProcess next = AggregatorProcess.start(this.fixture)) {
					assertThat(next.exitCode()).as(next.output()).isIn(0, 3);
				}
			}
			case NONE -> assertThat(process.exitCode()).as(process.output()).isZero();
		}
	}

	/** Waits until a run has its lease, or had it. */
	private void awaitWorkOrEnd(AggregatorProcess process) {
		for (int poll = 0; poll < 600; poll++) {
			if (process.endsWithin(Duration.ofMillis(50)) || this.fixture.sql().number("""
					select count(*) from pg_stat_activity
					where datname = current_database() and application_name = 'agent-metrics-aggregator-lock'
					""") > 0) {
				return;
			}
		}
		throw new AssertionError("Not at work after 30 s:\n" + process.output());
	}

	/** Late, corrected and deleted executions all over the days. */
	private void changeExecutions() {
		long seed = this.random.nextInt(1_000_000);
		this.fixture.sql().run("select setseed(0.%s)", seed);
		this.fixture.sql()
			.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
					select id, id, 'COMPLETED', (date '%s' - (1 + floor(random() * %s))::int + time '11:00') at time zone '%s',
						floor(random() * 100000)
					from agents, generate_series(1, 20)
					""",
					this.fixture.today(), DAYS, this.fixture.zone());
		this.fixture.sql()
			.run("update agent_executions set status = 'TIMEOUT', error_message = 'late' where random() < 0.05");
		this.fixture.sql().run("delete from agent_executions where random() < 0.05");
	}

	private enum Fault {

		KILL, TERMINATE, CUT_OFF, TWO_AT_ONCE, LOSE_THE_LOCK, NONE

	}

}
