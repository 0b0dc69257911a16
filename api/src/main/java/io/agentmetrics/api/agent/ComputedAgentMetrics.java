package io.agentmetrics.api.agent;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.aggregated.AggregatedQuery;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerQuery;
import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.realtime.RealtimeQuery;
import io.agentmetrics.api.window.Days;
import io.agentmetrics.api.window.Window;
import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.sketch.ErrorGroups;

import org.springframework.stereotype.Component;

/**
 * Turns a question into a window, and asks the source.
 */
@Component
final class ComputedAgentMetrics implements AgentMetricsQuery {

	private final RealtimeQuery realtime;

	private final AggregatedQuery aggregated;

	private final LedgerQuery ledger;

	private final Clock clock;

	ComputedAgentMetrics(RealtimeQuery realtime, AggregatedQuery aggregated, LedgerQuery ledger, Clock clock) {
		this.realtime = realtime;
		this.aggregated = aggregated;
		this.ledger = ledger;
		this.clock = clock;
	}

	@Override
	public Map<UUID, AgentMetricsAnswer> metrics(Collection<UUID> agents, MetricsQuestion question) {
		Ledger ledger = this.ledger.current();
		Instant now = this.clock.instant();
		return switch (question.metricType()) {
			case REALTIME -> {
				Window window = ledger.recorded(question.timeRange().until(now));
				Map<UUID, ErrorGroups> errors = question.withErrors() ? this.realtime.errors(agents, window) : Map.of();
				yield answers(question, this.realtime.statistics(agents, window), errors,
						Provenance.of(window, ledger, now));
			}
			case AGGREGATED -> {
				Days days = question.timeRange().before(ledger.today(now));
				Days closed = ledger.closed(days);
				Map<UUID, ErrorGroups> errors = question.withErrors() ? this.aggregated.errors(agents, closed)
						: Map.of();
				yield answers(question, this.aggregated.statistics(agents, closed), errors,
						Provenance.of(days.in(ledger.zone()), ledger, now));
			}
		};
	}

	private static Map<UUID, AgentMetricsAnswer> answers(MetricsQuestion question,
			Map<UUID, WindowStatistics> statistics, Map<UUID, ErrorGroups> errors, Provenance provenance) {
		Map<UUID, AgentMetricsAnswer> answers = HashMap.newHashMap(statistics.size());
		statistics.forEach((agent, known) -> answers.put(agent, new AgentMetricsAnswer(agent, question, known,
				errors.getOrDefault(agent, ErrorGroups.empty()), provenance)));
		return answers;
	}

}
