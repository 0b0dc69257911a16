package io.agentmetrics.api.hybrid;

import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

import io.agentmetrics.api.evidence.Selection;
import io.agentmetrics.api.window.Window;

/**
 * What closed days and raw executions say together; a constant number of statements
 * however many agents, all in one snapshot.
 */
public interface HybridQuery {

	/**
	 * Answers from closed days where they still say what the executions say, and from the
	 * raw executions of every other day.
	 * @param agents the agents, known or not
	 * @param window any window
	 * @param now what ends after this is not over
	 * @param selection what to read
	 * @return what is known of each of the agents
	 */
	HybridAnswer answer(Collection<UUID> agents, Window window, Instant now, Selection selection);

}
