package io.agentmetrics.api.reception;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.model.time.Window;

/**
 * Which spans are asked about.
 *
 * @param service that of them, or empty for those of all services
 * @param period when they came
 */
record ReceptionQuestion(Optional<String> service, Period period) {

	/** For how long the receiver keeps its counts. */
	static final Duration KEPT = Duration.ofDays(30);

	/**
	 * Returns the hours that are asked about: all of which the period has a part, as far
	 * as their counts are kept.
	 */
	Window hours(Instant now) {
		Window asked = this.period.window(now);
		return new Window(asked.from().truncatedTo(ChronoUnit.HOURS), nextHour(asked.to()))
			.since(nextHour(now.minus(KEPT)));
	}

	/** Returns the first beginning of an hour that is not before a moment. */
	private static Instant nextHour(Instant moment) {
		Instant hour = moment.truncatedTo(ChronoUnit.HOURS);
		return hour.equals(moment) ? hour : hour.plus(1, ChronoUnit.HOURS);
	}

}
