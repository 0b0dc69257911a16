package io.agentmetrics.model.error;

/**
 * Turns an error message into what it has in common with others of its kind.
 * <p>
 * What varies from one occurrence to the next is replaced by {@code <*>}: numbers with
 * their units, times, durations, versions, identifiers, hashes, addresses, hosts, URLs,
 * paths, quoted strings. Several of them in a row are one, so that a list of two ids is
 * masked like a list of three. Words stay, and so do the codes that say which error it
 * is, such as {@code HTTP 404} and {@code ORA-00942}. White space is folded to single
 * spaces. docs/decisions/0029-masking-error-messages.md has the rules.
 */
final class ErrorMask {

	/** Raised whenever some message is masked differently than before. */
	static final int VERSION = 2;

	/** The most characters a masked message has. */
	static final int MAX_LENGTH = 100;

	/** The most characters of a message that are read. */
	static final int MAX_MESSAGE_LENGTH = 500;

	/**
	 * The fingerprint of errors without a group of their own: no message is masked to
	 * this.
	 */
	static final String REST = "other";

	/** What the fingerprint of a type begins with: no masked message begins so. */
	static final String TYPE = "<type> ";

	private static final String NOT_THE_REST = "<" + REST + ">";

	private ErrorMask() {
	}

	/**
	 * Masks a message, in linear time. Only what an example keeps is read, so that an
	 * example is masked like its message.
	 * @return at most {@value #MAX_LENGTH} characters, never {@value #REST} and never the
	 * fingerprint of a type; empty for a message without a visible character
	 */
	static String mask(String message) {
		MessageText text = new MessageText(cut(message, MAX_MESSAGE_LENGTH));
		String masked = cut(new MaskingScanner(text, MAX_LENGTH).scan(), MAX_LENGTH).stripTrailing();
		if (masked.equals(REST)) {
			return NOT_THE_REST;
		}
		return masked.startsWith(TYPE) ? MaskingScanner.MASK + masked.substring(TYPE.length()) : masked;
	}

	/**
	 * Cuts a text without leaving half a surrogate pair behind.
	 */
	static String cut(String text, int maxLength) {
		if (text.length() <= maxLength) {
			return text;
		}
		boolean splitsPair = Character.isHighSurrogate(text.charAt(maxLength - 1))
				&& Character.isLowSurrogate(text.charAt(maxLength));
		return text.substring(0, splitsPair ? maxLength - 1 : maxLength);
	}

}
