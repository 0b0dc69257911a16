package io.agentmetrics.demo.sample;

import java.time.Duration;
import java.time.Instant;

/**
 * Which release of an agent runs when. All have a new one every four weeks, each on a day
 * of its own; a few have another one after two weeks, which is better or worse, or is
 * rolled back after two days.
 */
final class Releases {

	private static final Instant FIRST = Instant.parse("2024-01-01T09:00:00Z");

	private static final int PERIOD_DAYS = 28;

	private static final int SECOND_AFTER_DAYS = 14;

	private static final int ROLLED_BACK_AFTER_DAYS = 16;

	private Releases() {
	}

	/**
	 * Returns the release that runs at a moment.
	 * @param agent the place of the agent in the list of all
	 */
	static Release at(int agent, Instant time) {
		long day = Duration.between(FIRST, time).toDays() + 3L * agent;
		String version = "1." + Math.floorDiv(day, PERIOD_DAYS);
		Release first = Release.plain(version + ".0");
		if (Math.floorMod(day, PERIOD_DAYS) < SECOND_AFTER_DAYS) {
			return first;
		}
		String second = version + ".1";
		return switch (SampleAgents.ALL.get(agent).name()) {
			case "Invoice Extractor" -> new Release(second, 0.7, -2, 0.6);
			case SampleAgents.WITH_WORSE_RELEASES -> new Release(second, 1.4, 3, 1.5);
			case "Refund Assistant" ->
				(Math.floorMod(day, PERIOD_DAYS) < ROLLED_BACK_AFTER_DAYS) ? new Release(second, 1.2, 25, 1) : first;
			default -> first;
		};
	}

}
