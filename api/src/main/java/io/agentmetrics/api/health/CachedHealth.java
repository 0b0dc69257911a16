package io.agentmetrics.api.health;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.ledger.Edition;
import io.agentmetrics.api.ledger.LedgerQuery;

import org.springframework.stereotype.Component;

/**
 * Keeps all agents' health for seconds, and what is usual for them until a closed day
 * changes.
 */
@Component
final class CachedHealth implements HealthQuery {

	private static final String KEY = "all";

	private final ComputedHealth health;

	private final LedgerQuery ledger;

	private final Clock clock;

	private final AnswerCache<Edition, Map<UUID, Baseline>> baselines;

	private final AnswerCache<String, HealthOverview> overviews;

	CachedHealth(ComputedHealth health, LedgerQuery ledger, Clock clock, AnswerCaches caches,
			HealthProperties properties) {
		this.health = health;
		this.ledger = ledger;
		this.clock = clock;
		this.baselines = caches.closed("health-baselines");
		this.overviews = caches.open("health", properties.kept());
	}

	@Override
	public HealthOverview overview() {
		return this.overviews.get(KEY, () -> this.health.overview(baselines()));
	}

	@Override
	public Map<UUID, List<StuckExecution>> stuckExecutions(Collection<UUID> agents, int first) {
		return this.health.stuckExecutions(agents, first, baselines());
	}

	private Map<UUID, Baseline> baselines() {
		Edition edition = this.ledger.current().edition(this.clock.instant());
		return this.baselines.get(edition, () -> this.health.baselines(edition));
	}

}
