package io.agentmetrics.api.startup;

import javax.sql.DataSource;

import io.agentmetrics.db.SchemaVersion;
import io.agentmetrics.db.SuitableDatabase;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.stereotype.Component;

/**
 * Refuses to start on a database that has no current schema, or on one where answers
 * would be silently wrong. It checks before the pool opens a connection, whose settings a
 * pooler could pass on to others.
 */
@Component
final class SchemaRequirement {

	SchemaRequirement(DataSource dataSource, JdbcConnectionDetails details) {
		SuitableDatabase.require(details.getJdbcUrl(), details.getUsername(), details.getPassword());
		SchemaVersion.requireCurrent(dataSource);
	}

}
