package io.agentmetrics.api.export;

import java.util.List;

import io.agentmetrics.api.ledger.Provenance;

/**
 * The JSON that {@link DailyMetricsWriter.Json} writes row by row; this record is only
 * its description.
 */
record DailyMetricsDocument(Provenance provenance, List<DailyMetrics> days) {
}
