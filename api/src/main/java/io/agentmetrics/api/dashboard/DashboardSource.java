package io.agentmetrics.api.dashboard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.ledger.LedgerVersion;
import io.agentmetrics.api.ledger.FailedDays;
import io.agentmetrics.api.ledger.LateExecutions;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.api.metrics.source.MetricsFields;
import io.agentmetrics.api.metrics.source.MetricsQuestion;
import io.agentmetrics.api.metrics.source.MetricsSource;
import io.agentmetrics.api.metrics.source.SliceReader;
import io.agentmetrics.model.agent.Agent;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;

import org.springframework.stereotype.Component;

/**
 * Answers questions about all agents together. Counts and series are kept for seconds,
 * what rests on closed days until one of them changes.
 */
@Component
final class DashboardSource {

	private static final TimeRange RANKED = TimeRange.LAST_30_DAYS;

	/** Where the last 1, 7 and 30 days and those before them begin and end: days ago. */
	private static final List<Integer> EDGES = List.of(60, 30, 14, 7, 2, 1, 0);

	private final ExactCounts counts;

	private final AllAgentsSeries series;

	private final SliceReader slices;

	private final DashboardRepository repository;

	private final MetricsSource metrics;

	private final LedgerRepository ledger;

	private final FailedDays failedDays;

	private final LateExecutions late;

	private final Clock clock;

	private final long mostRead;

	private final AnswerCache<ExecutionFilter, Dashboard> dashboards;

	private final AnswerCache<SeriesKey, MetricsSeries> seriesOf;

	private final AnswerCache<RankingKey, List<RankedAgent>> rankings;

	private final AnswerCache<TrendsKey, List<TrendDay>> trends;

	DashboardSource(ExactCounts counts, AllAgentsSeries series, SliceReader slices, DashboardRepository repository,
			DashboardProperties properties, MetricsSource metrics, LedgerRepository ledger, FailedDays failedDays,
			LateExecutions late, Clock clock, AnswerCaches caches) {
		this.counts = counts;
		this.series = series;
		this.slices = slices;
		this.mostRead = properties.series().executionsRead();
		this.repository = repository;
		this.metrics = metrics;
		this.ledger = ledger;
		this.failedDays = failedDays;
		this.late = late;
		this.clock = clock;
		this.dashboards = caches.open("dashboard-counts");
		this.seriesOf = caches.open("dashboard-series");
		this.rankings = caches.closed("dashboard-rankings");
		this.trends = caches.closed("dashboard-trends");
	}

	/** Counts executions up to now. */
	Dashboard dashboard(ExecutionFilter filter) {
		return this.dashboards.get(filter, () -> filter.isAll() ? count() : count(filter));
	}

	/**
	 * Ranks agents over the 30 calendar days before today, as far as they are closed.
	 * @return the agents with enough finished executions, first things first
	 */
	List<RankedAgent> ranking(Ranking ranking, ExecutionFilter filter, int first) {
		RankingKey key = new RankingKey(ranking, filter, first, version());
		return this.rankings.get(key, () -> rank(key));
	}

	/** Returns a point for every calendar day before today, the earliest first. */
	List<TrendDay> executionTrends(TimeRange timeRange, ExecutionFilter filter) {
		TrendsKey key = new TrendsKey(timeRange, filter, version());
		return this.trends.get(key, () -> readTrends(key));
	}

	/**
	 * Cuts a window of all agents into hours, days or weeks, the earliest first.
	 * @param times whether average and percentiles are asked for
	 */
	MetricsSeries series(Period period, Granularity granularity, boolean times, ExecutionFilter filter) {
		return this.seriesOf.get(new SeriesKey(period, granularity, times, filter), () -> {
			Instant now = this.clock.instant();
			Window window = period.window(now);
			return filter.isAll() ? this.series.series(window, granularity, times, this.ledger.current(), now)
					: this.slices.series(window, granularity, times, this.mostRead, filter, now);
		});
	}

	private LedgerVersion version() {
		return this.ledger.current().version(this.clock.instant());
	}

	private Dashboard count() {
		Ledger ledger = this.ledger.current();
		Instant now = this.clock.instant();
		List<ExactCounts.Count> counts = this.counts.between(edges(now));
		return dashboard(ExecutionFilter.ALL, this.repository.countAgents(), counts,
				(previous) -> ledger.firstDay().filter(ledger.today(previous.historyBefore())::isAfter).isPresent(),
				ledger, now);
	}

	private Dashboard count(ExecutionFilter filter) {
		Ledger ledger = this.ledger.current();
		Instant now = this.clock.instant();
		SliceReader.Counted counted = this.slices.between(edges(now), TimeRange.LAST_30_DAYS.until(now).from(), filter);
		List<ExactCounts.Count> counts = counted.segments().stream().map(ExactCounts.Count::of).toList();
		// what ran before the longest window ran before all
		Window longest = TimeRange.LAST_30_DAYS.until(now).previous();
		boolean old = this.slices.anyBefore(longest.historyBefore(), filter, ledger);
		Predicate<Window> ranBefore = (previous) -> old
				|| !previous.equals(longest) && this.slices.anyBefore(previous.historyBefore(), filter, ledger);
		Dashboard dashboard = dashboard(filter, this.metrics.agents(filter).size(), counts,
				ranBefore.and((previous) -> counted.isToldSince(previous.from(), ledger.today(previous.from()))),
				ledger, now);
		Days ranked = RANKED.before(ledger.today(now));
		return dashboard.missing(counted.missing())
			.missing(this.repository.untold(ranked, ledger.open(ranked)).stream().toList());
	}

	private static List<Instant> edges(Instant now) {
		return EDGES.stream().map((days) -> now.minus(Duration.ofDays(days))).toList();
	}

	private Dashboard dashboard(ExecutionFilter filter, long agents, List<ExactCounts.Count> counts,
			Predicate<Window> comparable, Ledger ledger, Instant now) {
		DashboardTotals day = totals(TimeRange.LAST_1_DAY, now, counts.get(5), counts.get(4), comparable);
		DashboardTotals week = totals(TimeRange.LAST_7_DAYS, now, ExactCounts.Count.sum(counts.subList(3, 6)),
				counts.get(2), comparable);
		DashboardTotals month = totals(TimeRange.LAST_30_DAYS, now, ExactCounts.Count.sum(counts.subList(1, 6)),
				counts.get(0), comparable);
		return new Dashboard(filter, agents, day, week, month,
				Provenance.of(month.window(), ledger, now)
					.missing(this.failedDays.sentence(RANKED.before(ledger.today(now)), ledger).stream().toList())
					.missing(this.late.missing(month.window(), ledger)));
	}

	private DashboardTotals totals(TimeRange range, Instant now, ExactCounts.Count current, ExactCounts.Count previous,
			Predicate<Window> comparable) {
		Window window = range.until(now);
		return DashboardTotals.of(window, current, previous, comparable.test(window.previous()));
	}

	private List<RankedAgent> rank(RankingKey key) {
		Days days = RANKED.before(key.version().today());
		Set<LocalDate> open = key.version().ledger().open(days);
		List<Agent> agents = this.repository.ranking(key.ranking(), key.filter(), days, open, key.first());
		Map<UUID, AgentMetrics> metrics = this.metrics.read(agents.stream().map(Agent::id).toList(),
				new MetricsQuestion(new Period.Latest(RANKED), MetricType.AGGREGATED, key.filter(),
						MetricsFields.statistics()));
		return agents.stream()
			.map((agent) -> new RankedAgent(agent, Objects.requireNonNull(metrics.get(agent.id())).metrics()))
			.toList();
	}

	private List<TrendDay> readTrends(TrendsKey key) {
		Ledger ledger = key.version().ledger();
		Days days = key.timeRange().before(key.version().today());
		if (!key.filter().isAll()) {
			return this.slices.days(days, key.filter(), ledger)
				.points()
				.stream()
				.map((point) -> TrendDay.of(point, ledger.calendar()))
				.toList();
		}
		Set<LocalDate> unknown = new HashSet<>(ledger.unknown(days));
		Map<LocalDate, TrendDay> known = this.repository.days(days)
			.stream()
			.collect(Collectors.toMap(TrendDay::date, Function.identity()));
		return ledger.calendar()
			.days(days.from(), days.to())
			.stream()
			.map((date) -> known.getOrDefault(date, TrendDay.empty(date, !unknown.contains(date))))
			.toList();
	}

	private record SeriesKey(Period period, Granularity granularity, boolean times, ExecutionFilter filter) {
	}

	private record RankingKey(Ranking ranking, ExecutionFilter filter, int first, LedgerVersion version) {
	}

	private record TrendsKey(TimeRange timeRange, ExecutionFilter filter, LedgerVersion version) {
	}

}
