package io.agentmetrics.model.error;

/**
 * The text of an error message with what is needed to look ahead in it. Full-width
 * characters, the digits of all scripts, typographic dashes and invisible characters are
 * brought to their ASCII form, so that everything after knows one notation.
 */
final class MessageText {

	private static final int FULL_WIDTH_OFFSET = 0xFEE0;

	private final String text;

	MessageText(String message) {
		this.text = isAscii(message) ? message : toAscii(message);
	}

	int length() {
		return this.text.length();
	}

	/**
	 * Returns a character of the text.
	 * @return a space outside of the text
	 */
	char at(int index) {
		return (index >= 0 && index < this.text.length()) ? this.text.charAt(index) : ' ';
	}

	boolean startsWith(String prefix, int index) {
		return this.text.startsWith(prefix, index);
	}

	int indexOf(char character, int from) {
		return this.text.indexOf(character, from);
	}

	String substring(int start, int end) {
		return this.text.substring(start, end);
	}

	void copy(int start, int end, StringBuilder target) {
		target.append(this.text, start, end);
	}

	boolean isWord(int index) {
		return isWord(at(index));
	}

	boolean isDigit(int index) {
		return isDigit(at(index));
	}

	int wordEnd(int from) {
		int end = from;
		while (isWord(end)) {
			end++;
		}
		return end;
	}

	int digitsEnd(int from) {
		int end = from;
		while (isDigit(end)) {
			end++;
		}
		return end;
	}

	int runEnd(int from, String besidesWords) {
		int end = from;
		while (isWord(end) || besidesWords.indexOf(at(end)) >= 0) {
			end++;
		}
		return end;
	}

	int withoutTrailing(String characters, int from, int end) {
		int last = end;
		while (last > from && characters.indexOf(at(last - 1)) >= 0) {
			last--;
		}
		return last;
	}

	static boolean isBlank(char character) {
		if (character < 0x7F) {
			return character <= ' ';
		}
		return Character.isWhitespace(character) || Character.isSpaceChar(character)
				|| Character.isISOControl(character);
	}

	static boolean isWord(char character) {
		if (character < 0x80) {
			return isDigit(character) || ((character | 0x20) >= 'a' && (character | 0x20) <= 'z');
		}
		return Character.isLetterOrDigit(character);
	}

	static boolean isDigit(char character) {
		return character >= '0' && character <= '9';
	}

	static boolean isHexDigit(char character) {
		return isDigit(character) || ((character | 0x20) >= 'a' && (character | 0x20) <= 'f');
	}

	private static boolean isAscii(String message) {
		for (int i = 0; i < message.length(); i++) {
			if (message.charAt(i) > 0x7F) {
				return false;
			}
		}
		return true;
	}

	private static String toAscii(String message) {
		StringBuilder ascii = new StringBuilder(message.length());
		message.codePoints().forEach((codePoint) -> {
			int digit = Character.digit(codePoint, 10);
			if (digit >= 0) {
				ascii.append((char) ('0' + digit));
			}
			else if (codePoint >= 0xFF01 && codePoint <= 0xFF5E) {
				ascii.append((char) (codePoint - FULL_WIDTH_OFFSET));
			}
			else {
				switch (Character.getType(codePoint)) {
					case Character.FORMAT -> {
					}
					case Character.DASH_PUNCTUATION -> ascii.append('-');
					case Character.OTHER_NUMBER, Character.LETTER_NUMBER -> ascii.append('0');
					default -> ascii.appendCodePoint(withoutScript(codePoint));
				}
			}
		});
		return ascii.toString();
	}

	/** The minus sign, and what separates Arabic digits. */
	private static int withoutScript(int codePoint) {
		return switch (codePoint) {
			case 0x2212 -> '-';
			case 0x066B -> '.';
			case 0x066C -> ',';
			case 0x066A -> '%';
			default -> codePoint;
		};
	}

}
