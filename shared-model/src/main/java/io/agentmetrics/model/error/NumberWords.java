package io.agentmetrics.model.error;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Words that belong to a number beside them: units, the parts of a date, the marks of a
 * version.
 */
final class NumberWords {

	/**
	 * Units whose case tells nothing; what a unit of time or size is without its plural
	 * s.
	 */
	private static final Set<String> UNITS = words("""
			ns nsec nanosecond nanoseconds us usec \u00b5s \u03bcs microsecond microseconds ms msec msecs millis
			millisecond milliseconds s sec secs second seconds m min mins minute minutes h hr hrs hour hours d day days
			w week weeks month months year years b byte bytes kb mb gb tb pb kib mib gib tib pib ki mi gi ti k bit bits
			kbit mbit gbit am pm z utc gmt cet cest est edt cst cdt mst mdt pst pdt bst ist jst msk""");

	private static final Set<String> CALENDAR = words("""
			jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september
			october november december mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday
			friday saturday sunday""");

	private static final Set<String> VERSIONS = words(
			"rc alpha beta snapshot release final ga dev pre post nightly canary build next m sp a b");

	private NumberWords() {
	}

	/** Returns whether a word after a number is its unit, or the end of a date. */
	static boolean isUnit(String word) {
		return UNITS.contains(word.toLowerCase(Locale.ROOT)) || isCalendar(word);
	}

	/** Returns whether a word is the name of a month or a day of the week. */
	static boolean isCalendar(String word) {
		return Character.isUpperCase(word.charAt(0)) && CALENDAR.contains(word.toLowerCase(Locale.ROOT));
	}

	/** Returns whether a word that is joined to a number says which version it is. */
	static boolean isVersion(String word) {
		return VERSIONS.contains(word.toLowerCase(Locale.ROOT));
	}

	private static Set<String> words(String text) {
		return new HashSet<>(Arrays.asList(text.split("\\s+")));
	}

}
