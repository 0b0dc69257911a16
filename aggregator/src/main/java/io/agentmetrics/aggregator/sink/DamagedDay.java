package io.agentmetrics.aggregator.sink;

import java.time.LocalDate;
import java.util.Set;
import java.util.UUID;

/**
 * A day that could not be added up, because something stored is damaged.
 *
 * @param date the day
 * @param agents whose days are damaged, to be aggregated again
 */
public record DamagedDay(LocalDate date, Set<UUID> agents) {
}
