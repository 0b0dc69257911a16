package io.agentmetrics.api.ledger;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Queries of what has changed without the application, for tests of other packages.
 */
public final class StoredDaysQueries {

	private StoredDaysQueries() {
	}

	public static StoredDaysQuery of(JdbcClient jdbc) {
		return new StoredDaysRepository(new LedgerRepository(jdbc), jdbc);
	}

}
