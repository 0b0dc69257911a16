package io.agentmetrics.aggregator.source;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.CellKey;
import io.agentmetrics.aggregator.rollup.ErrorOccurrence;
import io.agentmetrics.aggregator.rollup.ReportedUsage;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.DayHour;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ByteConverter;

/**
 * Unpacks one row of {@link SliceReader}'s statements. Arrays are in PostgreSQL's binary
 * form: dimensions, null flag, element type, length, lower bound, then each element
 * behind its length, -1 for null. A record is its number of fields, then each field's
 * type before its length.
 */
final class PackedRow {

	/** PostgreSQL counts microseconds from here. */
	private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

	static final int NULL = -1;

	private static final ExecutionStatus[] STATUSES = ExecutionStatus.values();

	private static final byte[][] STATUS_NAMES = Arrays.stream(STATUSES)
		.map((status) -> status.name().getBytes(StandardCharsets.US_ASCII))
		.toArray(byte[][]::new);

	private final ByteBuffer row;

	private final UUID agentId;

	private final DayHour hour;

	private final long counted;

	private final long longMessages;

	private final CellKey cell;

	private final boolean untold;

	/**
	 * Begins to unpack a row.
	 * @param row the row, positioned at its first field
	 * @param hours what the numbers of hours in it stand for, from 1
	 */
	PackedRow(ByteBuffer row, List<DayHour> hours) {
		this.row = row;
		this.agentId = uuid(row);
		this.hour = hours.get(int4(row) - 1);
		this.counted = int8(row);
		this.longMessages = int8(row);
		this.cell = cell(row);
		this.untold = int8(row) > 0;
	}

	UUID agentId() {
		return this.agentId;
	}

	DayHour hour() {
		return this.hour;
	}

	/**
	 * How many executions PostgreSQL counted in the whole slice, the same in each of its
	 * rows.
	 */
	long counted() {
		return this.counted;
	}

	/** How many executions have a message that is too long to be packed. */
	long longMessages() {
		return this.longMessages;
	}

	/**
	 * Which release ran, and where, unless that {@linkplain #isUntold() has not come}.
	 */
	CellKey cell() {
		return this.cell;
	}

	/**
	 * Whether the executions tell of releases, tokens or costs, and have not come since
	 * these were not asked for.
	 */
	boolean isUntold() {
		return this.untold;
	}

	/** Whether the executions are too many to be packed. */
	boolean isLeftOut() {
		return this.row.getInt(this.row.position()) == NULL;
	}

	/** Unpacks the executions; once. */
	AgentHour agentHour() {
		// the array's length, with nulls
		int executions = this.row.getInt(this.row.position() + 4 * Integer.BYTES);
		long[] times = times(this.row, executions);
		List<ExecutionStatus> exceptions = new ArrayList<>();
		List<ErrorOccurrence> errors = new ArrayList<>();
		int count = enterArray(this.row);
		for (int i = 0; i < count; i++) {
			exception(this.row, exceptions, errors);
		}
		return new AgentHour(this.agentId, this.hour, this.cell, executions, times, exceptions, errors,
				usage(this.row));
	}

	private static ReportedUsage usage(ByteBuffer row) {
		long[] tokensPerRun = array(row);
		long input = int8(row);
		long output = int8(row);
		long cached = int8(row);
		long costs = int8(row);
		BigDecimal usd = numericOrZero(row);
		return (tokensPerRun.length == 0 && cached == 0 && costs == 0) ? ReportedUsage.NONE
				: new ReportedUsage(tokensPerRun, input, output, cached, costs, usd);
	}

	/**
	 * Unpacks one execution. Without a start its message is long, so its error is read by
	 * itself.
	 */
	private static void exception(ByteBuffer row, List<ExecutionStatus> exceptions, List<ErrorOccurrence> errors) {
		enterRecord(row);
		skipType(row);
		ExecutionStatus status = status(row);
		skipType(row);
		Long start = (row.getInt() != NULL) ? row.getLong() : null;
		skipType(row);
		String message = textOrNull(row);
		skipType(row);
		String type = textOrNull(row);
		if (status != ExecutionStatus.COMPLETED) {
			exceptions.add(status);
		}
		ErrorOccurrence error = (start != null) ? error(status, start, message, type) : null;
		if (error != null) {
			errors.add(error);
		}
	}

	/**
	 * Returns the error of an execution.
	 * @param type the type as it was written, without blanks around it
	 * @return {@code null} if it neither failed nor has a message
	 */
	static @Nullable ErrorOccurrence error(ExecutionStatus status, long startMicros, @Nullable String message,
			@Nullable String type) {
		if (message == null && !status.isFailed()) {
			return null;
		}
		return new ErrorOccurrence(message, (type != null && !type.isEmpty()) ? type : status.name(),
				instant(startMicros));
	}

	static UUID uuid(ByteBuffer row) {
		row.getInt();
		return new UUID(row.getLong(), row.getLong());
	}

	private static int int4(ByteBuffer row) {
		row.getInt();
		return row.getInt();
	}

	private static long int8(ByteBuffer row) {
		row.getInt();
		return row.getLong();
	}

	/**
	 * Reads a decimal number.
	 * @throws IllegalArgumentException if it is not a number, or infinite
	 */
	static BigDecimal numericOrZero(ByteBuffer row) {
		int length = row.getInt();
		if (length == NULL) {
			return BigDecimal.ZERO;
		}
		Number number = ByteConverter.numeric(row.array(), row.arrayOffset() + row.position(), length);
		row.position(row.position() + length);
		if (!(number instanceof BigDecimal decimal)) {
			throw new IllegalArgumentException("A cost is a number, not " + number);
		}
		return decimal;
	}

	/** Reads a release and an environment. */
	static CellKey cell(ByteBuffer row) {
		String version = textOrNull(row);
		String environment = textOrNull(row);
		return (version == null && environment == null) ? CellKey.NOT_SAID : new CellKey(version, environment);
	}

	/** Reads numbers without nulls. */
	private static long[] array(ByteBuffer row) {
		long[] numbers = new long[enterArray(row)];
		for (int i = 0; i < numbers.length; i++) {
			numbers[i] = int8(row);
		}
		return numbers;
	}

	private static long[] times(ByteBuffer row, int executions) {
		enterArray(row);
		long[] times = new long[executions];
		int timed = 0;
		for (int i = 0; i < executions; i++) {
			if (row.getInt() != NULL) {
				times[timed++] = row.getLong();
			}
		}
		return (timed == executions) ? times : Arrays.copyOf(times, timed);
	}

	/**
	 * Statuses are many and few differ: comparing bytes saves making a string of each.
	 */
	static ExecutionStatus status(ByteBuffer row) {
		int length = row.getInt();
		int start = row.arrayOffset() + row.position();
		row.position(row.position() + length);
		for (int i = 0; i < STATUSES.length; i++) {
			if (Arrays.equals(STATUS_NAMES[i], 0, STATUS_NAMES[i].length, row.array(), start, start + length)) {
				return STATUSES[i];
			}
		}
		throw new IllegalArgumentException("Unknown status '"
				+ new String(row.array(), start, length, StandardCharsets.UTF_8) + "' of an execution");
	}

	/** Returns the number of elements; 0 for an array that is null or empty. */
	private static int enterArray(ByteBuffer row) {
		if (row.getInt() == NULL) {
			return 0;
		}
		int dimensions = row.getInt();
		row.getInt();
		row.getInt();
		if (dimensions == 0) {
			return 0;
		}
		int count = row.getInt();
		row.getInt();
		return count;
	}

	private static void enterRecord(ByteBuffer row) {
		row.getInt();
		row.getInt();
	}

	private static void skipType(ByteBuffer row) {
		row.getInt();
	}

	static @Nullable String textOrNull(ByteBuffer row) {
		if (row.getInt(row.position()) != NULL) {
			return text(row);
		}
		row.getInt();
		return null;
	}

	static String text(ByteBuffer row) {
		int length = row.getInt();
		String text = new String(row.array(), row.arrayOffset() + row.position(), length, StandardCharsets.UTF_8);
		row.position(row.position() + length);
		return text;
	}

	static long postgresMicros(Instant instant) {
		return ChronoUnit.MICROS.between(EPOCH, instant);
	}

	static Instant instant(long postgresMicros) {
		return EPOCH.plus(postgresMicros, ChronoUnit.MICROS);
	}

}
