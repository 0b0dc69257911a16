package io.agentmetrics.aggregator.source;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.ErrorOccurrence;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.DayHour;

/**
 * Unpacks rows of {@link SliceReader}'s statements that hold one execution each: agent,
 * start, time, status unless it is COMPLETED, error message and type. The type comes as
 * it was written: choosing it in SQL costs time for every row.
 */
final class SingleRows {

	private static final long[] NOT_TIMED = {};

	private final List<DayHour> hours;

	/** When each hour starts, as PostgreSQL counts: microseconds since 2000. */
	private final long[] starts;

	/**
	 * Unpacks rows of one slice.
	 * @param hours the hours in which its executions start, in order, without a gap
	 */
	SingleRows(List<DayHour> hours) {
		this.hours = hours;
		this.starts = hours.stream().mapToLong((hour) -> PackedRow.postgresMicros(hour.start())).toArray();
	}

	/** Reads whose execution comes, and when it started. */
	Start start(ByteBuffer row) {
		UUID agentId = PackedRow.uuid(row);
		row.getInt();
		long micros = row.getLong();
		return new Start(agentId, hourOf(micros), micros);
	}

	AgentHour unpack(Start start, ByteBuffer row) {
		long[] times = (row.getInt() != PackedRow.NULL) ? new long[] { row.getLong() } : NOT_TIMED;
		ExecutionStatus status = isNull(row) ? ExecutionStatus.COMPLETED : PackedRow.status(row);
		String message = PackedRow.textOrNull(row);
		String type = PackedRow.textOrNull(row);
		ErrorOccurrence error = PackedRow.error(status, start.micros(), message, type);
		return new AgentHour(start.agentId(), start.hour(), 1, times,
				(status != ExecutionStatus.COMPLETED) ? List.of(status) : List.of(),
				(error != null) ? List.of(error) : List.of());
	}

	/** Unpacks a row of agent, start, error message and the error's type. */
	AgentHour unpackMessage(ByteBuffer row) {
		Start start = start(row);
		ErrorOccurrence error = new ErrorOccurrence(PackedRow.text(row), PackedRow.text(row),
				PackedRow.instant(start.micros()));
		return new AgentHour(start.agentId(), start.hour(), 0, NOT_TIMED, List.of(), List.of(error));
	}

	private DayHour hourOf(long start) {
		int position = Arrays.binarySearch(this.starts, start);
		return this.hours.get((position >= 0) ? position : -position - 2);
	}

	/** Whether the next field is null; only then it is passed over. */
	private static boolean isNull(ByteBuffer row) {
		if (row.getInt(row.position()) != PackedRow.NULL) {
			return false;
		}
		row.getInt();
		return true;
	}

	/**
	 * The start of an execution.
	 *
	 * @param micros when, as PostgreSQL counts
	 */
	record Start(UUID agentId, DayHour hour, long micros) {
	}

}
