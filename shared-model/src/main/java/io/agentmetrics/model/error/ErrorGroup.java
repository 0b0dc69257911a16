package io.agentmetrics.model.error;

import java.time.Instant;

import io.agentmetrics.model.number.SaturatingSum;
import org.jspecify.annotations.Nullable;

/**
 * Errors whose messages differ only in what {@link ErrorMask} masks, or errors without a
 * message that have the same type.
 *
 * @param fingerprint the masked message, {@value ErrorMask#TYPE} and the type for errors
 * without a message, or {@value #OTHER} for all that have no group of their own
 * @param maskingVersion the {@link ErrorMask#VERSION} that made the fingerprint
 * @param example one of the messages as it was, or the type; cut to
 * {@value #MAX_EXAMPLE_LENGTH} characters
 * @param count how many errors, at least one
 * @param firstSeen when the first of them happened
 * @param lastSeen when the last of them happened
 */
public record ErrorGroup(String fingerprint, int maskingVersion, String example, long count, Instant firstSeen,
		Instant lastSeen) {

	/** The fingerprint of the rest; no message is ever masked to this. */
	public static final String OTHER = ErrorMask.REST;

	/** The most characters of an example. */
	public static final int MAX_EXAMPLE_LENGTH = ErrorMask.MAX_MESSAGE_LENGTH;

	/** The masking version that knew no types. */
	private static final int MESSAGES_ONLY = 1;

	private static final String UNTYPED = "Neither message nor type";

	private static final String EXAMPLE_OF_OTHER = "Errors outside of the most frequent groups";

	public ErrorGroup {
		if (fingerprint.isBlank()) {
			throw new IllegalArgumentException("The fingerprint of an error group is blank");
		}
		if (maskingVersion < 1) {
			throw new IllegalArgumentException("Masking versions start at 1: " + maskingVersion);
		}
		if (count < 1) {
			throw new IllegalArgumentException("An error group has at least one error: " + count);
		}
		if (lastSeen.isBefore(firstSeen)) {
			throw new IllegalArgumentException("Last seen " + lastSeen + " before first seen " + firstSeen);
		}
		example = ErrorMask.cut(example, MAX_EXAMPLE_LENGTH);
	}

	/**
	 * Groups errors by their message, or by their type where the message is missing or
	 * shows nothing.
	 */
	static ErrorGroup of(@Nullable String message, @Nullable String type, long count, Instant firstSeen,
			Instant lastSeen) {
		String masked = (message != null) ? ErrorMask.mask(message) : "";
		if (message != null && !masked.isEmpty()) {
			return new ErrorGroup(masked, ErrorMask.VERSION, message, count, firstSeen, lastSeen);
		}
		String named = (type != null && !type.isBlank()) ? type.strip() : UNTYPED;
		return new ErrorGroup(ErrorMask.cut(ErrorMask.TYPE + named, ErrorMask.MAX_LENGTH), ErrorMask.VERSION, named,
				count, firstSeen, lastSeen);
	}

	/**
	 * Returns whether this is the rest, not a group of alike errors.
	 */
	public boolean isOther() {
		return OTHER.equals(this.fingerprint);
	}

	/**
	 * Adds errors of the same group. The example stays that of the group seen first.
	 * @throws IllegalArgumentException if the groups are not the same
	 */
	public ErrorGroup plus(ErrorGroup more) {
		if (!this.fingerprint.equals(more.fingerprint) || this.maskingVersion != more.maskingVersion) {
			throw new IllegalArgumentException("Not the same group of errors: '" + this.fingerprint + "' (masking "
					+ this.maskingVersion + ") and '" + more.fingerprint + "' (masking " + more.maskingVersion + ")");
		}
		int order = this.firstSeen.compareTo(more.firstSeen);
		boolean keepExample = (order != 0) ? order < 0 : this.example.compareTo(more.example) <= 0;
		return new ErrorGroup(this.fingerprint, this.maskingVersion, keepExample ? this.example : more.example,
				SaturatingSum.of(this.count, more.count), (order <= 0) ? this.firstSeen : more.firstSeen,
				this.lastSeen.isAfter(more.lastSeen) ? this.lastSeen : more.lastSeen);
	}

	/**
	 * Returns the same errors as this program groups them.
	 * @return this, or masked again from the example if another version made it
	 */
	ErrorGroup inCurrentVersion() {
		if (this.maskingVersion == ErrorMask.VERSION) {
			return this;
		}
		if (isOther()) {
			return asOther();
		}
		boolean typed = this.maskingVersion > MESSAGES_ONLY && this.fingerprint.startsWith(ErrorMask.TYPE);
		return of(typed ? null : this.example, typed ? this.example : null, this.count, this.firstSeen, this.lastSeen);
	}

	ErrorGroup asOther() {
		return new ErrorGroup(OTHER, ErrorMask.VERSION, EXAMPLE_OF_OTHER, this.count, this.firstSeen, this.lastSeen);
	}

}
