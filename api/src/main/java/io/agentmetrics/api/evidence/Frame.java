package io.agentmetrics.api.evidence;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

import io.agentmetrics.api.series.Granularity;
import io.agentmetrics.api.window.Window;

/**
 * The time that evidence is collected for.
 *
 * @param window the window
 * @param zone where days begin and end
 * @param now what ends after this is not over
 * @param unknown times of which nothing is known
 * @param hourTimesFrom before this the times of single hours are not known
 */
public record Frame(Window window, ZoneId zone, Instant now, List<Window> unknown, Instant hourTimesFrom) {

	/**
	 * Frames a window of which everything is known.
	 * @param window the window
	 * @param zone where days begin and end
	 * @param now what ends after this is not over
	 * @return the frame
	 */
	public static Frame of(Window window, ZoneId zone, Instant now) {
		return new Frame(window, zone, now, List.of(), Instant.MIN);
	}

	Optional<String> percentilesNote(Granularity granularity) {
		if (granularity != Granularity.HOUR || !this.hourTimesFrom.isAfter(this.window.from())) {
			return Optional.empty();
		}
		if (!this.hourTimesFrom.isBefore(this.window.to())) {
			return Optional.of("The times of single hours are not stored: ask for DAY or WEEK.");
		}
		return Optional.of("The times of single hours are known from " + this.hourTimesFrom
				+ " on; for those before ask for DAY or WEEK.");
	}

}
