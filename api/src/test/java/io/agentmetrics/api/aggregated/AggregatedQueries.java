package io.agentmetrics.api.aggregated;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Queries of stored days without the application, for tests of other packages.
 */
public final class AggregatedQueries {

	private AggregatedQueries() {
	}

	public static AggregatedQuery of(JdbcClient jdbc) {
		return new AggregatedRepository(jdbc);
	}

}
