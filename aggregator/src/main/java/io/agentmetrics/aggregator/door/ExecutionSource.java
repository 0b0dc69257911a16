package io.agentmetrics.aggregator.door;

import org.jspecify.annotations.Nullable;

/**
 * A source of executions as the database knows it.
 *
 * @param id what executions and agents name it by
 * @param connectedTable the table whose changes come over, quoted as SQL wants it; null
 * while there is none
 * @param copiedThrough the last key of its history that has been copied; null before the
 * first and after the last
 * @param begun whether a copy of its history has ever been begun
 * @param complete whether all of its history has been copied once
 */
public record ExecutionSource(short id, @Nullable String connectedTable, @Nullable String copiedThrough, boolean begun,
		boolean complete) {

	public boolean isConnected() {
		return this.connectedTable != null;
	}

}
