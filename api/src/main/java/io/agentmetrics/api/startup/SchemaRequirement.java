package io.agentmetrics.api.startup;

import javax.sql.DataSource;

import io.agentmetrics.db.SchemaVersion;
import io.agentmetrics.db.SuitableDatabase;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.stereotype.Component;

/**
 * Refuses to start on a database that has no current schema, or on one where answers
 * would be silently wrong. That is found out before the pool has opened a connection,
 * whose settings a pooler could hand to others.
 */
@Component
final class SchemaRequirement {

	SchemaRequirement(DataSource dataSource, JdbcConnectionDetails details) {
		SuitableDatabase.require(details.getJdbcUrl(), details.getUsername(), details.getPassword());
		SchemaVersion.requireCurrent(dataSource);
	}

}
