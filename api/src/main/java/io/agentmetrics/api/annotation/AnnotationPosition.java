package io.agentmetrics.api.annotation;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;

import io.agentmetrics.api.graphql.ListCursors;

/**
 * An annotation's place in a list, the newest first; it stays a place when the annotation
 * is gone. Its cursor holds seconds (8) and nanoseconds (4) of the moment and the id
 * (16).
 */
record AnnotationPosition(Instant from, UUID id) implements Comparable<AnnotationPosition> {

	private static final int KIND = 4;

	private static final int BYTES = 8 + 4 + 16;

	// as the schema has it, and no execution starts later
	private static final long LATEST_SECOND = Instant.parse("+294276-12-31T23:59:59Z").getEpochSecond();

	private static final Comparator<AnnotationPosition> ORDER = Comparator.comparing(AnnotationPosition::from)
		// as PostgreSQL compares ids
		.thenComparing(AnnotationPosition::id, (one, other) -> {
			int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
			return (high != 0) ? high
					: Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
		})
		.reversed();

	String cursor(ListCursors cursors) {
		return cursors.encode(ByteBuffer.allocate(BYTES)
			.putLong(this.from.getEpochSecond())
			.putInt(this.from.getNano())
			.putLong(this.id.getMostSignificantBits())
			.putLong(this.id.getLeastSignificantBits())
			.array());
	}

	static AnnotationPosition of(String cursor, ListCursors cursors) {
		ByteBuffer bytes = cursors.decode(cursor, BYTES);
		long second = bytes.getLong();
		int nano = bytes.getInt();
		if (second < 0 || second > LATEST_SECOND || nano < 0) {
			throw ListCursors.refused();
		}
		return new AnnotationPosition(Instant.ofEpochSecond(second, nano), new UUID(bytes.getLong(), bytes.getLong()));
	}

	/**
	 * Returns the cursors of a list.
	 * @param asked what decides what it holds
	 */
	static ListCursors cursors(String asked) {
		return new ListCursors(KIND, asked, "'timeRange', 'between', 'agentId' or 'environment'");
	}

	@Override
	public int compareTo(AnnotationPosition other) {
		return ORDER.compare(this, other);
	}

}
