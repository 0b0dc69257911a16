package io.agentmetrics.aggregator.exposition;

/**
 * How far a run is at one moment.
 *
 * @param datesPlanned days it has to do
 * @param datesWritten days that are stored
 * @param agentDatesWritten days of single agents that are stored
 * @param agentDatesFailed days of single agents that could not be calculated
 * @param executionsRead executions that have left PostgreSQL
 * @param bytesRead bytes they came in
 * @param slicesInFlight parts of days that are being read
 * @param lateExecutions executions that came after their day's had been dropped
 */
public record RunProgress(long datesPlanned, long datesWritten, long agentDatesWritten, long agentDatesFailed,
		long executionsRead, long bytesRead, int slicesInFlight, long lateExecutions) {
}
