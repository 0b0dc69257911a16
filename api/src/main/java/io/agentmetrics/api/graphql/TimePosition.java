package io.agentmetrics.api.graphql;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.UUID;

import io.agentmetrics.api.problem.ProblemException;

/**
 * A place in a list by time, the newest first; it stays a place when what stood there is
 * gone. Its cursor holds microseconds since 2000 (8), which are every moment that
 * PostgreSQL holds, and the id (16).
 *
 * @param start when it began, from 2000 on, to the microsecond
 */
public record TimePosition(Instant start, UUID id) implements Comparable<TimePosition> {

	private static final int BYTES = 8 + 16;

	// as the schema has it
	private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

	// what is older than the bounds of the schema may start whenever PostgreSQL can tell
	private static final Instant LATEST = Instant.parse("+294276-12-31T23:59:59.999999Z");

	private static final Comparator<TimePosition> ORDER = Comparator.comparing(TimePosition::start)
		// as PostgreSQL compares ids
		.thenComparing(TimePosition::id, (one, other) -> {
			int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
			return (high != 0) ? high
					: Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
		})
		.reversed();

	/**
	 * Reads a cursor.
	 * @param cursors those of the list
	 * @throws ProblemException if it is none of this list
	 */
	public static TimePosition of(String cursor, ListCursors cursors) {
		ByteBuffer bytes = cursors.decode(cursor, BYTES);
		Instant start = EARLIEST.plus(bytes.getLong(), ChronoUnit.MICROS);
		if (start.isBefore(EARLIEST) || start.isAfter(LATEST)) {
			throw ListCursors.refused();
		}
		return new TimePosition(start, new UUID(bytes.getLong(), bytes.getLong()));
	}

	/** Returns its cursor in a list. */
	public String cursor(ListCursors cursors) {
		return cursors.encode(ByteBuffer.allocate(BYTES)
			.putLong(ChronoUnit.MICROS.between(EARLIEST, this.start))
			.putLong(this.id.getMostSignificantBits())
			.putLong(this.id.getLeastSignificantBits())
			.array());
	}

	@Override
	public int compareTo(TimePosition other) {
		return ORDER.compare(this, other);
	}

}
