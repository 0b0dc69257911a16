package io.agentmetrics.model.error;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds addresses, paths and identifiers of more than one word in a message: hosts,
 * networks, people, files, UUIDs, tokens, dumps. Each method returns where the one ends
 * that starts at an index, or {@link #NONE}, and reads that part of the text once.
 */
final class Addresses {

	static final int NONE = -1;

	private static final int UUID_LENGTH = 36;

	private static final int MIN_TOKEN_LENGTH = 16;

	/** Words of so many letters come by chance only now and then. */
	private static final int WORD_LENGTH = 6;

	private static final int MIN_DUMP_GROUPS = 4;

	private static final int MAX_EXTENSION = 5;

	private static final int MAX_IPV6_GROUP = 4;

	/** Last labels of host names that are no words of programs in lower case. */
	private static final Set<String> TOP_LEVEL = Set.of("com", "org", "net", "io", "dev", "cloud", "edu", "gov", "mil",
			"biz", "co", "internal", "local", "localdomain", "lan", "corp", "intra", "svc", "arpa", "ai", "app");

	/** Last labels that may be words as well: only after two other labels. */
	private static final Set<String> COUNTRIES = Set.of("info", "test", "example", "invalid", "home", "localhost", "uk",
			"de", "us", "fr", "nl", "eu", "ch", "at", "jp", "cn", "in", "br", "ru", "it", "es", "se", "no", "fi", "dk",
			"pl", "cz", "ca", "au", "nz", "kr", "tw", "sg", "hk", "za", "mx", "ar", "tr", "ie", "be", "pt");

	private static final List<String> PATH_PREFIXES = List.of("/", "./", "../", "~/", "\\\\", ".\\", "..\\");

	private static final String LOCALHOST = "localhost";

	private static final String JWT = "eyJ";

	private final MessageText text;

	Addresses(MessageText text) {
		this.text = text;
	}

	int uuid(int start) {
		for (int i = 0; i < UUID_LENGTH; i++) {
			char next = this.text.at(start + i);
			boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
			if (dash ? (next != '-') : !MessageText.isHexDigit(next)) {
				return NONE;
			}
		}
		return this.text.isWord(start + UUID_LENGTH) ? NONE : start + UUID_LENGTH;
	}

	int url(int schemeEnd) {
		if (!this.text.startsWith("://", schemeEnd)) {
			return NONE;
		}
		int end = schemeEnd + 3;
		while (end < this.text.length() && !MessageText.isBlank(this.text.at(end))
				&& "\"'`<>()[]{}|".indexOf(this.text.at(end)) < 0) {
			end++;
		}
		return this.text.withoutTrailing(".,;:!?", schemeEnd + 3, end);
	}

	/** A path that begins with a drive, a share, or slashes and dots. */
	int path(int start) {
		int prefix = pathPrefix(start);
		if (prefix == 0 || !isPath(this.text.at(start + prefix))) {
			return NONE;
		}
		int end = pathEnd(start + prefix);
		return hasBackslash(start, end) ? endOfFoldersWithBlanks(end) : end;
	}

	/** Folders of Windows have blanks in their names. */
	private int endOfFoldersWithBlanks(int from) {
		int end = from;
		while (this.text.at(end) == ' ' && this.text.isWord(end + 1) && hasBackslash(end + 1, pathEnd(end + 1))) {
			end = pathEnd(end + 1);
		}
		return end;
	}

	private boolean hasBackslash(int start, int end) {
		for (int i = start; i < end; i++) {
			if (this.text.at(i) == '\\') {
				return true;
			}
		}
		return false;
	}

	private int pathPrefix(int start) {
		if (Character.isLetter(this.text.at(start))) {
			boolean drive = this.text.at(start + 1) == ':'
					&& (this.text.at(start + 2) == '\\' || this.text.at(start + 2) == '/');
			return drive ? 3 : 0;
		}
		for (String prefix : PATH_PREFIXES) {
			if (this.text.startsWith(prefix, start)) {
				return prefix.length();
			}
		}
		return 0;
	}

	private int pathEnd(int from) {
		int end = from;
		while (isPath(this.text.at(end))) {
			end++;
		}
		return this.text.withoutTrailing(".", from, end);
	}

	/** Several words of a path, such as {@code src/main/Run.java}. */
	private int relativePath(int start, int separator) {
		char slash = this.text.at(separator);
		if ((slash != '/' && slash != '\\') || !this.text.isWord(separator + 1)) {
			return NONE;
		}
		int end = pathEnd(separator);
		int dot = end;
		while (dot > separator && this.text.isWord(dot - 1)) {
			dot--;
		}
		boolean hasExtension = dot < end && end - dot <= MAX_EXTENSION && this.text.at(dot - 1) == '.'
				&& this.text.isWord(dot - 2);
		return hasExtension ? end : NONE;
	}

	/**
	 * Whether a word is followed by nothing that belongs to an address, and too short to
	 * be a token: then it starts none of them. Bytes in a row are none of them.
	 */
	boolean standsAlone(int start, int end) {
		if (end - start >= MIN_TOKEN_LENGTH || this.text.startsWith(JWT, start)
				|| this.text.startsWith(LOCALHOST, start)) {
			return false;
		}
		char next = this.text.at(end);
		return MessageText.isBlank(next) || ",;()[]{}\"'!?<>".indexOf(next) >= 0
				|| ((next == '.' || next == ':') && MessageText.isBlank(this.text.at(end + 1)));
	}

	/**
	 * A mail address, a host, a token or a path that starts with a word; only where
	 * nothing of it stands before.
	 */
	int chunk(int start) {
		if (this.text.startsWith(JWT, start)) {
			return this.text.withoutTrailing(".", start, this.text.runEnd(start, "-_."));
		}
		int token = token(start);
		if (token != NONE) {
			return token;
		}
		int end = this.text.runEnd(start, "._-+");
		if (this.text.at(end) == '@') {
			return mail(end);
		}
		int trimmed = this.text.withoutTrailing(".-_+", start, end);
		int host = host(start, trimmed);
		if (host != NONE) {
			return host;
		}
		return relativePath(start, end);
	}

	private int mail(int at) {
		int end = this.text.withoutTrailing(".-", at + 1, this.text.runEnd(at + 1, ".-"));
		boolean hexadecimal = true;
		for (int i = at + 1; i < end; i++) {
			hexadecimal &= MessageText.isHexDigit(this.text.at(i));
		}
		return (end > at + 1 && Character.isLetter(this.text.at(at + 1)) && !hexadecimal) ? end : NONE;
	}

	private int host(int start, int end) {
		int labels = 1;
		int last = start;
		for (int i = start; i < end; i++) {
			char next = this.text.at(i);
			if (next == '.') {
				if (i == last) {
					return NONE;
				}
				labels++;
				last = i + 1;
			}
			else if (next == '_' || next == '+') {
				return NONE;
			}
		}
		if (labels == 1) {
			return this.text.startsWith(LOCALHOST, start) && end == start + LOCALHOST.length() ? end : NONE;
		}
		String topLevel = this.text.substring(last, end);
		String lower = topLevel.toLowerCase(Locale.ROOT);
		boolean oneCase = topLevel.equals(lower) || topLevel.equals(topLevel.toUpperCase(Locale.ROOT));
		if (!oneCase || !(TOP_LEVEL.contains(lower) || (labels > 2 && COUNTRIES.contains(lower)))) {
			return NONE;
		}
		return (this.text.at(end) == '/') ? pathEnd(end) : end;
	}

	/** Base64 in both alphabets, and other long identifiers with characters between. */
	int token(int start) {
		int base64 = random(start, this.text.runEnd(start, "+/"));
		int forUrls = startsWithWord(start) ? NONE : random(start, this.text.runEnd(start, "-_"));
		return Math.max(base64, forUrls);
	}

	/** Whether an identifier tells by a word of its own what it identifies. */
	private boolean startsWithWord(int start) {
		int end = start;
		while (this.text.at(end) >= 'a' && this.text.at(end) <= 'z') {
			end++;
		}
		return end - start > 1 && (this.text.at(end) == '_' || this.text.at(end) == '-');
	}

	private int random(int start, int end) {
		if (end - start < MIN_TOKEN_LENGTH || (this.text.at(start) == '/' && this.text.at(end) != '=')) {
			return NONE;
		}
		boolean upper = false;
		boolean lower = false;
		boolean digit = false;
		boolean drawn = false;
		int letters = start;
		int named = 0;
		for (int i = start; i <= end; i++) {
			char next = this.text.at(i);
			upper |= next >= 'A' && next <= 'Z';
			lower |= next >= 'a' && next <= 'z';
			digit |= MessageText.isDigit(next);
			if (!Character.isLetter(next) || i == end) {
				if (i - letters >= WORD_LENGTH) {
					String part = this.text.substring(letters, i);
					named += RandomLetters.isName(part) ? part.length() : 0;
					drawn |= RandomLetters.isMixedCase(part) && RandomLetters.isRandom(part);
				}
				letters = i + 1;
			}
		}
		return (upper && lower && (digit || drawn) && named * 2 <= end - start) ? padded(end) : NONE;
	}

	/** What ends base64. */
	int padded(int from) {
		int end = from;
		while (end < from + 2 && this.text.at(end) == '=') {
			end++;
		}
		return this.text.isWord(end) ? from : end;
	}

	/** IPv6, with its zone or in brackets; MAC addresses in pairs; also times of day. */
	int colonSeparated(int start) {
		if (this.text.at(start) == '[') {
			int end = colonSeparated(start + 1);
			return (end != NONE && this.text.at(end) == ']') ? end + 1 : NONE;
		}
		int colons = 0;
		int group = 0;
		boolean digit = false;
		int end = start;
		for (; MessageText.isHexDigit(this.text.at(end)) || isInnerColon(end) || isInnerDot(end, colons); end++) {
			char next = this.text.at(end);
			group = (next == ':' || next == '.') ? 0 : group + 1;
			colons += (next == ':') ? 1 : 0;
			digit |= MessageText.isDigit(next);
			if (group > MAX_IPV6_GROUP) {
				return NONE;
			}
		}
		if (colons < 2 || !digit || this.text.isWord(end)) {
			return NONE;
		}
		return (this.text.at(end) == '%' && this.text.isWord(end + 1)) ? this.text.runEnd(end + 1, "-_.") : end;
	}

	private boolean isInnerColon(int index) {
		return this.text.at(index) == ':' && (this.text.at(index + 1) == ':' || this.text.at(index - 1) == ':'
				|| MessageText.isHexDigit(this.text.at(index + 1)));
	}

	private boolean isInnerDot(int index, int colons) {
		return this.text.at(index) == '.' && colons > 1 && this.text.isDigit(index + 1);
	}

	/** Bytes as pairs (or fours) of hexadecimal digits, and MAC addresses. */
	int dump(int start, int wordEnd) {
		int width = wordEnd - start;
		if ((width != 2 && width != 4) || !isHexadecimal(start, wordEnd)) {
			return NONE;
		}
		char separator = this.text.at(wordEnd);
		if (" :-.".indexOf(separator) < 0) {
			return NONE;
		}
		int groups = 1;
		int end = wordEnd;
		boolean digit = hasDigit(start, wordEnd);
		while (this.text.at(end) == separator && isHexadecimal(end + 1, end + 1 + width)
				&& !this.text.isWord(end + 1 + width)) {
			digit |= hasDigit(end + 1, end + 1 + width);
			end += 1 + width;
			groups++;
		}
		return (digit && (groups >= MIN_DUMP_GROUPS || (width == 4 && groups == 3 && separator == '.'))) ? end : NONE;
	}

	private boolean isHexadecimal(int start, int end) {
		for (int i = start; i < end; i++) {
			if (!MessageText.isHexDigit(this.text.at(i))) {
				return false;
			}
		}
		return true;
	}

	private boolean hasDigit(int start, int end) {
		for (int i = start; i < end; i++) {
			if (this.text.isDigit(i)) {
				return true;
			}
		}
		return false;
	}

	static boolean isPath(char character) {
		return MessageText.isWord(character) || "./\\~-_%$@+*".indexOf(character) >= 0;
	}

}
