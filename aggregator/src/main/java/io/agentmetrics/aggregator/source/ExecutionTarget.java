package io.agentmetrics.aggregator.source;

import java.time.LocalDate;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentHour;

/**
 * Where the executions go that are read.
 */
public interface ExecutionTarget {

	/** Takes executions, each once. */
	void add(AgentHour part);

	/**
	 * Is told of executions that came but cannot be understood, which is the misfortune
	 * of their own agent only.
	 */
	void fail(UUID agentId, LocalDate date, RuntimeException cause);

}
