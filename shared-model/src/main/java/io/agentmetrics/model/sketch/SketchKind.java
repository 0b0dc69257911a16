package io.agentmetrics.model.sketch;

/**
 * How the payload of a stored sketch is to be read.
 */
enum SketchKind {

	/** No durations, no payload. */
	EMPTY(0, 0, 0),

	/** Each duration, as {@link DeltaVarints}. */
	EXACT(1, 1, SketchKind.EXACT_LIMIT),

	/** The bytes of a DataSketches REQ sketch, see {@link ReqLayout}. */
	REQ(2, SketchKind.EXACT_LIMIT + 1, Long.MAX_VALUE);

	/** The most durations that are kept one by one. */
	static final int EXACT_LIMIT = 1_024;

	private final byte code;

	private final long minCount;

	private final long maxCount;

	SketchKind(int code, long minCount, long maxCount) {
		this.code = (byte) code;
		this.minCount = minCount;
		this.maxCount = maxCount;
	}

	/**
	 * Returns what is stored for this kind.
	 * @return the code, the same in every program that reads version 1
	 */
	byte code() {
		return this.code;
	}

	boolean canHold(long count) {
		return count >= this.minCount && count <= this.maxCount;
	}

	/**
	 * Returns the kind for what was stored.
	 * @throws CorruptSketchException if no kind has this code
	 */
	static SketchKind ofCode(byte code) {
		for (SketchKind kind : values()) {
			if (kind.code == code) {
				return kind;
			}
		}
		throw new CorruptSketchException("Unknown kind of sketch: " + code);
	}

}
