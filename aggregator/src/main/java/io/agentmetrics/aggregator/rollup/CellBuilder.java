package io.agentmetrics.aggregator.rollup;

import java.math.BigDecimal;

import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.metrics.Usage;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.LatencySketch;
import org.jspecify.annotations.Nullable;

/**
 * Adds up one cell from its hours and from other cells, in any order.
 */
final class CellBuilder {

	/** What a builder takes beside its times and tokens, with its place in a map. */
	private static final int BASE_BYTES = 300;

	private final HourlyCounts.Builder hours;

	private long cancelled;

	private long inProgress;

	private long errors;

	private final LatencySketch.Builder times = LatencySketch.builder();

	/** Many executions report none. */
	private LatencySketch.@Nullable Builder tokensPerRun;

	private long inputTokens;

	private long outputTokens;

	private long cachedInputTokens;

	private long costs;

	private BigDecimal costUsd = BigDecimal.ZERO;

	CellBuilder(int hours) {
		this.hours = HourlyCounts.builder(hours);
	}

	/** Adds executions. */
	void add(AgentHour part) {
		int successful = part.executions() - part.exceptions().size();
		int failed = 0;
		for (ExecutionStatus status : part.exceptions()) {
			switch (status) {
				case COMPLETED -> successful++;
				case FAILED, TIMEOUT -> failed++;
				case CANCELLED -> this.cancelled++;
				case PENDING, RUNNING -> this.inProgress++;
			}
		}
		this.hours.add(part.hour().hour(), part.executions(), successful, failed);
		for (long ms : part.timesMs()) {
			this.times.add(ms);
		}
		for (ErrorOccurrence error : part.errors()) {
			this.errors += (error.message() != null) ? 1 : 0;
		}
		if (part.usage() != ReportedUsage.NONE) {
			add(part.usage());
		}
	}

	private void add(ReportedUsage usage) {
		for (long tokens : usage.tokensPerRun()) {
			tokensPerRun().add(tokens);
		}
		addSums(usage.inputTokens(), usage.outputTokens(), usage.cachedInputTokens(), usage.costs(), usage.costUsd());
	}

	/** Adds another cell of the same day. */
	void add(Cell cell) {
		ExecutionCounts counts = cell.counts();
		this.hours.add(cell.hours());
		this.cancelled = SaturatingSum.of(this.cancelled, counts.cancelled());
		this.inProgress = SaturatingSum.of(this.inProgress, counts.inProgress());
		this.errors = SaturatingSum.of(this.errors, counts.errors());
		this.times.add(cell.times());
		Usage usage = cell.usage();
		if (usage.tokenExecutions() > 0) {
			tokensPerRun().add(usage.tokensPerRun());
		}
		addSums(usage.inputTokens(), usage.outputTokens(), usage.cachedInputTokens(), usage.costExecutions(),
				usage.costUsd());
	}

	private void addSums(long input, long output, long cached, long executions, BigDecimal usd) {
		if (input < 0 || output < 0 || cached < 0 || usd.signum() < 0) {
			throw new IllegalArgumentException(
					"Neither tokens nor costs are negative: %d input, %d output, %d cached, %s dollars".formatted(input,
							output, cached, usd));
		}
		this.inputTokens = SaturatingSum.of(this.inputTokens, input);
		this.outputTokens = SaturatingSum.of(this.outputTokens, output);
		this.cachedInputTokens = SaturatingSum.of(this.cachedInputTokens, cached);
		this.costs += executions;
		this.costUsd = this.costUsd.add(usd);
	}

	private LatencySketch.Builder tokensPerRun() {
		LatencySketch.Builder builder = this.tokensPerRun;
		if (builder == null) {
			builder = LatencySketch.builder();
			this.tokensPerRun = builder;
		}
		return builder;
	}

	/** Returns about how many bytes this takes. */
	int bytes() {
		return BASE_BYTES + this.times.bytes() + ((this.tokensPerRun != null) ? this.tokensPerRun.bytes() : 0);
	}

	/**
	 * Ends the cell.
	 * @param key what it is the cell of
	 */
	Cell build(@Nullable CellKey key) {
		HourlyCounts hours = this.hours.build();
		ExecutionCounts counts = new ExecutionCounts(hours.successful(), hours.failed(), this.cancelled,
				this.inProgress, this.errors);
		Usage usage = (this.tokensPerRun == null && this.costs == 0 && this.cachedInputTokens == 0) ? Usage.empty()
				: new Usage(this.inputTokens, this.outputTokens, this.cachedInputTokens,
						(this.tokensPerRun != null) ? this.tokensPerRun.build() : LatencySketch.empty(), this.costs,
						this.costUsd);
		return new Cell(key, counts, hours, this.times.build(), usage);
	}

}
