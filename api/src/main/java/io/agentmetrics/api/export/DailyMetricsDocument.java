package io.agentmetrics.api.export;

import java.util.List;

import io.agentmetrics.api.rest.ProvenanceDocument;

/**
 * What {@link DailyMetricsWriter.Json} writes, row by row and never as one value: here to
 * be described.
 *
 * @param provenance where the rows come from
 * @param days the rows
 */
record DailyMetricsDocument(ProvenanceDocument provenance, List<DailyMetrics> days) {
}
