package io.agentmetrics.api.dashboard;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.agentmetrics.api.aggregated.AggregatedQuery;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerQuery;
import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.window.Days;
import io.agentmetrics.api.window.Rounding;
import io.agentmetrics.api.window.TimeRange;
import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.agent.Agent;
import io.agentmetrics.model.metrics.ExecutionCounts;

import org.springframework.stereotype.Component;

/**
 * Puts the dashboard together.
 */
@Component
final class ComputedDashboard implements DashboardQuery {

	private static final TimeRange RANKED = TimeRange.LAST_30_DAYS;

	private final RollingCounts rollingCounts;

	private final DashboardRepository repository;

	private final AggregatedQuery aggregated;

	private final LedgerQuery ledger;

	private final Clock clock;

	ComputedDashboard(RollingCounts rollingCounts, DashboardRepository repository, AggregatedQuery aggregated,
			LedgerQuery ledger, Clock clock) {
		this.rollingCounts = rollingCounts;
		this.repository = repository;
		this.aggregated = aggregated;
		this.ledger = ledger;
		this.clock = clock;
	}

	@Override
	public Dashboard dashboard() {
		Ledger ledger = this.ledger.current();
		Instant now = this.clock.instant();
		List<RollingCounts.Count> counts = this.rollingCounts.until(now, ledger.zone());
		RollingCounts.Count month = counts.get(2);
		double successRate = new ExecutionCounts(month.successful(), month.failed(), 0, 0, 0).successRate();
		return new Dashboard(this.repository.countAgents(), counts.get(0).total(), counts.get(1).total(), month.total(),
				Rounding.rate(successRate), Provenance.of(TimeRange.LAST_30_DAYS.until(now), ledger, now));
	}

	@Override
	public List<RankedAgent> ranking(Ranking ranking, int first) {
		Days closed = closed(RANKED);
		List<Agent> agents = this.repository.ranking(ranking, closed, first);
		Map<UUID, WindowStatistics> statistics = this.aggregated.statistics(agents.stream().map(Agent::id).toList(),
				closed);
		return agents.stream()
			.map((agent) -> new RankedAgent(agent, Objects.requireNonNull(statistics.get(agent.id()))))
			.toList();
	}

	@Override
	public List<TrendDay> executionTrends(TimeRange timeRange) {
		Ledger ledger = this.ledger.current();
		Days days = timeRange.before(ledger.today(this.clock.instant()));
		Days closed = ledger.closed(days);
		Map<Object, TrendDay> known = this.repository.days(closed)
			.stream()
			.collect(Collectors.toMap(TrendDay::date, Function.identity()));
		return days.from()
			.datesUntil(days.to())
			.map((date) -> known.getOrDefault(date, TrendDay.empty(date, date.isBefore(closed.to()))))
			.toList();
	}

	private Days closed(TimeRange timeRange) {
		Ledger ledger = this.ledger.current();
		return ledger.closed(timeRange.before(ledger.today(this.clock.instant())));
	}

}
