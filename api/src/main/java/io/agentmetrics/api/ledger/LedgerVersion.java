package io.agentmetrics.api.ledger;

import java.time.LocalDate;

/**
 * The state of the ledger that an answer about closed days rests on: a part of its key in
 * a cache.
 *
 * @param today the day after the last that can be closed
 * @param ledger how far the aggregator has come
 */
public record LedgerVersion(LocalDate today, Ledger ledger) {
}
