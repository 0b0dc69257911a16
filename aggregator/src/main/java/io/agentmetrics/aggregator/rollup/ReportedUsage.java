package io.agentmetrics.aggregator.rollup;

import java.math.BigDecimal;

/**
 * What a few executions report of the tokens and money that they used, as it leaves
 * PostgreSQL.
 *
 * @param tokensPerRun input and output together of each execution that reports any, in no
 * order
 * @param costs how many executions report a cost
 */
public record ReportedUsage(long[] tokensPerRun, long inputTokens, long outputTokens, long cachedInputTokens,
		long costs, BigDecimal costUsd) {

	/** Of executions that report nothing. */
	public static final ReportedUsage NONE = new ReportedUsage(new long[0], 0, 0, 0, 0, BigDecimal.ZERO);

}
