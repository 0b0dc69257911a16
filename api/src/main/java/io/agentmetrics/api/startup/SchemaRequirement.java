package io.agentmetrics.api.startup;

import javax.sql.DataSource;

import io.agentmetrics.db.SchemaVersion;

import org.springframework.stereotype.Component;

/**
 * Refuses to start on a database that has no current schema.
 */
@Component
final class SchemaRequirement {

	SchemaRequirement(DataSource dataSource) {
		SchemaVersion.requireCurrent(dataSource);
	}

}
