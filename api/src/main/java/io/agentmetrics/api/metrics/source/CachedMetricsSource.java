package io.agentmetrics.api.metrics.source;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.ledger.Edition;
import io.agentmetrics.api.ledger.LedgerQuery;

import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

/**
 * Keeps answers: those that reach up to now for seconds, those about closed days until
 * one of the days changes.
 */
@Component
@Primary
final class CachedMetricsSource implements MetricsSource {

	private final DatabaseMetricsSource source;

	private final LedgerQuery ledger;

	private final Clock clock;

	private final AnswerCache<Key, AgentMetrics> open;

	private final AnswerCache<Key, AgentMetrics> closed;

	CachedMetricsSource(DatabaseMetricsSource source, LedgerQuery ledger, Clock clock, AnswerCaches caches) {
		this.source = source;
		this.ledger = ledger;
		this.clock = clock;
		this.open = caches.open("agent-metrics-open");
		this.closed = caches.closed("agent-metrics-closed");
	}

	@Override
	public Map<UUID, AgentMetrics> read(Collection<UUID> agents, MetricsQuestion question) {
		return switch (question.metricType()) {
			// a late or corrected execution shows within seconds, also in a window long
			// past
			case REALTIME, HYBRID -> cached(this.open, agents, question, Optional.empty());
			case AGGREGATED -> {
				Edition edition = this.ledger.current().edition(this.clock.instant());
				yield cached(this.closed, agents, question, Optional.of(edition));
			}
		};
	}

	private Map<UUID, AgentMetrics> cached(AnswerCache<Key, AgentMetrics> cache, Collection<UUID> agents,
			MetricsQuestion question, Optional<Edition> edition) {
		Map<UUID, AgentMetrics> byAgent = HashMap.newHashMap(agents.size());
		cache
			.getAll(agents.stream().map((agent) -> new Key(agent, question, edition)).toList(),
					(missing) -> compute(missing, question, edition))
			.forEach((key, answer) -> byAgent.put(key.agentId(), answer));
		return byAgent;
	}

	private Map<Key, AgentMetrics> compute(Collection<Key> missing, MetricsQuestion question,
			Optional<Edition> edition) {
		Map<Key, AgentMetrics> byKey = HashMap.newHashMap(missing.size());
		this.source.read(missing.stream().map(Key::agentId).toList(), question)
			.forEach((agent, answer) -> byKey.put(new Key(agent, question, edition), answer));
		return byKey;
	}

	private record Key(UUID agentId, MetricsQuestion question, Optional<Edition> edition) {
	}

}
