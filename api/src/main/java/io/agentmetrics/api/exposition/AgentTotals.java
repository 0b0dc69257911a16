package io.agentmetrics.api.exposition;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.agentmetrics.model.execution.ExecutionStatus;

/**
 * What has been counted of one agent, or of all that have no time series of their own.
 *
 * @param byStatus finished executions by their first terminal status
 * @param buckets timed executions by the first of {@link #BOUNDS_SECONDS} they fit in,
 * the last beyond all of them
 * @param sumMs how long the timed executions took together, in milliseconds
 * @param byErrorType failed executions by the label of their error type
 * @param byVersion what they used by the label of their release; all of it under
 * {@link #ANY_VERSION} where releases are not told apart
 */
record AgentTotals(Map<ExecutionStatus, Long> byStatus, List<Long> buckets, double sumMs, Map<String, Long> byErrorType,
		Map<String, Usage> byVersion) {

	/** Upper bounds, inclusive; agents' runs last from milliseconds to days. */
	static final List<Double> BOUNDS_SECONDS = List.of(0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0,
			1_800.0, 3_600.0, 14_400.0, 86_400.0);

	static final List<ExecutionStatus> STATUSES = List.of(ExecutionStatus.COMPLETED, ExecutionStatus.FAILED,
			ExecutionStatus.TIMEOUT, ExecutionStatus.CANCELLED);

	/** Of what was counted without telling releases apart. */
	static final String ANY_VERSION = "";

	AgentTotals {
		if (buckets.size() != BOUNDS_SECONDS.size() + 1) {
			throw new IllegalArgumentException("Not a bucket per bound and one beyond: " + buckets);
		}
		byStatus = Map.copyOf(byStatus);
		buckets = List.copyOf(buckets);
		byErrorType = Map.copyOf(byErrorType);
		byVersion = Map.copyOf(byVersion);
	}

	static AgentTotals empty() {
		return new AgentTotals(Map.of(), Collections.nCopies(BOUNDS_SECONDS.size() + 1, 0L), 0, Map.of(), Map.of());
	}

	long of(ExecutionStatus status) {
		return this.byStatus.getOrDefault(status, 0L);
	}

	/** Returns what all executions used, of whatever release. */
	Usage usage() {
		return this.byVersion.values().stream().reduce(Usage.NONE, Usage::plus);
	}

	/**
	 * Adds executions.
	 * @param errorType the label they are counted under if they failed
	 * @param version the label that what they used is counted under
	 */
	AgentTotals plus(FinishedRuns runs, String errorType, String version) {
		Map<ExecutionStatus, Long> statuses = new EnumMap<>(ExecutionStatus.class);
		statuses.putAll(this.byStatus);
		statuses.merge(runs.status(), runs.executions(), Long::sum);
		Long[] counts = this.buckets.toArray(Long[]::new);
		runs.bucket().ifPresent((bucket) -> counts[bucket] += runs.executions());
		Map<String, Long> errors = new HashMap<>(this.byErrorType);
		if (runs.status().isFailed()) {
			errors.merge(errorType, runs.executions(), Long::sum);
		}
		Map<String, Usage> usage = new HashMap<>(this.byVersion);
		if (!runs.usage().isNone()) {
			usage.merge(version, runs.usage(), Usage::plus);
		}
		return new AgentTotals(statuses, List.of(counts), this.sumMs + runs.sumMs(), errors, usage);
	}

}
