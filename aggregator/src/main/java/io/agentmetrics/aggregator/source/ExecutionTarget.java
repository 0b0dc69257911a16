package io.agentmetrics.aggregator.source;

import java.time.LocalDate;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentHour;

/**
 * Takes what is read.
 */
public interface ExecutionTarget {

	/**
	 * Takes executions.
	 * @param part executions that were not taken before
	 */
	void add(AgentHour part);

	/**
	 * Learns that executions came that cannot be understood.
	 * @param agentId whose they are
	 * @param date on which day
	 * @param cause what is wrong with them
	 */
	void fail(UUID agentId, LocalDate date, RuntimeException cause);

}
