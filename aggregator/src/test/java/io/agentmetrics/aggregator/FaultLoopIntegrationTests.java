package io.agentmetrics.aggregator;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Round after round executions change while aggregators are killed, stopped, paused, cut
 * off and started side by side, and while PostgreSQL restarts and crashes: in the end
 * everything is right, and nothing is in the way of the next run.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Signals are those of POSIX")
class FaultLoopIntegrationTests {

	private static final int ROUNDS = Integer.getInteger("aggregator.fault-loop.rounds", Fault.values().length);

	private static final long SEED = Long.getLong("aggregator.fault-loop.seed", 20261122);

	private static final int AGENTS = 40;

	private static final int DAYS = 120;

	/** How soon after it has begun something happens to a run. */
	private static final int SOON_MS = 700;

	private final AggregatorFixture fixture = AggregatorFixture.atNoonAlone();

	private final Random random = new Random(SEED);

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void afterAnyFaultsTheNextRunMakesEverythingRight() {
		System.out.println("FaultLoopIntegrationTests: " + ROUNDS + " rounds, seed " + SEED);
		this.fixture.storeDays(AGENTS, DAYS);
		for (int round = 0; round < ROUNDS; round++) {
			Fault fault = Fault.values()[round % Fault.values().length];
			changeExecutions(DAYS + round);
			System.out.println("round " + round + ": " + fault + " -> " + inflict(fault));
		}
		changeExecutions(DAYS);
		try (AggregatorProcess last = AggregatorProcess.start(this.fixture)) {
			assertThat(last.exitCode()).as(last.output()).isZero();
		}
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql()
			.number("select count(*) from batch_job_execution where status in ('STARTING', 'STARTED', 'STOPPING')"))
			.isZero();
		assertThat(this.fixture.sql().number("select count(*) from pg_locks where locktype = 'advisory'")).isZero();
	}

	/** Returns the exit codes. */
	private List<Integer> inflict(Fault fault) {
		return switch (fault) {
			case FOUR_AT_ONCE_ON_A_FRESH_DAY -> {
				assertThat(this.fixture.sql()
					.number("""
							select count(*) from aggregated_days
							where metric_date <= (select min((execution_start at time zone '%s')::date) from agent_executions)
							""",
							this.fixture.zone()))
					.isZero();
				yield fourAtOnce();
			}
			case FOUR_AT_ONCE_ON_A_FAILED_DAY -> {
				assertThat(this.fixture.sql()
					.value("select status from batch_job_execution order by job_execution_id desc limit 1"))
					// unknown where the fault left Batch no connection to write it down
					.isIn("FAILED", "UNKNOWN");
				yield fourAtOnce();
			}
			case KILL -> atAnyMoment(AggregatorProcess::kill, 137);
			case TERMINATE -> atAnyMoment(AggregatorProcess::terminate, 143);
			case PAUSE_AND_OVERTAKE -> atAnyMoment(this::pauseAndOvertake, 5);
			case RESTART_OF_POSTGRESQL -> atAnyMoment((process) -> this.fixture.restartServer(), 4, 5);
			case CRASH_OF_POSTGRESQL -> atAnyMoment((process) -> this.fixture.crashServer(), 4, 5);
			case CUT_WITHIN_A_SLICE -> cut(UnreliableNetwork.Cut.WITHIN_A_SLICE);
			case CUT_BEFORE_COMMIT -> cut(UnreliableNetwork.Cut.BEFORE_COMMIT);
			case CUT_AFTER_COMMIT -> cut(UnreliableNetwork.Cut.AFTER_COMMIT);
		};
	}

	private List<Integer> fourAtOnce() {
		List<AggregatorProcess> processes = Stream.generate(() -> AggregatorProcess.start(this.fixture))
			.limit(4)
			.toList();
		try {
			List<Integer> codes = processes.stream().map(AggregatorProcess::exitCode).toList();
			assertThat(codes).contains(0).isSubsetOf(0, 3);
			return codes;
		}
		finally {
			processes.forEach(AggregatorProcess::close);
		}
	}

	/**
	 * Lets something happen while a run is at work.
	 * @param event what
	 * @param codes how the run then ends; or with 0, when it has just finished
	 */
	private List<Integer> atAnyMoment(Consumer<AggregatorProcess> event, Integer... codes) {
		try (AggregatorProcess process = AggregatorProcess.start(this.fixture)) {
			awaitWork(process);
			if (!process.endsWithin(Duration.ofMillis(this.random.nextInt(SOON_MS)))) {
				event.accept(process);
			}
			int code = process.exitCode();
			assertThat(Stream.concat(Stream.of(0), Stream.of(codes))).as(process.output()).contains(code);
			return List.of(code);
		}
	}

	/**
	 * Takes the lock from a paused run, as a broken connection would, and starts another
	 * one, which has to do everything even if the first is in the middle of writing.
	 */
	private void pauseAndOvertake(AggregatorProcess process) {
		process.pause();
		this.fixture.terminate("agent-metrics-aggregator-lock");
		try (AggregatorProcess next = AggregatorProcess.start(this.fixture)) {
			assertThat(next.exitCode()).as(next.output()).isZero();
		}
		process.resume();
	}

	private List<Integer> cut(UnreliableNetwork.Cut cut) {
		try (UnreliableNetwork network = new UnreliableNetwork(this.fixture.database().url(), cut,
				this.random.nextInt(1_000));
				AggregatorProcess process = AggregatorProcess.startAt(network.url(), this.fixture)) {
			assertThat(process.exitCode()).as(process.output()).isEqualTo(5);
			assertThat(network.hasCut()).isTrue();
			return List.of(5);
		}
	}

	/** Waits until a run has its lease, or had it. */
	private void awaitWork(AggregatorProcess process) {
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

	/**
	 * Late, corrected and deleted executions all over the days, and an earlier first day.
	 */
	private void changeExecutions(int days) {
		long seed = this.random.nextInt(1_000_000);
		this.fixture.sql().run("select setseed(0.%s)", seed);
		this.fixture.sql()
			.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
					select id, id, 'COMPLETED', (date '%1$s' - (case n when 1 then %2$s else 1 + floor(random() * %2$s) end)::int + time '11:00') at time zone '%3$s',
						floor(random() * 100000)
					from agents, generate_series(1, 20) as n
					""",
					this.fixture.today(), days, this.fixture.zone());
		this.fixture.sql()
			.run("update agent_executions set status = 'TIMEOUT', error_message = 'late' where random() < 0.05");
		this.fixture.sql().run("delete from agent_executions where random() < 0.05");
	}

	private enum Fault {

		FOUR_AT_ONCE_ON_A_FRESH_DAY, KILL, TERMINATE, PAUSE_AND_OVERTAKE, RESTART_OF_POSTGRESQL, CRASH_OF_POSTGRESQL,
		CUT_WITHIN_A_SLICE, CUT_BEFORE_COMMIT, CUT_AFTER_COMMIT, FOUR_AT_ONCE_ON_A_FAILED_DAY

	}

}
