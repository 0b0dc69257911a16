package io.agentmetrics.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Executions of one agent with the values at which columns end, as a database may hold
 * them that is older than the bounds of the schema: the smallest and the largest, those
 * beside the bounds, sums beyond 64 bits, nothing, blanks and odd characters.
 */
public final class GarbageExecutions {

	private static final List<String> STATUSES = List.of("PENDING", "RUNNING", "COMPLETED", "FAILED", "TIMEOUT",
			"CANCELLED");

	private static final List<@Nullable Long> TIMES = Arrays.asList(null, 0L, 1L, 315_576_000_000L, 315_576_000_001L,
			1_795_694_944_804_803L, 1L << 53, 1_795_694_944_804_803_000L, 1L << 62, Long.MAX_VALUE - 1, Long.MAX_VALUE);

	private static final List<String> FAR_STARTS = List.of("2000-01-01 00:00:00+00", "2099-12-31 23:59:59.999999+00",
			"2100-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00", "10000-01-01 00:00:00+00",
			"58873-08-11 07:50:10.5+00", "294247-01-10 04:00:54.775807+00", "294247-01-10 04:00:54.775808+00",
			"294260-01-01 00:00:00+00", "294276-12-31 23:59:59.999999+00");

	private static final List<@Nullable String> ENDS = Arrays.asList(null, "2110-01-01 00:00:00+00",
			"58873-08-11 07:50:10.5+00", "294276-12-31 23:59:59.999999+00", "infinity");

	private static final List<@Nullable String> TEXTS = Arrays.asList(null, "", " ", "\n\t\u00a0", "\u200b",
			"\u202eesrever", "\ud83d\udca5".repeat(1_000), "\uffff\ufffd\u0001", "\u0661\u0662\u0663 \u0967",
			"=cmd|' /C calc'!A0", "<script>alert(1)</script>", "x".repeat(100_000), "{\"a\": \"\\\"\"}", "null",
			"%s %n", "0x" + "f".repeat(64));

	private static final List<String> CREATED = List.of("-infinity", "infinity", "4714-11-24 00:00:00+00 BC",
			"294276-12-31 23:59:59.999999+00", "0001-01-01 00:00:00+00");

	private static final String AGENT = "insert into agents (id, name, created_at) values (?::uuid, ?, ?::timestamptz)";

	private static final String EXECUTION = """
			insert into agent_executions (agent_id, user_id, status, execution_start, execution_end, execution_time_ms,
				error_type, error_message)
			select agent_id, agent_id, status, started, case when ended >= started then ended end, ms, type, message
			from (select ?::uuid, ?::text, ?::timestamptz, ?::timestamptz, ?::bigint, ?::text, ?::text)
				as written (agent_id, status, started, ended, ms, type, message)
			""";

	private final DataSource dataSource;

	private final RandomGenerator random;

	private final Instant now;

	/**
	 * Starts without any.
	 * @param dataSource where to store them
	 * @param random chooses values
	 * @param now what is new and what lies in the future
	 */
	public GarbageExecutions(DataSource dataSource, RandomGenerator random, Instant now) {
		this.dataSource = dataSource;
		this.random = random;
		this.now = now;
	}

	/**
	 * Stores an agent and its executions.
	 * @param executions how many
	 * @return the agent
	 */
	public UUID store(int executions) {
		UUID agent = UUID.randomUUID();
		new TestExecutions(this.dataSource).beforeThereWereBounds(() -> {
			try (Connection connection = this.dataSource.getConnection()) {
				String name = any(TEXTS);
				execute(connection, AGENT, agent.toString(), isBlank(name) ? "garbage\u200b" : name, any(CREATED));
				for (int i = 0; i < executions; i++) {
					Long ms = any(TIMES);
					execute(connection, EXECUTION, agent.toString(), any(STATUSES), start(), any(ENDS),
							(ms != null) ? ms.toString() : null, any(TEXTS), any(TEXTS));
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		return agent;
	}

	/** As PostgreSQL sees it: spaces of all widths. */
	private static boolean isBlank(@Nullable String name) {
		return name == null
				|| name.codePoints().allMatch((point) -> Character.isWhitespace(point) || Character.isSpaceChar(point));
	}

	private static void execute(Connection connection, String sql, @Nullable String... values) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < values.length; i++) {
				statement.setString(i + 1, values[i]);
			}
			statement.executeUpdate();
		}
	}

	/** Most of them where people look. */
	private String start() {
		return switch (this.random.nextInt(8)) {
			case 0 -> any(FAR_STARTS);
			case 1 -> this.now.minusNanos(1_000).toString();
			case 2 -> this.now.toString();
			case 3 -> this.now.plus(Duration.ofHours(1)).toString();
			default -> this.now.minus(Duration.ofHours(1 + this.random.nextInt(24 * 20))).toString();
		};
	}

	private <T extends @Nullable Object> T any(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

}
