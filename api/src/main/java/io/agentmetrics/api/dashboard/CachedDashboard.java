package io.agentmetrics.api.dashboard;

import java.time.Clock;
import java.util.List;

import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.ledger.Edition;
import io.agentmetrics.api.ledger.LedgerQuery;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.model.time.Granularity;

import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

/**
 * Keeps counts and series for seconds, and what rests on closed days until one of them
 * changes.
 */
@Component
@Primary
final class CachedDashboard implements DashboardQuery {

	private static final String COUNTS = "counts";

	private final ComputedDashboard dashboard;

	private final LedgerQuery ledger;

	private final Clock clock;

	private final AnswerCache<String, Dashboard> counts;

	private final AnswerCache<SeriesKey, MetricsSeries> series;

	private final AnswerCache<RankingKey, List<RankedAgent>> rankings;

	private final AnswerCache<TrendsKey, List<TrendDay>> trends;

	CachedDashboard(ComputedDashboard dashboard, LedgerQuery ledger, Clock clock, AnswerCaches caches) {
		this.dashboard = dashboard;
		this.ledger = ledger;
		this.clock = clock;
		this.counts = caches.open("dashboard-counts");
		this.series = caches.open("dashboard-series");
		this.rankings = caches.closed("dashboard-rankings");
		this.trends = caches.closed("dashboard-trends");
	}

	@Override
	public Dashboard dashboard() {
		return this.counts.get(COUNTS, this.dashboard::dashboard);
	}

	@Override
	public List<RankedAgent> ranking(Ranking ranking, int first) {
		return this.rankings.get(new RankingKey(ranking, first, edition()),
				() -> this.dashboard.ranking(ranking, first));
	}

	@Override
	public List<TrendDay> executionTrends(TimeRange timeRange) {
		return this.trends.get(new TrendsKey(timeRange, edition()), () -> this.dashboard.executionTrends(timeRange));
	}

	@Override
	public MetricsSeries series(Period period, Granularity granularity) {
		return this.series.get(new SeriesKey(period, granularity), () -> this.dashboard.series(period, granularity));
	}

	private Edition edition() {
		return this.ledger.current().edition(this.clock.instant());
	}

	private record SeriesKey(Period period, Granularity granularity) {
	}

	private record RankingKey(Ranking ranking, int first, Edition edition) {
	}

	private record TrendsKey(TimeRange timeRange, Edition edition) {
	}

}
