package io.agentmetrics.aggregator;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An hour in which one agent fails very often, each time with a long message, read by the
 * program with less heap than the image gives it. The short form has as many failures as
 * are too many to be packed; {@code -Daggregator.many-failures=280000} has more than
 * PostgreSQL could put into one array.
 */
class ManyFailuresIntegrationTests {

	private static final int FAILURES = Integer.getInteger("aggregator.many-failures", 10_500);

	@Test
	void hourOfLongMessagesIsAggregated() {
		try (AggregatorFixture fixture = AggregatorFixture.atNoon()) {
			fixture.executions().agent("fails");
			fixture.sql()
				.run("""
						insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms, error_message)
						select id, id, 'FAILED', (date '%s' - 1 + time '10:00') at time zone '%s' + n * interval '1 ms', n,
							repeat(U&'\\+01F4A5', 1000) || n
						from agents, generate_series(1, %s) n
						""",
						fixture.today(), fixture.zone(), FAILURES);
			long started = System.nanoTime();
			try (AggregatorProcess run = AggregatorProcess.start(fixture)) {
				assertThat(run.exitCode(Duration.ofMinutes(5))).as(run.output()).isZero();
			}
			System.out.printf("%,d failures in %.1f s%n", FAILURES, (System.nanoTime() - started) / 1e9);
			assertThat(fixture.sql().number("select failed_executions from agent_metrics")).isEqualTo(FAILURES);
			assertThat(fixture.sql().number("select sum(occurrences) from agent_error_groups")).isEqualTo(FAILURES);
			assertThat(fixture.sql().number("select count(*) from agent_day_failures")).isZero();
		}
	}

}
