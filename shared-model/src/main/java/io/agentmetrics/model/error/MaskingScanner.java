package io.agentmetrics.model.error;

import java.util.Locale;
import java.util.Set;

/**
 * Reads an error message once from left to right and writes it with its variable parts
 * masked.
 */
final class MaskingScanner {

	/** What stands for a variable part, or for several in a row. */
	static final String MASK = "<*>";

	private static final String OPENING_QUOTES = "\"'`\u201c\u201e\u2018\u201a\u00ab\u2039\u300c\u300e";

	private static final String CLOSING_QUOTES = "\"'`\u201d\u201c\u2019\u2018\u00bb\u203a\u300d\u300f";

	/** What may stand between two masks of one list, date, number or identifier. */
	private static final String JOINING = " .,;:/_-+|&'\u2019";

	private static final int MAX_JOINING = 3;

	/** What may stand between a word such as "status" and its code. */
	private static final String ANNOUNCING = " :=#([{'\"\\/-";

	private static final int MAX_ANNOUNCING = 4;

	private static final int MIN_HEX_LENGTH = 6;

	private static final int MIN_RANDOM_LENGTH = 5;

	private static final int MIN_RANDOM_LETTERS = 6;

	private static final int MIN_BLOCK_LENGTH = 10;

	private static final int SHORT = 3;

	private static final int LONG = 20;

	/** What joins a word to something before it. */
	private static final String JOINED = "._-+@\\";

	/** Keys of JSON whose values say which error it is. */
	private static final Set<String> TELLING_KEYS = Set.of("cause", "code", "description", "detail", "details", "error",
			"errorcode", "errordescription", "errormessage", "kind", "message", "msg", "reason", "status", "statustext",
			"title", "type");

	/** What stands before the underscore of an identifier that somebody gave out. */
	private static final Set<String> ID_PREFIXES = Set.of("acct", "asst", "batch", "call", "chatcmpl", "cmpl", "conv",
			"corr", "cus", "evt", "file", "id", "inv", "job", "key", "msg", "order", "org", "proj", "req", "request",
			"resp", "run", "sess", "session", "sid", "span", "task", "thread", "tok", "token", "toolu", "trace", "tx",
			"txn", "uid", "user", "usr", "wf");

	private final MessageText text;

	private final Addresses addresses;

	private final int enough;

	private final StringBuilder masked;

	private int position;

	/** Where the last mask ends in what is written, or -1 before the first. */
	private int lastMask = -1;

	/** Where the last mask ends in the text. */
	private int lastMasked = -1;

	/** Where the last word that was written starts and ends in the text. */
	private int wordStart;

	private int lastWordEnd = -1;

	/** One bit per kind of quote that is not closed again in the rest of the text. */
	private int neverClosed;

	/** Where the last string that is not masked closes. */
	private int openString = -1;

	private boolean json;

	MaskingScanner(MessageText text, int enough) {
		this.text = text;
		this.addresses = new Addresses(text);
		this.enough = enough;
		this.masked = new StringBuilder(Math.min(text.length(), enough) + 16);
	}

	/**
	 * Masks the text.
	 * @return the masked text; may stop early once it has more characters than enough
	 */
	String scan() {
		while (this.position < this.text.length() && this.masked.length() <= this.enough) {
			step(this.text.at(this.position));
		}
		return this.masked.toString();
	}

	private void step(char next) {
		if (MessageText.isBlank(next)) {
			space();
		}
		else if (MessageText.isWord(next)) {
			word();
		}
		else if (!quoted(next) && !token(next) && !path() && !address(next) && !sign(next)) {
			this.json |= next == '{';
			put(this.position + 1);
		}
	}

	private void space() {
		if (!this.masked.isEmpty() && this.masked.charAt(this.masked.length() - 1) != ' ') {
			this.masked.append(' ');
		}
		this.position++;
	}

	private boolean quoted(char opening) {
		if (this.position == this.openString) {
			return false;
		}
		int kind = OPENING_QUOTES.indexOf(opening);
		if (kind < 0 || (this.neverClosed & (1 << kind)) != 0) {
			return false;
		}
		boolean apostrophe = opening == '\'' || opening == '\u201a';
		if (apostrophe && this.text.isWord(this.position - 1)) {
			return false;
		}
		char closing = CLOSING_QUOTES.charAt(kind);
		for (int end = this.text.indexOf(closing, this.position + 1); end >= 0; end = this.text.indexOf(closing,
				end + 1)) {
			if (!apostrophe || !this.text.isWord(end + 1)) {
				string(end);
				return true;
			}
		}
		this.neverClosed |= 1 << kind;
		return false;
	}

	/**
	 * Masks a quoted string, unless it is a key of JSON or the value of a telling one.
	 */
	private void string(int end) {
		if (this.json && (isKey(end) || isTelling())) {
			this.openString = end;
			put(this.position + 1);
		}
		else {
			mask(end + 1);
		}
	}

	private boolean isKey(int end) {
		int before = this.position - 1;
		while (isBlankInJson(before)) {
			before--;
		}
		return (this.text.at(before) == '{' || this.text.at(before) == ',') && this.text.at(skipBlanks(end + 1)) == ':';
	}

	/** Whether the value at the position belongs to a key that says which error it is. */
	private boolean isTelling() {
		if (this.openString < 0) {
			return false;
		}
		int colon = skipBlanks(this.openString + 1);
		return this.text.at(colon) == ':' && skipBlanks(colon + 1) == this.position && TELLING_KEYS.contains(lastKey());
	}

	private String lastKey() {
		int end = this.openString;
		while (this.text.at(end - 1) == '\\') {
			end--;
		}
		int start = end;
		while (this.text.isWord(start - 1) || "_-".indexOf(this.text.at(start - 1)) >= 0) {
			start--;
		}
		return this.text.substring(start, end).replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
	}

	private int skipBlanks(int from) {
		int index = from;
		while (isBlankInJson(index)) {
			index++;
		}
		return index;
	}

	/** JSON in a string of JSON has a backslash before each quote. */
	private boolean isBlankInJson(int index) {
		return index >= 0 && index < this.text.length()
				&& (MessageText.isBlank(this.text.at(index)) || this.text.at(index) == '\\');
	}

	/** Random characters of which the first is no letter or digit. */
	private boolean token(char next) {
		return "+/_-".indexOf(next) >= 0 && !this.text.isWord(this.position - 1)
				&& mask(this.addresses.token(this.position));
	}

	private boolean path() {
		char before = this.text.at(this.position - 1);
		if (MessageText.isWord(before) || "./\\~<-_%".indexOf(before) >= 0) {
			return false;
		}
		return mask(this.addresses.path(this.position));
	}

	private boolean address(char next) {
		return (next == '[' || next == ':') && !this.text.isWord(this.position - 1)
				&& maskNumber(this.addresses.colonSeparated(this.position));
	}

	private boolean sign(char next) {
		if ((next != '-' && next != '+') || this.text.isWord(this.position - 1)
				|| !this.text.isDigit(this.position + 1)) {
			return false;
		}
		if (isAnnounced(this.position + 1, this.text.wordEnd(this.position + 1), true)) {
			put(this.text.wordEnd(this.position + 1));
			return true;
		}
		this.position++;
		return true;
	}

	private void word() {
		int start = this.position;
		int end = this.text.wordEnd(start);
		if (isPlain(start, end)) {
			remember(start, end);
			put(end);
		}
		else if (isAnnounced(start, end, false)) {
			put(end);
		}
		else if (!mask(this.addresses.uuid(start)) && !mask(this.addresses.url(end)) && !startOfChunk(start, end)) {
			piece(start, end);
		}
	}

	/**
	 * Whether a word is in lower case and nothing is joined to it: it stays, whatever the
	 * rest of the text is. Most words are so, and all other questions take much longer.
	 * One of a to f may be a number, and a long one a token.
	 */
	private boolean isPlain(int start, int end) {
		boolean hexadecimal = true;
		for (int i = start; i < end; i++) {
			char letter = this.text.at(i);
			if (letter < 'a' || letter > 'z') {
				return false;
			}
			hexadecimal &= letter <= 'f';
		}
		return !hexadecimal && JOINED.indexOf(this.text.at(start - 1)) < 0 && this.addresses.standsAlone(start, end);
	}

	/** Whether a word that nothing stands before is more than a word. */
	private boolean startOfChunk(int start, int end) {
		if (JOINED.indexOf(this.text.at(start - 1)) >= 0) {
			return false;
		}
		int code = ErrorCodes.prefixedEnd(this.text, start);
		if (code > start) {
			put(code);
			return true;
		}
		if (maskNumber(this.addresses.dump(start, end))) {
			return true;
		}
		if (this.addresses.standsAlone(start, end)) {
			return false;
		}
		return maskNumber(this.addresses.colonSeparated(start)) || protocol(start, end)
				|| mask(this.addresses.path(start)) || mask(this.addresses.chunk(start));
	}

	/** HTTP/1.1 announces a status like HTTP does. */
	private boolean protocol(int start, int end) {
		if (this.text.at(end) != '/' || !this.text.isDigit(end + 1)
				|| ErrorCodes.digitsAfter(this.text.substring(start, end)) == 0) {
			return false;
		}
		put(end);
		int version = this.text.runEnd(end + 1, ".");
		put(end + 1);
		mask(version);
		this.wordStart = start;
		this.lastWordEnd = version;
		return true;
	}

	private void piece(int start, int end) {
		int digits = 0;
		int changes = 0;
		for (int i = start; i < end; i++) {
			boolean digit = this.text.isDigit(i);
			digits += digit ? 1 : 0;
			changes += i > start && digit != this.text.isDigit(i - 1) ? 1 : 0;
		}
		if (digits == 0) {
			letters(start, end);
		}
		else if (this.text.isDigit(start) || isVersion(start, changes) || isIsoDuration(start, end)) {
			maskNumber(this.addresses.padded(end));
		}
		else if (isHex(start, end) || isRandom(start, end, changes)) {
			mask(this.addresses.padded(end));
		}
		else {
			lettersAndNumbers(start, end);
		}
	}

	private void letters(int start, int end) {
		String letters = this.text.substring(start, end);
		char before = this.text.at(start - 1);
		boolean joined = before == '-' || before == '_';
		if ((joined ? isRandomSuffix(letters, before) : isRandomBlock(letters))
				|| (isMaskedUpTo(start - 1) && isEndOfNumber(letters, before)) || isStartOfDate(letters, end)) {
			mask(end);
		}
		else {
			remember(start, end);
			put(end);
		}
	}

	private boolean isRandomSuffix(String letters, char before) {
		if (before == '-' && RandomLetters.isPodSuffix(letters)) {
			return true;
		}
		return letters.length() >= MIN_RANDOM_LETTERS
				&& (RandomLetters.isRandom(letters) || (RandomLetters.isMixedCase(letters)
						&& (followsIdPrefix(this.position) || (before == '_' && !RandomLetters.isName(letters)))));
	}

	/** Many letters without a digit that are no name of a class. */
	private static boolean isRandomBlock(String letters) {
		return letters.length() >= MIN_BLOCK_LENGTH && RandomLetters.isMixedCase(letters)
				&& RandomLetters.isRandom(letters);
	}

	/** The marks of a version, and the last letters of an identifier with dashes. */
	private boolean isEndOfNumber(String letters, char before) {
		return (".-_+".indexOf(before) >= 0 && NumberWords.isVersion(letters))
				|| ((before == '-' || before == '_') && letters.length() <= SHORT);
	}

	private boolean isStartOfDate(String letters, int end) {
		int next = end;
		while (" ,.-/".indexOf(this.text.at(next)) >= 0 && next < end + SHORT) {
			next++;
		}
		return next > end && (this.text.isDigit(next) || isCalendar(next)) && NumberWords.isCalendar(letters);
	}

	private boolean isCalendar(int start) {
		return this.text.isWord(start) && NumberWords.isCalendar(this.text.substring(start, this.text.wordEnd(start)));
	}

	private boolean isVersion(int start, int changes) {
		return changes == 1 && (this.text.at(start) | 0x20) == 'v' && this.text.isDigit(start + 1);
	}

	/** P1DT2H and PT0.5S, whose rest is a number of its own. */
	private boolean isIsoDuration(int start, int end) {
		if (this.text.at(start) != 'P') {
			return false;
		}
		for (int i = start + 1; i < end; i++) {
			if (!this.text.isDigit(i) && "YMWDTHS".indexOf(this.text.at(i)) < 0) {
				return false;
			}
		}
		return true;
	}

	private boolean isHex(int start, int end) {
		boolean prefixed = end > start + 2 && this.text.at(start) == '0' && (this.text.at(start + 1) | 0x20) == 'x';
		for (int i = prefixed ? start + 2 : start; i < end; i++) {
			if (!MessageText.isHexDigit(this.text.at(i))) {
				return false;
			}
		}
		return prefixed || end - start >= MIN_HEX_LENGTH;
	}

	/** Whether letters and digits, a letter first, are an identifier and no name. */
	private boolean isRandom(int start, int end, int changes) {
		int length = end - start;
		String longest = longestLetters(start, end);
		char before = this.text.at(start - 1);
		if (before == '_' || before == '-') {
			return changes > 1 || longest.length() < SHORT || followsIdPrefix(start) || RandomLetters.isRandom(longest)
					|| (longest.length() >= MIN_RANDOM_LETTERS && RandomLetters.isMixedCase(longest)
							&& !RandomLetters.isName(longest))
					|| (isMaskedUpTo(start - 1) && NumberWords.isVersion(longest))
					|| (before == '-' && RandomLetters.isPodSuffix(this.text.substring(start, end)));
		}
		boolean turns = changes > 2 || (changes > 1 && length >= LONG);
		boolean named = RandomLetters.isName(longest)
				&& (changes <= 2 || length < LONG || RandomLetters.isMixedCase(longest));
		if (length >= MIN_BLOCK_LENGTH && (RandomLetters.isRandom(longest) || (turns && !named))) {
			return true;
		}
		// log4j and k8s are names
		return length >= MIN_RANDOM_LENGTH && (changes > 2 || (changes > 1 && length > MIN_RANDOM_LENGTH))
				&& (longest.length() <= SHORT + 1 || longest.length() * 2 < length || RandomLetters.isRandom(longest));
	}

	private String longestLetters(int start, int end) {
		String longest = "";
		int from = start;
		for (int i = start; i <= end; i++) {
			if (i == end || this.text.isDigit(i)) {
				longest = (i - from > longest.length()) ? this.text.substring(from, i) : longest;
				from = i + 1;
			}
		}
		return longest;
	}

	private boolean followsIdPrefix(int start) {
		int end = start - 1;
		int from = end;
		while (this.text.isWord(from - 1)) {
			from--;
		}
		return ID_PREFIXES.contains(this.text.substring(from, end).toLowerCase(Locale.ROOT));
	}

	private void lettersAndNumbers(int start, int end) {
		remember(start, end);
		while (this.position < end) {
			if (this.text.isDigit(this.position)) {
				mask(this.text.digitsEnd(this.position));
			}
			else {
				put(this.position + 1);
			}
		}
	}

	/** Takes the unit of a number and the rest of a date for a part of it. */
	private void unit() {
		char next = this.text.at(this.position);
		int start = (MessageText.isBlank(next) || next == '-' || next == '/') ? this.position + 1 : this.position;
		if (this.text.at(start) == '%') {
			mask(start + 1);
			return;
		}
		int end = this.text.wordEnd(start);
		if (end > start && NumberWords.isUnit(this.text.substring(start, end))
				&& "_-@\\".indexOf(this.text.at(end)) < 0) {
			mask(end);
		}
	}

	private boolean isAnnounced(int start, int end, boolean negative) {
		if (this.lastWordEnd < 0 || start - this.lastWordEnd > MAX_ANNOUNCING || start == this.lastWordEnd) {
			return false;
		}
		for (int i = this.lastWordEnd; i < start; i++) {
			if (ANNOUNCING.indexOf(this.text.at(i)) < 0) {
				return false;
			}
		}
		int wordEnd = this.text.wordEnd(this.wordStart);
		return ErrorCodes.isAnnounced(this.text.substring(this.wordStart, wordEnd), this.text.substring(start, end),
				negative);
	}

	private void remember(int start, int end) {
		this.wordStart = start;
		this.lastWordEnd = end;
	}

	private boolean isMaskedUpTo(int index) {
		return this.lastMasked == index;
	}

	private void put(int end) {
		this.text.copy(this.position, end, this.masked);
		this.position = end;
	}

	private boolean maskNumber(int end) {
		if (!mask(end)) {
			return false;
		}
		unit();
		return true;
	}

	private boolean mask(int end) {
		if (end == Addresses.NONE) {
			return false;
		}
		if (joinsLastMask()) {
			this.masked.setLength(this.lastMask);
		}
		else {
			this.masked.append(MASK);
			this.lastMask = this.masked.length();
		}
		this.position = end;
		this.lastMasked = end;
		return true;
	}

	private boolean joinsLastMask() {
		if (this.lastMask < 0 || this.masked.length() - this.lastMask > MAX_JOINING) {
			return false;
		}
		for (int i = this.lastMask; i < this.masked.length(); i++) {
			if (JOINING.indexOf(this.masked.charAt(i)) < 0) {
				return false;
			}
		}
		return true;
	}

}
