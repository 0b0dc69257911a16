package io.agentmetrics.model.error;

import java.util.Locale;

/**
 * Tells identifiers of random letters from words and names.
 */
final class RandomLetters {

	private static final int SHORTEST = 4;

	/** The mean length from which on the parts of a camelCase name are words. */
	private static final int WORD_LENGTH = 3;

	/** Kubernetes draws the suffixes of pods from these, so that no word comes out. */
	private static final String POD_SUFFIX = "bcdfghjklmnpqrstvwxz2456789";

	private static final int POD_SUFFIX_LENGTH = 5;

	/** The hash of a replica set stands before the suffix of its pods. */
	private static final int MIN_REPLICA_SET_LENGTH = 8;

	private static final int MAX_REPLICA_SET_LENGTH = 10;

	/**
	 * Which letters follow a, b, c … z in at least one of 2,000 pairs of neighbours in
	 * the words of English technical texts.
	 */
	private static final String[] FOLLOWERS = { "abcdefgiklmnprstuvwxy", "abcdefijlorsuy", "abcdefhiklmoprstu",
			"abcdefgilmnoprstuy", "abcdefghiklmnopqrstuvwxy", "abcdefilorstu", "aeghilmnorstu", "aeilmortu",
			"abcdefgklmnoprstvxz", "aeou", "aeilosu", "abcdefilmnoprstuvy", "abcdeilmopstu", "abcdefghiklmnoprstuvy",
			"abcdefgiklmnoprstuvwx", "acdehiloprstuy", "u", "abcdefgiklmnoprstuvy", "abcdefghiklmnopqrstuvwy",
			"abcdefghilmnoprstuvwyz", "abcdefgilmnprst", "aeios", "aehinors", "ceimpt", "aelmnopst", "aei" };

	private static final int[] FOLLOWED_BY = new int[FOLLOWERS.length];

	static {
		for (int first = 0; first < FOLLOWERS.length; first++) {
			for (char next : FOLLOWERS[first].toCharArray()) {
				FOLLOWED_BY[first] |= 1 << (next - 'a');
			}
		}
	}

	private RandomLetters() {
	}

	/**
	 * Returns whether letters are more likely random than a word or some words in
	 * camelCase.
	 * @return {@code false} for fewer than four, which say too little
	 */
	static boolean isRandom(String letters) {
		if (letters.length() < SHORTEST) {
			return false;
		}
		int humps = 1;
		int unusual = 0;
		int vowels = isVowel(letters.charAt(0)) ? 1 : 0;
		for (int i = 1; i < letters.length(); i++) {
			humps += Character.isUpperCase(letters.charAt(i)) && Character.isLowerCase(letters.charAt(i - 1)) ? 1 : 0;
			unusual += isUnusual(letters.charAt(i - 1), letters.charAt(i)) ? 1 : 0;
			vowels += isVowel(letters.charAt(i)) ? 1 : 0;
		}
		return (vowels == 0 && letters.length() > SHORTEST) || unusual * 4 > letters.length() - 1
				|| (humps > 1 && letters.length() < humps * WORD_LENGTH);
	}

	/**
	 * Returns whether letters are a name for sure: words that all read well and of which
	 * only the first letters are capital.
	 */
	static boolean isName(String letters) {
		int wordStart = 0;
		for (int i = 1; i < letters.length(); i++) {
			boolean startsWord = Character.isUpperCase(letters.charAt(i));
			if (startsWord ? (i - wordStart < WORD_LENGTH) : isUnusual(letters.charAt(i - 1), letters.charAt(i))) {
				return false;
			}
			wordStart = startsWord ? i : wordStart;
		}
		return letters.length() - wordStart >= WORD_LENGTH;
	}

	/** Returns whether Kubernetes may have appended this to the name of a pod. */
	static boolean isPodSuffix(String letters) {
		int length = letters.length();
		return (length == POD_SUFFIX_LENGTH || (length >= MIN_REPLICA_SET_LENGTH && length <= MAX_REPLICA_SET_LENGTH))
				&& letters.chars().allMatch((letter) -> POD_SUFFIX.indexOf(letter) >= 0);
	}

	static boolean isMixedCase(String letters) {
		return !letters.equals(letters.toLowerCase(Locale.ROOT)) && !letters.equals(letters.toUpperCase(Locale.ROOT));
	}

	/** Any letter of another alphabet counts as one: nothing is known of its words. */
	private static boolean isVowel(char letter) {
		return letter > 'z' || "aeiouy".indexOf(letter | 0x20) >= 0;
	}

	private static boolean isUnusual(char first, char next) {
		int from = (first | 0x20) - 'a';
		int to = (next | 0x20) - 'a';
		return from >= 0 && from < FOLLOWED_BY.length && to >= 0 && to < FOLLOWED_BY.length
				&& (FOLLOWED_BY[from] & 1 << to) == 0;
	}

}
