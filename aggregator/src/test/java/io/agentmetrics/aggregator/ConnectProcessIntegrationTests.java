package io.agentmetrics.aggregator;

import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code connect} as a process of its own, which is killed at any moment while a platform
 * writes. {@code -Dconnect.kills} sets how often.
 */
class ConnectProcessIntegrationTests {

	private static final int KILLS = Integer.getInteger("connect.kills", 2);

	private static final int ROWS = 10_000;

	@Test
	void killedCopiesLoseNothingAndDoubleNothing() {
		long seed = System.nanoTime();
		System.out.println("Seed of the kills: " + seed);
		Random random = new Random(seed);
		try (AggregatorFixture fixture = AggregatorFixture.atNoon()) {
			PlatformTable platform = new PlatformTable(fixture);
			platform.fill(ROWS);
			try (PlatformTable.Clients _ = platform.clients(4, seed)) {
				for (int kill = 0; kill < KILLS; kill++) {
					try (AggregatorProcess process = connect(fixture, "connect",
							"--agent-metrics.sources.platform.rows-per-second=2000")) {
						await().atMost(Duration.ofMinutes(1))
							.until(() -> fixture.sql()
								.number("select count(*) from execution_sources where copied_through is not null") == 1);
						process.endsWithin(Duration.ofMillis(random.nextInt(1_500)));
						process.kill();
					}
					assertThat(fixture.sql().column("select copied_through from execution_sources")).as("still copying")
						.doesNotContain("null");
				}
				try (AggregatorProcess process = connect(fixture, "connect")) {
					assertThat(process.exitCode(Duration.ofMinutes(5))).as(process.output()).isZero();
					assertThat(process.output()).contains("History copied");
				}
				assertThat(platform.differences()).as("while clients write").isEmpty();
				for (int look = 0; look < 20; look++) {
					assertThat(platform.wrongNumbers()).as("while clients write").isEmpty();
				}
			}
			assertThat(platform.differences()).isEmpty();
			assertThat(platform.wrongNumbers()).isEmpty();
			try (AggregatorProcess run = AggregatorProcess.start(fixture)) {
				assertThat(run.exitCode(Duration.ofMinutes(5))).as(run.output()).isZero();
			}
			assertThat(platform.wrongDays()).isEmpty();
			try (AggregatorProcess process = connect(fixture, "connect", "status", "source=platform")) {
				assertThat(process.exitCode()).isZero();
				assertThat(process.output()).contains("changes come over").doesNotContain("DIFFERENT", "MISSED");
			}
		}
	}

	@Test
	void sentencesAndExitCodesSayWhatIsWrong() {
		try (AggregatorFixture fixture = AggregatorFixture.atNoon()) {
			new PlatformTable(fixture);
			try (AggregatorProcess process = connect(fixture, "connect", "source=nothing")) {
				assertThat(process.exitCode()).isEqualTo(2);
				assertThat(process.output())
					.contains("There is no source nothing under agent-metrics.sources: there are platform")
					.doesNotContain("\tat ");
			}
			try (AggregatorProcess process = connect(fixture, "disconnect", "source=platform", "executions=keep")) {
				assertThat(process.exitCode()).isEqualTo(2);
				assertThat(process.output()).contains("The source platform is not connected").doesNotContain("\tat ");
			}
		}
	}

	private static AggregatorProcess connect(AggregatorFixture fixture, String... arguments) {
		return AggregatorProcess.start(fixture,
				Stream.concat(Stream.of(arguments), Stream.of(PlatformTable.SETTINGS).map("--"::concat))
					.toArray(String[]::new));
	}

}
