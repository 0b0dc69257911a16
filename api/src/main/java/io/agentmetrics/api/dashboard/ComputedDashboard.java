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
import java.util.stream.Collectors;

import io.agentmetrics.api.ledger.FailedDays;
import io.agentmetrics.api.ledger.LateExecutions;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerQuery;
import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.api.metrics.source.MetricsFields;
import io.agentmetrics.api.metrics.source.MetricsQuestion;
import io.agentmetrics.api.metrics.source.MetricsSource;
import io.agentmetrics.model.agent.Agent;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;

import org.springframework.stereotype.Component;

/**
 * Puts the dashboard together.
 */
@Component
final class ComputedDashboard implements DashboardQuery {

	private static final TimeRange RANKED = TimeRange.LAST_30_DAYS;

	private static final MetricsQuestion RANKED_BY = new MetricsQuestion(new Period.Latest(RANKED),
			MetricType.AGGREGATED, MetricsFields.statistics());

	/** Where the last 1, 7 and 30 days and those before them begin and end: days ago. */
	private static final List<Integer> EDGES = List.of(60, 30, 14, 7, 2, 1, 0);

	private final ExactCounts counts;

	private final AllAgentsSeries series;

	private final DashboardRepository repository;

	private final MetricsSource metrics;

	private final LedgerQuery ledger;

	private final FailedDays failedDays;

	private final LateExecutions late;

	private final Clock clock;

	ComputedDashboard(ExactCounts counts, AllAgentsSeries series, DashboardRepository repository, MetricsSource metrics,
			LedgerQuery ledger, FailedDays failedDays, LateExecutions late, Clock clock) {
		this.counts = counts;
		this.series = series;
		this.repository = repository;
		this.metrics = metrics;
		this.ledger = ledger;
		this.failedDays = failedDays;
		this.late = late;
		this.clock = clock;
	}

	@Override
	public Dashboard dashboard() {
		Ledger ledger = this.ledger.current();
		Instant now = this.clock.instant();
		List<ExactCounts.Count> counts = this.counts
			.between(EDGES.stream().map((days) -> now.minus(Duration.ofDays(days))).toList());
		DashboardTotals day = totals(TimeRange.LAST_1_DAY.until(now), counts.get(5), counts.get(4), ledger);
		DashboardTotals week = totals(TimeRange.LAST_7_DAYS.until(now), ExactCounts.Count.sum(counts.subList(3, 6)),
				counts.get(2), ledger);
		DashboardTotals month = totals(TimeRange.LAST_30_DAYS.until(now), ExactCounts.Count.sum(counts.subList(1, 6)),
				counts.get(0), ledger);
		return new Dashboard(this.repository.countAgents(), day, week, month,
				Provenance.of(month.window(), ledger, now)
					.missing(this.failedDays.sentence(RANKED.before(ledger.today(now)), ledger).stream().toList())
					.missing(this.late.missing(month.window(), ledger)));
	}

	private static DashboardTotals totals(Window window, ExactCounts.Count current, ExactCounts.Count previous,
			Ledger ledger) {
		LocalDate begun = ledger.today(window.previous().historyBefore());
		return DashboardTotals.of(window, current, previous, ledger.firstDay().filter(begun::isAfter).isPresent());
	}

	@Override
	public List<RankedAgent> ranking(Ranking ranking, int first) {
		Ledger ledger = this.ledger.current();
		Days days = RANKED.before(ledger.today(this.clock.instant()));
		Set<LocalDate> open = ledger.open(days);
		List<Agent> agents = this.repository.ranking(ranking, days, open, first);
		Map<UUID, AgentMetrics> metrics = this.metrics.read(agents.stream().map(Agent::id).toList(), RANKED_BY);
		return agents.stream()
			.map((agent) -> new RankedAgent(agent, Objects.requireNonNull(metrics.get(agent.id())).metrics()))
			.toList();
	}

	@Override
	public List<TrendDay> executionTrends(TimeRange timeRange) {
		Ledger ledger = this.ledger.current();
		Days days = timeRange.before(ledger.today(this.clock.instant()));
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

	@Override
	public MetricsSeries series(Period period, Granularity granularity) {
		Instant now = this.clock.instant();
		return this.series.series(period.window(now), granularity, this.ledger.current(), now);
	}

}
