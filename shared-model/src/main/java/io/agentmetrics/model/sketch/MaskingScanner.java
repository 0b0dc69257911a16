package io.agentmetrics.model.sketch;

/**
 * Reads an error message once from left to right and writes it with its variable parts
 * masked.
 */
final class MaskingScanner {

	private static final String OPENING_QUOTES = "\"'`\u201c\u2018\u00ab";

	private static final String CLOSING_QUOTES = "\"'`\u201d\u2019\u00bb";

	private static final int UUID_LENGTH = 36;

	private static final int MIN_HEX_LENGTH = 6;

	private static final int MIN_ID_LENGTH = 16;

	private final String text;

	private final int enough;

	private final StringBuilder masked;

	private int position;

	/** One bit per kind of quote that is not closed again in the rest of the text. */
	private int neverClosed;

	MaskingScanner(String text, int enough) {
		this.text = text;
		this.enough = enough;
		this.masked = new StringBuilder(Math.min(text.length(), enough) + 16);
	}

	/**
	 * Masks the text.
	 * @return the masked text; may stop early once it has more characters than enough
	 */
	String scan() {
		while (this.position < this.text.length() && this.masked.length() <= this.enough) {
			step(this.text.charAt(this.position));
		}
		return this.masked.toString();
	}

	private void step(char next) {
		if (isBlank(next)) {
			space();
		}
		else if (isWord(next)) {
			word();
		}
		else if (!quoted(next) && !path() && !sign(next)) {
			this.masked.append(next);
			this.position++;
		}
	}

	private void space() {
		if (!this.masked.isEmpty() && this.masked.charAt(this.masked.length() - 1) != ' ') {
			this.masked.append(' ');
		}
		this.position++;
	}

	private boolean quoted(char opening) {
		int kind = OPENING_QUOTES.indexOf(opening);
		if (kind < 0 || (this.neverClosed & (1 << kind)) != 0) {
			return false;
		}
		boolean apostrophe = opening == '\'';
		if (apostrophe && isWord(before(this.position))) {
			return false;
		}
		char closing = CLOSING_QUOTES.charAt(kind);
		for (int end = this.text.indexOf(closing, this.position + 1); end >= 0; end = this.text.indexOf(closing,
				end + 1)) {
			if (!apostrophe || !isWord(at(end + 1))) {
				mask("<str>", end + 1);
				return true;
			}
		}
		this.neverClosed |= 1 << kind;
		return false;
	}

	private boolean path() {
		char before = before(this.position);
		if (isWord(before) || "./\\~<-_%".indexOf(before) >= 0) {
			return false;
		}
		int prefix = pathPrefix();
		if (prefix == 0 || !isPath(at(this.position + prefix))) {
			return false;
		}
		mask("<path>", pathEnd(this.position + prefix));
		return true;
	}

	private int pathPrefix() {
		for (String prefix : new String[] { "/", "./", "../", "~/", "\\\\" }) {
			if (this.text.startsWith(prefix, this.position)) {
				return prefix.length();
			}
		}
		return 0;
	}

	private int pathEnd(int from) {
		int end = from;
		while (isPath(at(end))) {
			end++;
		}
		return withoutTrailing(".", from, end);
	}

	private boolean sign(char next) {
		if ((next != '-' && next != '+') || isWord(before(this.position)) || !isDigit(at(this.position + 1))) {
			return false;
		}
		this.position++;
		return true;
	}

	private void word() {
		int start = this.position;
		int end = wordEnd(start);
		if (isUuid(start)) {
			mask("<uuid>", start + UUID_LENGTH);
		}
		else if (this.text.startsWith("://", end)) {
			mask("<url>", urlEnd(end + 3));
		}
		else if (isDrive(start, end)) {
			mask("<path>", pathEnd(end + 2));
		}
		else if (isHex(start, end)) {
			mask("<hex>", end);
		}
		else if (isId(start, end)) {
			mask("<id>", end);
		}
		else {
			lettersAndNumbers(end);
		}
	}

	private int urlEnd(int from) {
		int end = from;
		while (end < this.text.length() && !isBlank(at(end)) && "\"'`<>()[]{}|".indexOf(at(end)) < 0) {
			end++;
		}
		return withoutTrailing(".,;:!?", from, end);
	}

	private boolean isDrive(int start, int end) {
		return end == start + 1 && Character.isLetter(at(start)) && at(end) == ':'
				&& (at(end + 1) == '\\' || at(end + 1) == '/');
	}

	private void lettersAndNumbers(int end) {
		while (this.position < end) {
			char next = this.text.charAt(this.position);
			if (isDigit(next)) {
				mask("<n>", digitsEnd(this.position));
			}
			else {
				this.masked.append(next);
				this.position++;
			}
		}
		if (isDigit(before(end))) {
			skipRestOfNumber();
		}
	}

	/** Takes 1,024.5 and 10:31:07 and 2026-11-22 for one number each. */
	private void skipRestOfNumber() {
		while (isDigit(at(this.position + 1)) && ".,:-_".indexOf(at(this.position)) >= 0) {
			char separator = at(this.position);
			int start = this.position + 1;
			int end = wordEnd(start);
			int digitsEnd = digitsEnd(start);
			boolean joins = ".,:".indexOf(separator) >= 0 && !isHex(start, end) && !isId(start, end);
			if (isUuid(start) || (digitsEnd < end && !joins)) {
				return;
			}
			this.position = digitsEnd;
		}
	}

	private void mask(String with, int end) {
		this.masked.append(with);
		this.position = end;
	}

	private int withoutTrailing(String characters, int from, int end) {
		int last = end;
		while (last > from && characters.indexOf(at(last - 1)) >= 0) {
			last--;
		}
		return last;
	}

	private int wordEnd(int from) {
		int end = from;
		while (isWord(at(end))) {
			end++;
		}
		return end;
	}

	private int digitsEnd(int from) {
		int end = from;
		while (isDigit(at(end))) {
			end++;
		}
		return end;
	}

	private boolean isUuid(int start) {
		for (int i = 0; i < UUID_LENGTH; i++) {
			char next = at(start + i);
			boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
			if (dash ? (next != '-') : !isHexDigit(next)) {
				return false;
			}
		}
		return !isWord(at(start + UUID_LENGTH));
	}

	private boolean isHex(int start, int end) {
		boolean prefixed = end > start + 2 && at(start) == '0' && (at(start + 1) | 0x20) == 'x';
		int digits = 0;
		for (int i = prefixed ? start + 2 : start; i < end; i++) {
			if (!isHexDigit(at(i))) {
				return false;
			}
			digits += isDigit(at(i)) ? 1 : 0;
		}
		return prefixed || (end - start >= MIN_HEX_LENGTH && digits > 0 && digits < end - start);
	}

	private boolean isId(int start, int end) {
		int digits = 0;
		for (int i = start; i < end; i++) {
			digits += isDigit(at(i)) ? 1 : 0;
		}
		return end - start >= MIN_ID_LENGTH && digits > 1 && digits < end - start;
	}

	private char before(int index) {
		return at(index - 1);
	}

	/**
	 * Returns a character of the text.
	 * @param index any index
	 * @return a space outside of the text
	 */
	private char at(int index) {
		return (index >= 0 && index < this.text.length()) ? this.text.charAt(index) : ' ';
	}

	private static boolean isBlank(char character) {
		return Character.isWhitespace(character) || Character.isSpaceChar(character)
				|| Character.isISOControl(character);
	}

	private static boolean isWord(char character) {
		return Character.isLetterOrDigit(character);
	}

	private static boolean isDigit(char character) {
		return Character.isDigit(character);
	}

	private static boolean isHexDigit(char character) {
		return (character >= '0' && character <= '9') || ((character | 0x20) >= 'a' && (character | 0x20) <= 'f');
	}

	private static boolean isPath(char character) {
		return isWord(character) || "./\\~-_%$@+*".indexOf(character) >= 0;
	}

}
