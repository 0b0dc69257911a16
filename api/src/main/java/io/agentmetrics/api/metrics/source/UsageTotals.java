package io.agentmetrics.api.metrics.source;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.agentmetrics.model.number.SaturatingSum;

/**
 * What executions used, as their writers say it: tokens and US dollars.
 *
 * @param tokenExecutions how many executions report input or output tokens
 * @param inputTokens the sum of the tokens that models were given
 * @param outputTokens the sum of the tokens that models answered with
 * @param cachedInputTokens the sum of the tokens of what models were given that came from
 * a cache
 * @param costExecutions how many executions report a cost
 * @param costUsd the exact sum of the costs in US dollars
 */
public record UsageTotals(long tokenExecutions, long inputTokens, long outputTokens, long cachedInputTokens,
		long costExecutions, BigDecimal costUsd) {

	/** Of no execution, or of those that report nothing. */
	public static final UsageTotals NONE = new UsageTotals(0, 0, 0, 0, 0, BigDecimal.ZERO);

	/**
	 * Reads the columns of stored and of counted executions; none where they are null.
	 */
	static UsageTotals of(ResultSet row) throws SQLException {
		BigDecimal costUsd = row.getBigDecimal("cost_usd");
		return new UsageTotals(row.getLong("token_executions"), row.getLong("input_tokens"),
				row.getLong("output_tokens"), row.getLong("cached_input_tokens"), row.getLong("cost_executions"),
				(costUsd != null) ? costUsd : BigDecimal.ZERO);
	}

	/** Adds what other executions used. */
	public UsageTotals plus(UsageTotals more) {
		return new UsageTotals(SaturatingSum.of(this.tokenExecutions, more.tokenExecutions),
				SaturatingSum.of(this.inputTokens, more.inputTokens),
				SaturatingSum.of(this.outputTokens, more.outputTokens),
				SaturatingSum.of(this.cachedInputTokens, more.cachedInputTokens),
				SaturatingSum.of(this.costExecutions, more.costExecutions), this.costUsd.add(more.costUsd));
	}

	/**
	 * Returns the input and output tokens together.
	 * @return {@link SaturatingSum#LIMIT} when they are not less
	 */
	public long tokens() {
		return SaturatingSum.of(this.inputTokens, this.outputTokens);
	}

}
