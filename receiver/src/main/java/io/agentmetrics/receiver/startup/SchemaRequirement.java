package io.agentmetrics.receiver.startup;

import javax.sql.DataSource;

import io.agentmetrics.db.SchemaVersion;
import io.agentmetrics.db.SuitableDatabase;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.stereotype.Component;

/**
 * Refuses to start on a database that has no current schema, or that does not take
 * executions.
 */
@Component
final class SchemaRequirement {

	SchemaRequirement(DataSource dataSource, JdbcConnectionDetails details) {
		SuitableDatabase.require(details.getJdbcUrl(), details.getUsername(), details.getPassword());
		SuitableDatabase.requirePrimary(dataSource);
		SchemaVersion.requireCurrent(dataSource);
	}

}
