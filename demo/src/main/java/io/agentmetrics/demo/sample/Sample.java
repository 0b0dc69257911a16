package io.agentmetrics.demo.sample;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/**
 * Brings the sample in a database up to the present: all of it the first time, later what
 * has started or ended since. All or nothing of it, in one transaction.
 */
public final class Sample {

	/** How far the sample reaches back when it is loaded the first time. */
	static final Duration REACH = Duration.ofDays(90);

	private static final long SEED = 20_251_101;

	private final DataSource dataSource;

	private final Duration reach;

	private final SampleData data = new SampleData(SEED);

	public Sample(DataSource dataSource) {
		this(dataSource, REACH);
	}

	/**
	 * Makes a sample of another length.
	 * @param reach how far it reaches back when it is loaded the first time
	 */
	public Sample(DataSource dataSource, Duration reach) {
		this.dataSource = dataSource;
		this.reach = reach;
	}

	/**
	 * Adds the executions that started before a moment and are not there yet, and updates
	 * those that have ended.
	 * @param now the moment
	 * @return what was done
	 * @throws SQLException if the database refuses
	 */
	public SampleChange bringUpTo(Instant now) throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			Optional<Instant> last = lastStart(connection);
			Instant from = last.map((start) -> start.plusMillis(1))
				.orElseGet(() -> now.minus(this.reach).truncatedTo(ChronoUnit.DAYS));
			if (last.isEmpty()) {
				insertAgents(connection, from);
			}
			int ended = last.isEmpty() ? 0 : updateEnded(connection, now);
			long added = copy(connection, from, now);
			connection.commit();
			if (added > 10_000) {
				vacuum(connection);
			}
			return new SampleChange(from, last.isEmpty(), added, ended);
		}
	}

	private static UUID[] agentIds() {
		return SampleAgents.ALL.stream().map(SampleAgent::id).toArray(UUID[]::new);
	}

	private static Optional<Instant> lastStart(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement("select max(execution_start) from agent_executions where agent_id = any(?)")) {
			Array agents = connection.createArrayOf("uuid", agentIds());
			statement.setArray(1, agents);
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return Optional.ofNullable(result.getObject(1, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
			}
		}
	}

	private static void insertAgents(Connection connection, Instant before) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("""
				insert into agents (id, name, created_at) values (?, ?, ?) on conflict (id) do nothing
				""")) {
			for (SampleAgent agent : SampleAgents.ALL) {
				statement.setObject(1, agent.id());
				statement.setString(2, agent.name());
				Duration age = Duration.ofHours(Math.floorMod(agent.id().getMostSignificantBits(), 9_000));
				statement.setObject(3, time(before.minus(age)));
				statement.addBatch();
			}
			statement.executeBatch();
		}
	}

	private long copy(Connection connection, Instant from, Instant to) throws SQLException {
		String copy = "copy agent_executions (%s) from stdin (format csv)".formatted(CsvRow.COLUMNS);
		long[] rows = { 0 };
		try (PGCopyOutputStream server = new PGCopyOutputStream(connection.unwrap(PGConnection.class), copy);
				BufferedOutputStream stream = new BufferedOutputStream(server, 1 << 16)) {
			this.data.forEach(from, to, (execution) -> {
				write(stream, CsvRow.of(execution));
				rows[0]++;
			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return rows[0];
	}

	private static void write(BufferedOutputStream stream, byte[] row) {
		try {
			stream.write(row);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private int updateEnded(Connection connection, Instant now) throws SQLException {
		int ended = 0;
		try (PreparedStatement statement = connection.prepareStatement("""
				update agent_executions
				set status = ?, execution_end = ?, execution_time_ms = ?, error_type = ?, error_message = ?,
					input_tokens = ?, output_tokens = ?, cached_input_tokens = ?, cost_usd = ?
				where id = ? and execution_start = ?
				""")) {
			for (SampleExecution execution : inProgress(connection, now)) {
				statement.setString(1, execution.status());
				statement.setObject(2, time(execution.end()), Types.TIMESTAMP_WITH_TIMEZONE);
				statement.setObject(3, execution.timeMs(), Types.BIGINT);
				statement.setString(4, execution.errorType());
				statement.setString(5, execution.errorMessage());
				statement.setObject(6, execution.usage().inputTokens(), Types.BIGINT);
				statement.setObject(7, execution.usage().outputTokens(), Types.BIGINT);
				statement.setObject(8, execution.usage().cachedInputTokens(), Types.BIGINT);
				statement.setBigDecimal(9, execution.usage().costUsd());
				statement.setObject(10, execution.id());
				statement.setObject(11, time(execution.start()));
				statement.addBatch();
				ended++;
			}
			statement.executeBatch();
		}
		return ended;
	}

	/** Those that are stored as in progress and are no longer what is stored. */
	private List<SampleExecution> inProgress(Connection connection, Instant now) throws SQLException {
		List<SampleExecution> changed = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement("""
				select id, agent_id, execution_start, status from agent_executions
				where status in ('PENDING', 'RUNNING') and agent_id = any(?)
				""")) {
			statement.setArray(1, connection.createArrayOf("uuid", agentIds()));
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					SampleExecution execution = this.data.find(result.getObject(1, UUID.class),
							result.getObject(2, UUID.class), result.getObject(3, OffsetDateTime.class).toInstant(),
							now);
					if (execution != null && !execution.status().equals(result.getString(4))) {
						changed.add(execution);
					}
				}
			}
		}
		return changed;
	}

	/**
	 * Statistics and the visibility map would come by themselves, but not within the
	 * minute.
	 */
	private static void vacuum(Connection connection) throws SQLException {
		connection.setAutoCommit(true);
		try (Statement statement = connection.createStatement()) {
			statement.execute("vacuum (analyze) agent_executions");
		}
	}

	private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
		return (instant != null) ? instant.atOffset(ZoneOffset.UTC) : null;
	}

}
