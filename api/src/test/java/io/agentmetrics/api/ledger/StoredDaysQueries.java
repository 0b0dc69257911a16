package io.agentmetrics.api.ledger;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Queries of the ledger and of what has changed without the application, for tests of
 * other packages.
 */
public final class StoredDaysQueries {

	private StoredDaysQueries() {
	}

	public static StoredDaysQuery of(JdbcClient jdbc) {
		return new StoredDaysRepository(new LedgerRepository(jdbc), jdbc);
	}

	public static LedgerQuery ledger(JdbcClient jdbc) {
		return new LedgerRepository(jdbc);
	}

}
