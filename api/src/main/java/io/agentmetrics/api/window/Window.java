package io.agentmetrics.api.window;

import java.time.Instant;

/**
 * A right-open stretch of time: what starts at {@code from} is in it, what starts at
 * {@code to} is not.
 *
 * @param from the first moment
 * @param to the moment after the last, not before the first
 */
public record Window(Instant from, Instant to) {

	public Window {
		if (to.isBefore(from)) {
			throw new IllegalArgumentException("A window cannot end at " + to + " before it starts at " + from);
		}
	}

	/**
	 * Leaves out what is before a moment.
	 * @param start the first moment to keep
	 * @return the rest, maybe nothing
	 */
	public Window since(Instant start) {
		if (!start.isAfter(this.from)) {
			return this;
		}
		return new Window(start.isBefore(this.to) ? start : this.to, this.to);
	}

}
