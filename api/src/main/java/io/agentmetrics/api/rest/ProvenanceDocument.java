package io.agentmetrics.api.rest;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

import io.agentmetrics.api.ledger.Provenance;
import io.swagger.v3.oas.annotations.media.Schema;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Where an answer comes from, as JSON.
 *
 * @param from the first moment that it is about
 * @param to the moment after the last
 * @param zone where days begin and end
 * @param aggregatedThrough the last day that was closed when it was computed
 * @param computedAt when it was computed
 * @param missing what it leaves out although it belongs to the window, or cannot say
 * exactly because of stored values: one sentence each
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ProvenanceDocument(Instant from, Instant to, String zone, @Schema(types = {
		"string", "null" }) Optional<LocalDate> aggregatedThrough, Instant computedAt, List<String> missing){

	public static ProvenanceDocument of(Provenance provenance) {
		return new ProvenanceDocument(provenance.from(), provenance.to(), provenance.zone().getId(),
				provenance.aggregatedThrough(), provenance.computedAt(), provenance.missing());
	}

}
