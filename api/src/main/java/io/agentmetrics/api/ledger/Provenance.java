package io.agentmetrics.api.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.agentmetrics.model.time.Window;
import io.swagger.v3.oas.annotations.media.Schema;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Where an answer comes from.
 *
 * @param from the first moment it is about
 * @param to the moment after the last
 * @param zone where days begin and end
 * @param aggregatedThrough the last day that was closed when it was computed
 * @param computedAt when it was computed; an answer from a cache keeps this
 * @param missing what it leaves out although it belongs to the window, or cannot say
 * exactly because of stored values: one sentence each
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Provenance(Instant from, Instant to, String zone, @Schema(types = {
		"string", "null" }) Optional<LocalDate> aggregatedThrough, Instant computedAt, List<String> missing){

	public Provenance {
		missing = List.copyOf(missing);
	}

	/** Returns the provenance of an answer. */
	public static Provenance of(Window window, Ledger ledger, Instant computedAt) {
		List<String> missing = ledger.replayedUntil()
			.map((until) -> "What was written after " + until
					+ " is missing: the database is a standby that lags behind.")
			.stream()
			.toList();
		return new Provenance(window.from(), window.to(), ledger.zone().getId(), ledger.aggregatedThrough(), computedAt,
				missing);
	}

	/**
	 * Tells of something else that the answer leaves out or cannot say exactly.
	 * @param sentence what it is; nothing if it is empty
	 */
	public Provenance missing(Optional<String> sentence) {
		return missing(sentence.stream().toList());
	}

	/**
	 * Tells of something else that the answer leaves out or cannot say exactly.
	 * @param sentences one sentence for each
	 */
	public Provenance missing(List<String> sentences) {
		List<String> all = new ArrayList<>(this.missing);
		all.addAll(sentences);
		return new Provenance(this.from, this.to, this.zone, this.aggregatedThrough, this.computedAt, all);
	}

}
