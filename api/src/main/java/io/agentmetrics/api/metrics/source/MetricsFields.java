package io.agentmetrics.api.metrics.source;

import java.util.HashSet;
import java.util.Set;

import io.agentmetrics.model.time.Granularity;

/**
 * The parts of an answer besides counts, rates and trend. Parts that are not selected are
 * not read.
 *
 * @param times whether average and percentiles are asked for
 * @param distribution whether other quantiles, shares or a histogram are
 * @param errors whether the groups of errors are
 * @param earlierErrors whether it has to be known which of them came before the window
 * @param series into what the window has to be cut
 * @param seriesTimes whether average and percentiles of each hour, day or week are asked
 * for
 * @param usage whether tokens or costs are
 * @param tokens whether the distribution of the tokens of an execution is, too
 */
public record MetricsFields(boolean times, boolean distribution, boolean errors, boolean earlierErrors,
		Set<Granularity> series, boolean seriesTimes, boolean usage, boolean tokens) {

	/** A sketch takes about as much room as so many plain answers. */
	private static final int DISTRIBUTION_WEIGHT = 20;

	public MetricsFields {
		series = Set.copyOf(series);
	}

	/** Selects counts, rates and trend only. */
	public static MetricsFields none() {
		return new MetricsFields(false, false, false, false, Set.of(), false, false, false);
	}

	/** Selects counts, rates, trend, average and percentiles. */
	public static MetricsFields statistics() {
		return new MetricsFields(true, false, false, false, Set.of(), false, false, false);
	}

	/** Adds the groups of errors. */
	public MetricsFields withErrors() {
		return new MetricsFields(this.times, this.distribution, true, this.earlierErrors, this.series, this.seriesTimes,
				this.usage, this.tokens);
	}

	/** Selects what either does. */
	public MetricsFields and(MetricsFields more) {
		Set<Granularity> all = new HashSet<>(this.series);
		all.addAll(more.series);
		return new MetricsFields(this.times || more.times, this.distribution || more.distribution,
				this.errors || more.errors, this.earlierErrors || more.earlierErrors, all,
				this.seriesTimes || more.seriesTimes, this.usage || more.usage, this.tokens || more.tokens);
	}

	/** Returns whether the sum of the window is not enough. */
	public boolean needsBuckets() {
		return this.distribution || this.usage || !this.series.isEmpty();
	}

	/** Returns how many plain answers take as much room, without errors and series. */
	int weight() {
		return 1 + (this.distribution ? DISTRIBUTION_WEIGHT : 0) + (this.tokens ? DISTRIBUTION_WEIGHT : 0);
	}

	/** Returns whether times have to be read at all. */
	public boolean needsTimes() {
		return this.times || this.distribution || (this.seriesTimes && !this.series.isEmpty());
	}

}
