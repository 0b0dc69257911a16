package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.agentmetrics.db.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two replicas of the API that count, and one aggregator after the other, on a database
 * that is written to all the time: round after round something is killed, cut off,
 * restarted or crashes. In the end each execution is counted once, and what is stored is
 * what the executions say. The short form has the kinds of faults after which no replica
 * has to start; {@code -Ddemo.fault-loop.rounds=…} has all kinds in turn.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Signals are those of POSIX")
class BothProgramsFaultLoopIntegrationTests {

	/** Up to {@link Fault#KILL_A_REPLICA}, which the other outlives. */
	private static final int SHORT_FORM = 4;

	private static final int ROUNDS = Integer.getInteger("demo.fault-loop.rounds", SHORT_FORM);

	private static final long SEED = Long.getLong("demo.fault-loop.seed", 20261126);

	private static final String AGENTS = "insert into agents (name) select 'agent ' || n from generate_series(1, 15) n";

	/** Over the last three days, so that two are to be aggregated again and again. */
	private static final String INSERT = """
			insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
			select id, id, (array['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'])[1 + floor(random() * 4)],
				now() - random() * interval '70 hours', floor(random() * 100000)
			from agents
			""";

	/** Ends some, tries some again in their own row, corrects some. */
	private static final String UPDATE = """
			update agent_executions
			set status = (array['RUNNING', 'COMPLETED', 'FAILED', 'TIMEOUT'])[1 + floor(random() * 4)]
			where random() < 0.2
			""";

	private static final String END_ALL = """
			update agent_executions set status = 'COMPLETED' where status in ('PENDING', 'RUNNING')
			""";

	private static final String CUT = """
			select pg_terminate_backend(pid) from pg_stat_activity
			where datname = current_database() and application_name like 'agent-metrics%' and random() < 0.5
			""";

	private static final String COUNTED = """
			select coalesce(sum(completed + failed + timed_out + cancelled), 0) from exposition_totals
			""";

	private static final String LAST_COUNTED = """
			select (extract(epoch from caught_up_at) * 1000000)::bigint from exposition_position
			""";

	private static final String DIFFERENT_DAYS = """
			select count(*) from (
				select agent_id, extract(epoch from execution_start)::bigint / 86400 as day, count(*) as total,
					count(*) filter (where status = 'COMPLETED') as successful, sum(execution_time_ms) as ms
				from agent_executions group by 1, 2
			) raw full join (
				select agent_id, metric_date - date '1970-01-01' as day, total_executions, successful_executions,
					sum_execution_time_ms
				from agent_metrics
			) stored using (agent_id, day)
			where day < extract(epoch from now())::bigint / 86400
				and (total, successful, ms) is distinct from (total_executions, successful_executions, sum_execution_time_ms)
			""";

	private final TestDatabase database = TestDatabase.createAlone();

	private final Random random = new Random(SEED);

	private final List<JarProcess> apis = new ArrayList<>();

	private int round;

	@TempDir
	private Path logs;

	@AfterEach
	void close() {
		this.apis.forEach(JarProcess::close);
		this.database.close();
	}

	@Test
	void eachExecutionIsCountedOnceAndWhatIsStoredIsRight() throws Exception {
		System.out.println("BothProgramsFaultLoopIntegrationTests: " + ROUNDS + " rounds, seed " + SEED);
		execute(AGENTS);
		startApi();
		startApi();
		await("counts", () -> number("select count(*) from exposition_position") == 1);
		execute(INSERT);
		for (; this.round < ROUNDS; this.round++) {
			Fault fault = Fault.values()[this.round % Fault.values().length];
			System.out.println("round " + this.round + ": " + fault);
			try (JarProcess aggregator = startAggregator()) {
				writeFor(Duration.ofMillis(700 + this.random.nextInt(1_500)));
				inflict(fault, aggregator);
				writeFor(Duration.ofMillis(500));
			}
		}
		for (int attempt = 0; attempt < 20 && !write(END_ALL); attempt++) {
			TimeUnit.SECONDS.sleep(1);
		}
		if (this.apis.stream().noneMatch((api) -> api.handle().isAlive())) {
			// those that were starting while PostgreSQL was away have given up
			startApi();
		}
		try (JarProcess last = startAggregator()) {
			assertThat(last.exitCode()).as(log()).isZero();
		}
		long executions = number("select count(*) from agent_executions");
		await("counted", () -> number(COUNTED) >= executions);
		// what is counted twice would come with the next
		long counted = number(LAST_COUNTED);
		await("counted again", () -> number(LAST_COUNTED) > counted);
		assertThat(number(COUNTED)).isEqualTo(executions);
		assertThat(number("select count(*) from exposition_reopened")).isZero();
		assertThat(number(DIFFERENT_DAYS)).isZero();
		assertThat(number("select count(*) from agent_metrics")).isGreaterThan(15);
	}

	private void inflict(Fault fault, JarProcess aggregator) throws InterruptedException {
		switch (fault) {
			case KILL_THE_AGGREGATOR -> aggregator.handle().destroyForcibly();
			case KILL_A_REPLICA -> {
				JarProcess victim = this.apis.remove(this.random.nextInt(this.apis.size()));
				victim.handle().destroyForcibly();
				if (this.round + 1 < ROUNDS) {
					startApi();
				}
			}
			case KILL_ALL -> {
				aggregator.handle().destroyForcibly();
				this.apis.forEach((api) -> api.handle().destroyForcibly());
				this.apis.clear();
				startApi();
				startApi();
			}
			case CUT_CONNECTIONS -> {
				for (int cut = 0; cut < 5; cut++) {
					write(CUT);
					TimeUnit.MILLISECONDS.sleep(this.random.nextInt(200));
				}
			}
			case RESTART_POSTGRESQL -> this.database.restartServer();
			case CRASH_POSTGRESQL -> this.database.crashServer();
		}
	}

	private void startApi() {
		Map<String, String> settings = environment();
		settings.put("AGENT_METRICS_SECURITY_MODE", "none");
		settings.put("SERVER_PORT", "0");
		settings.put("MANAGEMENT_SERVER_PORT", "0");
		this.apis.add(Programs.api(settings, ProcessBuilder.Redirect.appendTo(this.logs.resolve("api.log").toFile())));
	}

	private JarProcess startAggregator() {
		Map<String, String> settings = environment();
		settings.put("AGENT_METRICS_EXPOSITION_PORT", "-1");
		return Programs.aggregator(List.of(), settings,
				ProcessBuilder.Redirect.to(this.logs.resolve(this.round + ".log").toFile()));
	}

	private String log() throws IOException {
		return Files.readString(this.logs.resolve(this.round + ".log"));
	}

	private Map<String, String> environment() {
		return new HashMap<>(Map.of("SPRING_DATASOURCE_URL", this.database.url(), "SPRING_DATASOURCE_USERNAME",
				this.database.username(), "SPRING_DATASOURCE_PASSWORD", "any"));
	}

	private void writeFor(Duration time) {
		long end = System.nanoTime() + time.toNanos();
		while (System.nanoTime() < end) {
			write((this.random.nextInt(3) > 0) ? INSERT : UPDATE);
		}
	}

	/**
	 * Writes, unless the database is away just now; whether that is committed it knows.
	 */
	private boolean write(String sql) {
		try {
			execute(sql);
			return true;
		}
		catch (SQLException away) {
			return false;
		}
	}

	private void execute(String sql) throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private long number(String sql) throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getLong(1);
		}
	}

	private static void await(String what, Condition condition) throws Exception {
		for (int attempt = 0; attempt < 600; attempt++) {
			if (condition.holds()) {
				return;
			}
			TimeUnit.MILLISECONDS.sleep(200);
		}
		throw new AssertionError("Not within two minutes: " + what);
	}

	private interface Condition {

		boolean holds() throws Exception;

	}

	private enum Fault {

		KILL_THE_AGGREGATOR, CUT_CONNECTIONS, CRASH_POSTGRESQL, KILL_A_REPLICA, RESTART_POSTGRESQL, KILL_ALL

	}

}
