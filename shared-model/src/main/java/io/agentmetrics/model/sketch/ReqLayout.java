package io.agentmetrics.model.sketch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where things are in the bytes of a REQ sketch of several levels (DataSketches' layout,
 * little endian): <pre>
 * offset  bytes
 *      0      1  4, the preamble's length in ints
 *      1      1  1, the layout's version
 *      2      1  17, which means REQ
 *      3      1  flags: 8 high-rank accuracy, 32 level 0 is sorted
 *      4      2  k
 *      6      1  number of levels
 *      7      1  0
 *      8      8  count
 *     16      4  minimum
 *     20      4  maximum
 *     24         for each level:
 *             8    state: how often it was compacted
 *             4    size of a section
 *             1    binary logarithm of the weight of an item: the number of the level
 *             1    number of sections
 *             2    unused
 *             4    number of items
 *             4    each item, ascending
 * </pre>
 */
final class ReqLayout {

	/**
	 * Gives the accuracy that the product promises, and 14 KB for a million durations.
	 */
	static final int K = 24;

	private static final int PREAMBLE = 0x04_01_11;

	private static final int FLAG_HIGH_RANK_ACCURACY = 8;

	private static final int FLAG_SORTED = 32;

	private static final int LEVELS_OFFSET = 6;

	private static final int HEADER_LENGTH = 24;

	private static final int ITEMS_OFFSET = 16;

	private static final int LEVEL_HEADER_LENGTH = 20;

	private static final int MAX_LEVELS = 31;

	private static final int MAX_SECTIONS = 96;

	private static final float MIN_SECTION_SIZE = 4.0f;

	private final ByteBuffer buffer;

	private ReqLayout(byte[] payload) {
		this.buffer = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * Lets each level toss a coin at its next compaction.
	 * <p>
	 * After an odd number of compactions a level does not toss but takes the opposite of
	 * its last toss. That is not among the bytes, and merging takes over the number
	 * without it: DataSketches (as of 9.1.0) then always takes the same side, and the
	 * 99th percentile of 90 merged days comes out too low by 2.5 standard deviations on
	 * average. An even number costs one small compaction more and no bias is left.
	 * @param payload the bytes of a sketch of several levels
	 */
	static void renewCoins(byte[] payload) {
		new ReqLayout(payload).renewAllCoins();
	}

	/**
	 * Returns the items of each level.
	 * @param payload the bytes of a sketch of several levels
	 */
	static List<WeightedCodes> codes(byte[] payload) {
		return new ReqLayout(payload).allCodes();
	}

	private List<WeightedCodes> allCodes() {
		List<WeightedCodes> levels = new ArrayList<>();
		this.buffer.position(HEADER_LENGTH);
		while (this.buffer.hasRemaining()) {
			int[] codes = new int[this.buffer.getInt(this.buffer.position() + ITEMS_OFFSET)];
			this.buffer.position(this.buffer.position() + LEVEL_HEADER_LENGTH);
			this.buffer.asIntBuffer().get(codes);
			this.buffer.position(this.buffer.position() + codes.length * Integer.BYTES);
			levels.add(new WeightedCodes(levels.size(), codes));
		}
		return levels;
	}

	private void renewAllCoins() {
		int levels = this.buffer.get(LEVELS_OFFSET);
		int position = HEADER_LENGTH;
		for (int level = 0; level < levels; level++) {
			this.buffer.putLong(position, this.buffer.getLong(position) & ~1L);
			int items = this.buffer.getInt(position + ITEMS_OFFSET);
			position += LEVEL_HEADER_LENGTH + Float.BYTES * items;
		}
	}

	/**
	 * Checks everything that DataSketches believes unseen.
	 * @param envelope an envelope with a payload of kind {@link SketchKind#REQ}
	 * @throws CorruptSketchException if the payload is not a REQ sketch of the right
	 * parameters with the count, minimum and maximum of the envelope
	 */
	static void check(SketchEnvelope envelope) {
		new ReqLayout(envelope.payload()).checkAll(envelope);
	}

	private void checkAll(SketchEnvelope envelope) {
		require(this.buffer.remaining() >= HEADER_LENGTH, "it is shorter than its header");
		int preamble = this.buffer.get() << 16 | this.buffer.get() << 8 | this.buffer.get();
		require(preamble == PREAMBLE, "it does not start like one of several levels");
		int flags = this.buffer.get();
		require((flags | FLAG_SORTED) == (FLAG_HIGH_RANK_ACCURACY | FLAG_SORTED), "its flags are %d", flags);
		int k = this.buffer.getShort();
		require(k == K, "its k is %d", k);
		int levels = this.buffer.get();
		require(levels > 1 && levels <= MAX_LEVELS, "it has %d levels", levels);
		int rawItems = this.buffer.get();
		require(rawItems == 0, "it has %d raw items", rawItems);
		require(this.buffer.getLong() == envelope.count(), "its count is not the header's");
		float min = this.buffer.getFloat();
		float max = this.buffer.getFloat();
		require(min == DurationCode.encode(envelope.minMs()), "its minimum is not the header's");
		require(max == DurationCode.encode(envelope.maxMs()), "its maximum is not the header's");
		long count = 0;
		for (int level = 0; level < levels; level++) {
			boolean sorted = level > 0 || (flags & FLAG_SORTED) != 0;
			count += (long) checkLevel(level, sorted, min, max) << level;
		}
		require(count == envelope.count(), "its items stand for %d durations", count);
		require(!this.buffer.hasRemaining(), "it has %d bytes too many", this.buffer.remaining());
	}

	private int checkLevel(int level, boolean sorted, float min, float max) {
		require(this.buffer.remaining() >= LEVEL_HEADER_LENGTH, "it ends before level %d", level);
		require(this.buffer.getLong() >= 0, "the state of level %d is negative", level);
		float sectionSize = this.buffer.getFloat();
		require(sectionSize >= MIN_SECTION_SIZE && sectionSize <= K, "the sections of level %d have size %s", level,
				sectionSize);
		require(this.buffer.get() == level, "level %d has the weight of another", level);
		int sections = this.buffer.get();
		require(sections >= 2 && sections <= MAX_SECTIONS, "level %d has %d sections", level, sections);
		// DataSketches refuses more, but only once it builds the sketch
		require(Math.round(sectionSize) * sections <= K * K, "level %d has %d sections of size %s", level, sections,
				sectionSize);
		this.buffer.getShort();
		int items = this.buffer.getInt();
		require(items >= 0 && items <= this.buffer.remaining() / Float.BYTES, "it ends within level %d", level);
		require(areInOrder(items, sorted, min, max), "an item of level %d is out of place", level);
		return items;
	}

	private boolean areInOrder(int items, boolean sorted, float min, float max) {
		boolean inOrder = true;
		float previous = min;
		for (int i = 0; i < items; i++) {
			float item = this.buffer.getFloat();
			// -0 is not less than 0, but no code
			inOrder &= item >= previous && item <= max && Float.floatToRawIntBits(item) >= 0;
			previous = sorted ? item : min;
		}
		return inOrder;
	}

	private static void require(boolean fulfilled, String otherwise, Object... details) {
		if (!fulfilled) {
			throw new CorruptSketchException(
					"The payload is not a REQ sketch of ours: " + String.format(Locale.ROOT, otherwise, details));
		}
	}

}
