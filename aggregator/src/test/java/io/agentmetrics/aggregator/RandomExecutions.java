package io.agentmetrics.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;

/**
 * Executions as unlike each other as the schema allows, the same for the same seed.
 */
final class RandomExecutions {

	private static final List<String> MESSAGES = List.of("", " ", "Timeout after 30 s (request 8812)",
			"it's \"quoted\" and \\backslashed", "\uD83D\uDE80 rocket \uD83D\uDE80 " + "\uD83D\uDE80".repeat(600),
			"first line\nsecond line\r\n\tthird", "x".repeat(10_240), "none, null, NULL, {}, \\N", "other",
			"https://example.org/a?b=c /var/log/agent.log 4a9c11de-0000-4000-8000-00000000beef");

	private static final List<String> COSTS = List.of("0", "0.10", "0.100",
			"0.0000000000000000000000000000000000000001", "999999.999999", "12", "0.033333333");

	private final Random random;

	private final ZoneId zone;

	RandomExecutions(long seed) {
		this(seed, ZoneOffset.UTC);
	}

	RandomExecutions(long seed, ZoneId zone) {
		System.out.println("RandomExecutions seed " + seed);
		this.random = new Random(seed);
		this.zone = zone;
	}

	/**
	 * Makes executions of one agent that start on one day.
	 * @param agentId the agent
	 * @param day the day
	 * @param count how many
	 * @return the executions
	 */
	List<TestExecution> of(UUID agentId, LocalDate day, int count) {
		List<TestExecution> executions = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			executions.add(one(agentId, day));
		}
		return executions;
	}

	TestExecution one(UUID agentId, LocalDate day) {
		ExecutionStatus status = (this.random.nextInt(3) > 0) ? ExecutionStatus.COMPLETED
				: ExecutionStatus.values()[this.random.nextInt(ExecutionStatus.values().length)];
		String message = message(status);
		return new TestExecution(agentId, status, start(day), ms(), (message != null) ? "TestError" : null, message,
				report());
	}

	int nextInt(int bound) {
		return this.random.nextInt(bound);
	}

	/** Any microsecond of the day, its very first and last more often. */
	private Instant start(LocalDate day) {
		Instant start = day.atStartOfDay(this.zone).toInstant();
		long micros = Duration.between(start, day.plusDays(1).atStartOfDay(this.zone).toInstant()).toMillis() * 1_000;
		long offset = switch (this.random.nextInt(10)) {
			case 0 -> 0;
			case 1 -> micros - 1;
			case 2 -> this.random.nextLong(micros / 3_600_000_000L) * 3_600_000_000L;
			default -> this.random.nextLong(micros);
		};
		return start.plusNanos(offset * 1_000);
	}

	/** Many report nothing, most of the others are of few releases. */
	private TestExecution.Report report() {
		if (this.random.nextInt(3) == 0) {
			return TestExecution.Report.NONE;
		}
		String version = switch (this.random.nextInt(8)) {
			case 0 -> null;
			case 1 -> "v1 \uD83D\uDE80 \uFF5E";
			case 2 -> "build " + this.random.nextInt(200);
			default -> "v" + this.random.nextInt(3);
		};
		String environment = switch (this.random.nextInt(4)) {
			case 0 -> null;
			case 1 -> "staging";
			default -> "production";
		};
		return new TestExecution.Report(version, environment, tokens(), tokens(), tokens(),
				this.random.nextBoolean() ? COSTS.get(this.random.nextInt(COSTS.size())) : null);
	}

	private @Nullable Long tokens() {
		return switch (this.random.nextInt(8)) {
			case 0, 1, 2 -> null;
			case 3 -> 0L;
			case 4 -> 1_000_000_000_000L;
			default -> Math.round(Math.exp(6 + 1.5 * this.random.nextGaussian()));
		};
	}

	private @Nullable Long ms() {
		return switch (this.random.nextInt(20)) {
			case 0, 1 -> null;
			case 2 -> 0L;
			case 3 -> Duration.ofDays(20 + this.random.nextInt(20)).toMillis() + this.random.nextInt(1_000);
			case 4, 5 -> 1_000L;
			default -> Math.round(Math.exp(7 + 1.5 * this.random.nextGaussian()));
		};
	}

	private @Nullable String message(ExecutionStatus status) {
		boolean failed = status == ExecutionStatus.FAILED || status == ExecutionStatus.TIMEOUT;
		return (this.random.nextInt(10) < (failed ? 9 : 1)) ? MESSAGES.get(this.random.nextInt(MESSAGES.size())) : null;
	}

}
