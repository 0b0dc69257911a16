package io.agentmetrics.api.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.window.Window;

/**
 * Tells which executions came or changed after their day's executions had been dropped,
 * so that no stored day counts them.
 */
public interface LateExecutionsQuery {

	/**
	 * Says what answers about agents leave out.
	 * @param agents the agents
	 * @param window what the answers are about
	 * @param ledger how far executions were dropped
	 * @return one sentence for each agent with such executions
	 */
	Map<UUID, String> missing(Collection<UUID> agents, Window window, Ledger ledger);

	/**
	 * Says what an answer about all agents leaves out.
	 * @param window what the answer is about
	 * @param ledger how far executions were dropped
	 * @return one sentence, or none
	 */
	List<String> missing(Window window, Ledger ledger);

}
