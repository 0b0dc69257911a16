package io.agentmetrics.aggregator.lease;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.stereotype.Component;

/**
 * Opens connections that no pool ever closes, resets or hands to somebody else: a session
 * lock lives exactly as long as its connection.
 */
@Component
class DedicatedConnections {

	private final JdbcConnectionDetails details;

	DedicatedConnections(JdbcConnectionDetails details) {
		this.details = details;
	}

	Connection open() throws SQLException {
		Properties properties = new Properties();
		setIfPresent(properties, "user", this.details.getUsername());
		setIfPresent(properties, "password", this.details.getPassword());
		properties.setProperty("ApplicationName", "agent-metrics-aggregator-lock");
		properties.setProperty("tcpKeepAlive", "true");
		Connection connection = DriverManager.getConnection(this.details.getJdbcUrl(), properties);
		try (Statement statement = connection.createStatement()) {
			statement.execute("set idle_session_timeout = 0");
			// PostgreSQL is to notice within a minute that our machine is gone: by
			// default
			// it holds on to the lock for two hours
			statement.execute("set tcp_keepalives_idle = 30");
			statement.execute("set tcp_keepalives_interval = 10");
			statement.execute("set tcp_keepalives_count = 3");
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	private static void setIfPresent(Properties properties, String name,
			@org.jspecify.annotations.Nullable String value) {
		if (value != null) {
			properties.setProperty(name, value);
		}
	}

}
