package io.agentmetrics.api.aggregated;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;

import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.sketch.CorruptSketchException;
import io.agentmetrics.model.sketch.LatencySketch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up one agent's days, which come in their order.
 */
final class DailyRows {

	private static final Logger logger = LoggerFactory.getLogger(DailyRows.class);

	private final UUID agentId;

	private final LatencySketch.Builder times = LatencySketch.builder();

	private final LongStream.Builder successfulByHour = LongStream.builder();

	private final LongStream.Builder finishedByHour = LongStream.builder();

	private ExecutionCounts counts = ExecutionCounts.empty();

	private boolean readable = true;

	DailyRows(UUID agentId) {
		this.agentId = agentId;
	}

	void add(ResultSet row) throws SQLException {
		this.counts = this.counts.plus(new ExecutionCounts(row.getLong("successful_executions"),
				row.getLong("failed_executions"), row.getLong("cancelled_executions"),
				row.getLong("in_progress_executions"), row.getLong("total_errors")));
		long[] successful = hours(row.getArray("hourly_successful"));
		long[] failed = hours(row.getArray("hourly_failed"));
		for (int hour = 0; hour < successful.length; hour++) {
			this.successfulByHour.add(successful[hour]);
			this.finishedByHour.add(successful[hour] + failed[hour]);
		}
		try {
			this.times.add(LatencySketch.fromBytes(row.getBytes("latency_sketch")));
		}
		catch (CorruptSketchException ex) {
			this.readable = false;
			logger.atError()
				.addKeyValue("agentId", this.agentId)
				.addKeyValue("day", row.getObject("metric_date", LocalDate.class))
				.addKeyValue("cause", ex.getMessage())
				.log("Stored execution times cannot be read; rebuild the day");
		}
	}

	WindowStatistics statistics() {
		Optional<ExecutionTimes> readTimes = this.readable ? Optional.of(ExecutionTimes.of(this.times.build()))
				: Optional.empty();
		Trend trend = Trend.ofBuckets(this.successfulByHour.build().toArray(), this.finishedByHour.build().toArray());
		return new WindowStatistics(this.counts, readTimes, trend);
	}

	/** Hours without any stand as null. */
	private static long[] hours(Array array) throws SQLException {
		return Arrays.stream((Long[]) array.getArray()).mapToLong((count) -> (count != null) ? count : 0).toArray();
	}

}
