package io.agentmetrics.api.exposition;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How far the aggregator has come, how its last run went, and how the tables stand that
 * executions come from.
 *
 * @param ageSeconds how long ago a run last was complete; infinite before the first
 * @param datesBehind days that are over and not yet aggregated
 * @param agentDatesWaiting agents' days whose executions are newer than what is stored of
 * them; a lower bound where very many executions are
 * @param agentDaysFailed agents' days that could not be aggregated; their days are closed
 * without them
 * @param lastRunSeconds how long the last run took; empty before the first
 * @param lastRunRowsPerSecond how many executions it read per second; empty before the
 * first
 * @param lastRunFailed whether it failed or was killed
 * @param reconciliationFailures how often days did not add up, ever
 * @param lateExecutions executions that came or changed after their day's had been
 * dropped, as the last run found them
 * @param sources connected tables of platforms by name, up to 100
 */
record Freshness(double ageSeconds, long datesBehind, long agentDatesWaiting, long agentDaysFailed,
		OptionalDouble lastRunSeconds, OptionalDouble lastRunRowsPerSecond, boolean lastRunFailed,
		long reconciliationFailures, long lateExecutions, List<ConnectedSource> sources) {
}
