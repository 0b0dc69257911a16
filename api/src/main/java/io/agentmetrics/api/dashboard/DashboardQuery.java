package io.agentmetrics.api.dashboard;

import java.util.List;

import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.model.time.Granularity;

/**
 * Answers questions about all agents together.
 */
public interface DashboardQuery {

	/**
	 * Counts executions up to now.
	 * @return the counts
	 */
	Dashboard dashboard();

	/**
	 * Ranks agents over the 30 calendar days before today, as far as they are closed.
	 * @param ranking by what
	 * @param first how many at most
	 * @return the agents with enough finished executions, first things first
	 */
	List<RankedAgent> ranking(Ranking ranking, int first);

	/**
	 * Tells calendar days apart.
	 * @param timeRange how far to look back
	 * @return every day before today, the earliest first
	 */
	List<TrendDay> executionTrends(TimeRange timeRange);

	/**
	 * Cuts a window of all agents into hours, days or weeks.
	 * @param period what to look at
	 * @param granularity into what to cut it
	 * @return every hour, day or week, the earliest first
	 */
	MetricsSeries series(Period period, Granularity granularity);

}
