package io.agentmetrics.aggregator.source;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.ErrorOccurrence;
import io.agentmetrics.aggregator.rollup.ReportedUsage;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.time.DayHour;

/**
 * Unpacks rows of {@link SliceReader}'s statements that hold one execution each: agent,
 * start, time, status unless it is COMPLETED, error message and type, release,
 * environment, tokens and cost. The type comes as it was written: choosing it in SQL
 * costs time for every row.
 */
final class SingleRows {

	private static final long[] NONE = {};

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
		long[] times = (row.getInt() != PackedRow.NULL) ? new long[] { row.getLong() } : NONE;
		if (isNullToItsEnd(row)) {
			return new AgentHour(start.agentId(), start.hour(), 1, times, List.of(), List.of());
		}
		ExecutionStatus status = isNull(row) ? ExecutionStatus.COMPLETED : PackedRow.status(row);
		String message = PackedRow.textOrNull(row);
		String type = PackedRow.textOrNull(row);
		ErrorOccurrence error = PackedRow.error(status, start.micros(), message, type);
		return new AgentHour(start.agentId(), start.hour(), PackedRow.cell(row), 1, times,
				(status != ExecutionStatus.COMPLETED) ? List.of(status) : List.of(),
				(error != null) ? List.of(error) : List.of(), usage(row));
	}

	/**
	 * Whether all fields that are left are null, as they mostly are; only then they are
	 * passed over. A null has nothing but a length, -1. They are looked at together,
	 * because one by one they take as long as the rest of the row.
	 */
	private static boolean isNullToItsEnd(ByteBuffer row) {
		int field = row.position();
		for (; field + Long.BYTES <= row.limit(); field += Long.BYTES) {
			if (row.getLong(field) != PackedRow.NULL) {
				return false;
			}
		}
		if (field < row.limit() && row.getInt(field) != PackedRow.NULL) {
			return false;
		}
		row.position(row.limit());
		return true;
	}

	private static ReportedUsage usage(ByteBuffer row) {
		boolean hasInput = !startsWithNull(row);
		long input = tokens(row);
		boolean hasOutput = !startsWithNull(row);
		long output = tokens(row);
		boolean hasCached = !startsWithNull(row);
		long cached = tokens(row);
		boolean hasCost = !startsWithNull(row);
		BigDecimal cost = PackedRow.numericOrZero(row);
		if (!hasInput && !hasOutput && !hasCached && !hasCost) {
			return ReportedUsage.NONE;
		}
		long[] perRun = (hasInput || hasOutput) ? new long[] { SaturatingSum.of(input, output) } : NONE;
		return new ReportedUsage(perRun, input, output, cached, hasCost ? 1 : 0, cost);
	}

	private static long tokens(ByteBuffer row) {
		long tokens = (row.getInt() != PackedRow.NULL) ? row.getLong() : 0;
		if (tokens < 0) {
			throw new IllegalArgumentException("Tokens are not negative: " + tokens);
		}
		return tokens;
	}

	/**
	 * Unpacks a row of agent, start, error message, the error's type, release and
	 * environment.
	 */
	AgentHour unpackMessage(ByteBuffer row) {
		Start start = start(row);
		ErrorOccurrence error = new ErrorOccurrence(PackedRow.text(row), PackedRow.text(row),
				PackedRow.instant(start.micros()));
		return new AgentHour(start.agentId(), start.hour(), PackedRow.cell(row), 0, NONE, List.of(), List.of(error),
				ReportedUsage.NONE);
	}

	private DayHour hourOf(long start) {
		int position = Arrays.binarySearch(this.starts, start);
		return this.hours.get((position >= 0) ? position : -position - 2);
	}

	/** Whether the next field is null; only then it is passed over. */
	private static boolean isNull(ByteBuffer row) {
		if (!startsWithNull(row)) {
			return false;
		}
		row.getInt();
		return true;
	}

	private static boolean startsWithNull(ByteBuffer row) {
		return row.getInt(row.position()) == PackedRow.NULL;
	}

	/**
	 * The start of an execution.
	 *
	 * @param micros when, as PostgreSQL counts
	 */
	record Start(UUID agentId, DayHour hour, long micros) {
	}

}
