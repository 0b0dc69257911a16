package io.agentmetrics.api.ledger;

import java.util.Collection;
import java.util.UUID;

import io.agentmetrics.api.window.Window;

/**
 * Tells which stored days still say what the executions say.
 */
public interface StoredDaysQuery {

	/**
	 * Looks for what has changed since the days were closed, in the transaction of the
	 * caller, who has to read the days in the same snapshot.
	 * @param agents whose days
	 * @param window the days that lie wholly inside
	 * @return what is stored of them
	 */
	StoredDays storedDays(Collection<UUID> agents, Window window);

}
