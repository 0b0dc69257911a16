package io.agentmetrics.api.metrics.source;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.ledger.LedgerVersion;
import io.agentmetrics.api.ledger.LedgerRepository;

import org.springframework.stereotype.Component;

/**
 * The metrics of agents in a window. Whether they are read from stored days, from raw
 * executions or from both is said by the question's metric type and decided by one plan.
 * Answers that reach up to now are kept for seconds, those about closed days until one of
 * the days changes.
 */
@Component
public final class MetricsSource {

	private final MetricsReader reader;

	private final LedgerRepository ledger;

	private final Clock clock;

	private final AnswerCache<Key, AgentMetrics> open;

	private final AnswerCache<Key, AgentMetrics> closed;

	MetricsSource(MetricsReader reader, LedgerRepository ledger, Clock clock, AnswerCaches caches) {
		this.reader = reader;
		this.ledger = ledger;
		this.clock = clock;
		this.open = caches.open("agent-metrics-open");
		this.closed = caches.closed("agent-metrics-closed");
	}

	/**
	 * Returns the metrics of many agents at once: the number of statements does not
	 * depend on how many they are.
	 * @param agents the agents, known or not
	 * @return the metrics of each of the agents; those that are not kept all from one
	 * snapshot
	 */
	public Map<UUID, AgentMetrics> read(Collection<UUID> agents, MetricsQuestion question) {
		return switch (question.metricType()) {
			// a late or corrected execution shows within seconds, also in a window long
			// past
			case REALTIME, HYBRID -> cached(this.open, agents, question, Optional.empty());
			case AGGREGATED -> {
				LedgerVersion version = this.ledger.current().version(this.clock.instant());
				yield cached(this.closed, agents, question, Optional.of(version));
			}
		};
	}

	private Map<UUID, AgentMetrics> cached(AnswerCache<Key, AgentMetrics> cache, Collection<UUID> agents,
			MetricsQuestion question, Optional<LedgerVersion> version) {
		Map<UUID, AgentMetrics> byAgent = HashMap.newHashMap(agents.size());
		cache
			.getAll(agents.stream().map((agent) -> new Key(agent, question, version)).toList(),
					(missing) -> compute(missing, question, version))
			.forEach((key, answer) -> byAgent.put(key.agentId(), answer));
		return byAgent;
	}

	private Map<Key, AgentMetrics> compute(Collection<Key> missing, MetricsQuestion question,
			Optional<LedgerVersion> version) {
		Map<Key, AgentMetrics> byKey = HashMap.newHashMap(missing.size());
		this.reader.read(missing.stream().map(Key::agentId).toList(), question, version.map(LedgerVersion::ledger))
			.forEach((agent, answer) -> byKey.put(new Key(agent, question, version), answer));
		return byKey;
	}

	private record Key(UUID agentId, MetricsQuestion question, Optional<LedgerVersion> version) {
	}

}
