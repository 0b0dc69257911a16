package io.agentmetrics.api.hybrid;

import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.evidence.Evidence;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.window.Window;
import io.agentmetrics.model.sketch.ErrorGroups;

/**
 * What closed days and raw executions say together.
 *
 * @param window what it is about: the window that was asked for, as far as there is
 * something to know
 * @param ledger how far the aggregator had come
 * @param evidence what is known of each agent
 * @param errors the groups of each agent that has errors; none unless asked for
 */
public record HybridAnswer(Window window, Ledger ledger, Map<UUID, Evidence> evidence, Map<UUID, ErrorGroups> errors) {
}
