package io.agentmetrics.api.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

import io.agentmetrics.api.window.Window;

/**
 * Where an answer comes from.
 *
 * @param from the first moment it is about
 * @param to the moment after the last
 * @param zone where days begin and end
 * @param aggregatedThrough the last day that was closed when it was computed
 * @param computedAt when it was computed; an answer from a cache keeps this
 */
public record Provenance(Instant from, Instant to, ZoneId zone, Optional<LocalDate> aggregatedThrough,
		Instant computedAt) {

	/**
	 * Says where an answer comes from.
	 * @param window what it is about
	 * @param ledger how far the aggregator has come
	 * @param computedAt when it was computed
	 * @return its provenance
	 */
	public static Provenance of(Window window, Ledger ledger, Instant computedAt) {
		return new Provenance(window.from(), window.to(), ledger.zone(), ledger.aggregatedThrough(), computedAt);
	}

}
