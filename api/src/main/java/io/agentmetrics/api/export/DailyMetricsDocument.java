package io.agentmetrics.api.export;

import java.util.List;

import io.agentmetrics.api.ledger.Provenance;

/**
 * What {@link DailyMetricsWriter.Json} writes, row by row and never as one value: here to
 * be described.
 */
record DailyMetricsDocument(Provenance provenance, List<DailyMetrics> days) {
}
