package io.agentmetrics.api.realtime;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Realtime queries without the application, for tests of other packages.
 */
public final class RealtimeQueries {

	private RealtimeQueries() {
	}

	public static RealtimeQuery of(JdbcClient jdbc) {
		return new RealtimeRepository(jdbc);
	}

}
