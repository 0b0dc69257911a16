package io.agentmetrics.aggregator.sink;

import java.time.LocalDate;
import java.util.Set;
import java.util.UUID;

/**
 * A day that could not be added up, because something stored is damaged or the sum
 * exceeds 64 bits.
 *
 * @param date the day
 * @param agents whose days are damaged, to be aggregated again; empty when it is the sum
 */
public record DamagedDay(LocalDate date, Set<UUID> agents) {
}
