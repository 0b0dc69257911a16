package io.agentmetrics.model.error;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Codes of errors, which are not masked: they say which error it is, not which
 * occurrence. Status codes, exit codes, SQLSTATEs, the codes of databases and compilers.
 */
final class ErrorCodes {

	private static final int STATUS_DIGITS = 3;

	private static final int CODE_DIGITS = 5;

	private static final int MIN_PREFIXED_DIGITS = 3;

	private static final int MAX_PREFIXED_DIGITS = 6;

	/** An exit code of Windows, and an HRESULT with its 0x. */
	private static final int LONG_CODE = 10;

	/** Words after which a number is a code, and the most digits it has then. */
	private static final Map<String, Integer> ANNOUNCING = Map.ofEntries(Map.entry("http", STATUS_DIGITS),
			Map.entry("https", STATUS_DIGITS), Map.entry("status", STATUS_DIGITS),
			Map.entry("httpstatus", STATUS_DIGITS), Map.entry("statuscode", STATUS_DIGITS),
			Map.entry("signal", STATUS_DIGITS), Map.entry("code", CODE_DIGITS), Map.entry("errorcode", CODE_DIGITS),
			Map.entry("errcode", CODE_DIGITS), Map.entry("exitcode", CODE_DIGITS), Map.entry("returncode", CODE_DIGITS),
			Map.entry("responsecode", CODE_DIGITS), Map.entry("resultcode", CODE_DIGITS),
			Map.entry("sqlcode", CODE_DIGITS), Map.entry("sqlstate", CODE_DIGITS), Map.entry("errno", CODE_DIGITS),
			Map.entry("winerror", CODE_DIGITS), Map.entry("hresult", CODE_DIGITS), Map.entry("ntstatus", CODE_DIGITS),
			Map.entry("error", STATUS_DIGITS));

	private static final Set<String> PREFIXES = Set.of("AADSTS", "CS", "DPI", "E", "EC", "ER", "ERR", "ERROR", "HTTP",
			"HTTPS", "LPX", "MSB", "MY", "NU", "ORA", "P", "PG", "PGRST", "PLS", "RMAN", "SQL", "SQLCODE", "SQLSTATE",
			"TNS", "TS");

	private ErrorCodes() {
	}

	/**
	 * Returns how many digits a code has at most that follows a word.
	 * @return the number of digits; 0 if no code follows such a word
	 */
	static int digitsAfter(String word) {
		return ANNOUNCING.getOrDefault(word.toLowerCase(Locale.ROOT), 0);
	}

	/**
	 * Returns whether a piece of text is the code that a word has announced.
	 */
	static boolean isAnnounced(String announcedBy, String piece, boolean negative) {
		// before the word is looked up: few pieces can be a code
		if (piece.length() > LONG_CODE || !(isDigit(piece.charAt(0)) || piece.length() == CODE_DIGITS)) {
			return false;
		}
		int digits = digitsAfter(announcedBy);
		if (digits == 0) {
			return false;
		}
		if (announcedBy.equalsIgnoreCase("error")) {
			return piece.length() == STATUS_DIGITS && (piece.charAt(0) == '4' || piece.charAt(0) == '5')
					&& isNumber(piece);
		}
		if (isNumber(piece)) {
			return piece.length() <= (negative ? LONG_CODE : digits);
		}
		return (digits == CODE_DIGITS)
				&& (isSqlState(piece) || (piece.length() == LONG_CODE && piece.startsWith("0x")));
	}

	/**
	 * Returns where a code ends that brings its own prefix, such as {@code E11000},
	 * {@code ORA-00942} and {@code SQL0204N}.
	 * @return the end, or {@code start} if there is none
	 */
	static int prefixedEnd(MessageText text, int start) {
		int end = start;
		while (text.at(end) >= 'A' && text.at(end) <= 'Z') {
			end++;
		}
		boolean separated = text.at(end) == '-' || text.at(end) == '_';
		if (end == start || !(separated || text.isDigit(end)) || !PREFIXES.contains(text.substring(start, end))) {
			return start;
		}
		if (separated) {
			end++;
		}
		int digitsEnd = text.digitsEnd(end);
		int digits = digitsEnd - end;
		if (digits < MIN_PREFIXED_DIGITS || digits > MAX_PREFIXED_DIGITS) {
			return start;
		}
		int last = (text.at(digitsEnd) >= 'A' && text.at(digitsEnd) <= 'Z') ? digitsEnd + 1 : digitsEnd;
		boolean ends = !text.isWord(last) && !(text.at(last) == '-' && text.isWord(last + 1)) && text.at(last) != '_';
		return ends ? last : start;
	}

	private static boolean isNumber(String piece) {
		return piece.chars().allMatch(ErrorCodes::isDigit);
	}

	private static boolean isDigit(int character) {
		return character >= '0' && character <= '9';
	}

	private static boolean isSqlState(String piece) {
		return piece.length() == CODE_DIGITS
				&& piece.chars().allMatch((character) -> isDigit(character) || (character >= 'A' && character <= 'Z'));
	}

}
