package io.agentmetrics.model.sketch;

/**
 * Turns an error message into what it has in common with others of its kind.
 * <p>
 * What varies from one occurrence to the next is replaced: URLs by {@code <url>}, paths
 * by {@code <path>}, quoted strings by {@code <str>}, UUIDs by {@code <uuid>},
 * hexadecimal numbers by {@code <hex>}, random identifiers (16 or more letters and digits
 * in one piece) by {@code <id>} and numbers by {@code <n>}. White space is folded to
 * single spaces.
 */
public final class ErrorMask {

	/** Raised whenever some message is masked differently than before. */
	public static final int VERSION = 1;

	/** The most characters a masked message has. */
	public static final int MAX_LENGTH = 100;

	private static final int READ_LIMIT = 1_000;

	private static final String EMPTY = "<empty>";

	private static final String NOT_THE_REST = "<" + ErrorGroup.OTHER + ">";

	private ErrorMask() {
	}

	/**
	 * Masks a message. Only its first 1,000 characters are read, in linear time.
	 * @param message an error message
	 * @return 1 to {@value #MAX_LENGTH} characters, never {@value ErrorGroup#OTHER}; a
	 * blank message gives {@code <empty>}
	 */
	public static String mask(String message) {
		String masked = cut(new MaskingScanner(cut(message, READ_LIMIT), MAX_LENGTH).scan(), MAX_LENGTH)
			.stripTrailing();
		return switch (masked) {
			case "" -> EMPTY;
			case ErrorGroup.OTHER -> NOT_THE_REST;
			default -> masked;
		};
	}

	/**
	 * Cuts a text without leaving half a surrogate pair behind.
	 * @param text any text
	 * @param maxLength the most characters wanted
	 * @return the text or its start
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
