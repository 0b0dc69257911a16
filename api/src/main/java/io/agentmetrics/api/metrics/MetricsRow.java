package io.agentmetrics.api.metrics;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.sketch.CorruptSketchException;
import io.agentmetrics.model.sketch.LatencySketch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The columns that all rows of metrics have.
 */
public final class MetricsRow {

	private static final Logger logger = LoggerFactory.getLogger(MetricsRow.class);

	private MetricsRow() {
	}

	/** Reads how many executions ended how. */
	public static ExecutionCounts counts(ResultSet row) throws SQLException {
		return new ExecutionCounts(row.getLong("successful_executions"), row.getLong("failed_executions"),
				row.getLong("cancelled_executions"), row.getLong("in_progress_executions"),
				row.getLong("total_errors"));
	}

	/**
	 * Reads how long executions took, or how many tokens each did.
	 * @param column the one with the sketch
	 * @param of what the row is about, by the keys of the log: {@code agent},
	 * {@code day}; asked only if the bytes are damaged
	 * @return the sketch of none where the column is null; empty, and an event in the
	 * log, if the bytes are damaged
	 */
	public static Optional<LatencySketch> sketch(ResultSet row, String column, Supplier<Map<String, ?>> of)
			throws SQLException {
		byte @Nullable [] stored = row.getBytes(column);
		if (stored == null) {
			return Optional.of(LatencySketch.empty());
		}
		try {
			return Optional.of(LatencySketch.fromBytes(stored));
		}
		catch (CorruptSketchException ex) {
			logDamage("A stored " + column + " cannot be read; rebuild the day", of.get(), ex);
			return Optional.empty();
		}
	}

	/** Logs what cannot be read of a row. */
	public static void logDamage(String event, Map<String, ?> of, RuntimeException cause) {
		LoggingEventBuilder error = logger.atError();
		for (Map.Entry<String, ?> key : new TreeMap<>(of).entrySet()) {
			error = error.addKeyValue(key.getKey(), key.getValue());
		}
		error.addKeyValue("cause", cause.getMessage()).log(event);
	}

}
