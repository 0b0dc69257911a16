package io.agentmetrics.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * The PostgreSQL that is measured: one that was given, or one started with PostgreSQL's
 * own default settings.
 */
final class BenchDatabase implements AutoCloseable {

	/** A build to compare with may be older than cells. */
	private static final String FORGET_CELLS = """
			do $$ begin
				if to_regclass('agent_metric_cells') is not null then
					truncate agent_metric_cells;
				end if;
			end $$
			""";

	private final String url;

	private final @Nullable EmbeddedPostgres server;

	private BenchDatabase(String url, @Nullable EmbeddedPostgres server) {
		this.url = url;
		this.server = server;
	}

	static BenchDatabase open(String url) {
		if (!url.isEmpty()) {
			return new BenchDatabase(url, null);
		}
		try {
			EmbeddedPostgres server = EmbeddedPostgres.builder()
				.setLocaleConfig("locale", "C")
				.setLocaleConfig("locale-provider", "builtin")
				.setLocaleConfig("builtin-locale", "C.UTF-8")
				.setServerConfig("max_wal_size", "8GB")
				// zonky lowers these for tests; here they are what PostgreSQL ships with
				.setServerConfig("fsync", "on")
				.setServerConfig("full_page_writes", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("shared_buffers", "128MB")
				.start();
			return new BenchDatabase(
					"jdbc:postgresql://localhost:%d/postgres?user=postgres".formatted(server.getPort()), server);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String url() {
		return this.url;
	}

	void execute(String... statements) throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.url);
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	/** Deletes all agents and what is stored about them. */
	void empty() throws SQLException {
		execute(FORGET_CELLS, "delete from agent_error_groups", "delete from agent_metrics",
				"delete from aggregated_days", "delete from aggregation_shards", "delete from agent_executions",
				"delete from agents");
	}

	/** Makes the aggregator's next run do every day anew. */
	void forgetDays() throws SQLException {
		execute(FORGET_CELLS, "truncate agent_metrics, agent_error_groups, aggregated_days",
				"update aggregation_shards set watermark = null", "checkpoint");
	}

	String single(String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.url);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getString(1);
		}
	}

	/**
	 * Runs a {@code COPY … TO STDOUT} and throws away what it sends.
	 * @param sql the statement
	 * @return how many rows came
	 * @throws SQLException if it fails
	 */
	long discard(String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.url)) {
			return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, OutputStream.nullOutputStream());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		if (this.server != null) {
			this.server.close();
		}
	}

}
