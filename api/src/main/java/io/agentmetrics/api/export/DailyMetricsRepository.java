package io.agentmetrics.api.export;

import java.sql.Types;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads agents' days one after the other, as one moment saw them.
 */
@Component
class DailyMetricsRepository {

	private static final int FETCH_SIZE = 500;

	private final JdbcClient jdbc;

	DailyMetricsRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Passes rows by day and agent to a consumer; few of them are in memory at a time.
	 * @param agent one agent, known or not, or empty for all
	 * @param closed closed days in order: whoever asks has left out the others
	 * @param rows takes the rows; what it throws ends the reading
	 */
	@Transactional(readOnly = true) // without a transaction the driver would read all
									// rows into memory
	void read(Optional<UUID> agent, List<LocalDate> closed, Consumer<DailyMetrics> rows) {
		this.jdbc.sql(DailyMetrics.BY_DAY)
			.withFetchSize(FETCH_SIZE)
			.param("agent", agent.orElse(null), Types.OTHER)
			.param("days", new SqlArrayValue("date", closed.stream().map(LocalDate::toString).toArray()))
			.query((row) -> {
				rows.accept(DailyMetrics.of(row));
			});
	}

}
