package io.agentmetrics.api.objective;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.UUID;

import io.agentmetrics.api.graphql.ListCursors;

/**
 * A place in the list of objectives. Its cursor holds rank (1), share (8), id (16) and
 * name.
 *
 * @param rank 0 where it can be said how much of the budget is left, else 1
 * @param leftShare which share of the budget is left
 */
record ObjectivePosition(byte rank, double leftShare, String objective,
		UUID agent) implements Comparable<ObjectivePosition> {

	private static final int KIND = 3;

	private static final int FIXED_BYTES = 1 + 8 + 16;

	private static final Comparator<ObjectivePosition> ORDER = Comparator.comparingInt(ObjectivePosition::rank)
		.thenComparingDouble(ObjectivePosition::leftShare)
		.thenComparing(ObjectivePosition::objective)
		.thenComparing(ObjectivePosition::agent);

	String cursor(ListCursors cursors) {
		byte[] name = this.objective.getBytes(StandardCharsets.UTF_8);
		return cursors.encode(ByteBuffer.allocate(FIXED_BYTES + name.length)
			.put(this.rank)
			.putDouble(this.leftShare)
			.putLong(this.agent.getMostSignificantBits())
			.putLong(this.agent.getLeastSignificantBits())
			.put(name)
			.array());
	}

	static ObjectivePosition of(String cursor, ListCursors cursors) {
		ByteBuffer bytes = cursors.decode(cursor, FIXED_BYTES);
		byte rank = bytes.get();
		double leftShare = bytes.getDouble();
		UUID agent = new UUID(bytes.getLong(), bytes.getLong());
		return new ObjectivePosition(rank, leftShare, StandardCharsets.UTF_8.decode(bytes).toString(), agent);
	}

	static ListCursors cursors(ObjectiveOrder order, String until) {
		return new ListCursors(KIND, order + " " + until, "'orderBy' or 'until'");
	}

	@Override
	public int compareTo(ObjectivePosition other) {
		return ORDER.compare(this, other);
	}

}
