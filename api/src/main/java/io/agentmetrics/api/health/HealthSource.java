package io.agentmetrics.api.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import graphql.GraphQLContext;
import io.agentmetrics.api.execution.ExecutionRepository;
import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerVersion;
import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.model.execution.Execution;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * How agents are doing: compares the last 24 hours of each with its closed days before.
 * All agents' health is kept for a while, and what is usual for them until a closed day
 * changes.
 */
@Component
public final class HealthSource {

	private static final String KEY = "all";

	/** Releases are told apart of so many agents, those with the most damage. */
	private static final int MOST_WITH_RELEASES = 100;

	private final HealthRepository repository;

	private final HealthRules rules;

	private final HealthProperties properties;

	private final ExecutionRepository executions;

	private final LedgerRepository ledger;

	private final Clock clock;

	private final AnswerCache<LedgerVersion, Baselines> baselines;

	private final AnswerCache<String, HealthOverview> overviews;

	/** What the next one is read from as far as it has not changed. */
	private volatile @Nullable Baselines lastRead;

	HealthSource(HealthRepository repository, HealthRules rules, HealthProperties properties,
			ExecutionRepository executions, LedgerRepository ledger, Clock clock, AnswerCaches caches) {
		this.repository = repository;
		this.rules = rules;
		this.properties = properties;
		this.executions = executions;
		this.ledger = ledger;
		this.clock = clock;
		this.baselines = caches.closed("health-baselines");
		this.overviews = caches.refreshed("health", properties.kept(), (all) -> judgeAll());
	}

	/**
	 * Returns how all agents are doing, for all fields of a request the same; with as
	 * many statements for any number of agents. Mostly nobody waits for it: what has been
	 * kept for its time is served while the next is computed.
	 * @param request the request's context
	 */
	public HealthOverview overview(GraphQLContext request) {
		return request.<HealthOverview>getOrEmpty(HealthOverview.class).orElseGet(() -> {
			HealthOverview read = this.overviews.get(KEY, this::judgeAll);
			return Objects
				.requireNonNull(request.<HealthOverview>computeIfAbsent(HealthOverview.class, (first) -> read));
		});
	}

	/**
	 * Returns whether so many executions are finished that their error rate says
	 * something.
	 */
	public boolean isRanked(long finished) {
		return this.rules.isRanked(finished);
	}

	/**
	 * Returns executions that are stuck, with one statement for any number of agents.
	 * @param agents the agents, known or not
	 * @param first how many of each agent at most
	 * @return those of each agent that has any, the longest running first
	 */
	Map<UUID, List<StuckExecution>> stuckExecutions(Collection<UUID> agents, int first) {
		Baselines baselines = baselines();
		Instant now = this.clock.instant();
		Map<UUID, Duration> limits = HashMap.newHashMap(agents.size());
		Map<UUID, Instant> startedBy = HashMap.newHashMap(agents.size());
		agents.forEach((agent) -> {
			Duration limit = this.rules.stuckAfter(baselines.of(agent));
			limits.put(agent, limit);
			startedBy.put(agent, now.minus(limit));
		});
		Map<UUID, List<StuckExecution>> stuck = new HashMap<>();
		this.executions.inProgress(startedSince(now), startedBy, first)
			.forEach((agent, found) -> stuck.put(agent,
					found.stream()
						.map((execution) -> stuck(execution, now, limits.getOrDefault(agent, Duration.ZERO)))
						.toList()));
		return stuck;
	}

	private Baselines baselines() {
		LedgerVersion version = this.ledger.current().version(this.clock.instant());
		return this.baselines.get(version, () -> readBaselines(version));
	}

	private Baselines readBaselines(LedgerVersion version) {
		// the last 24 hours begin yesterday
		LocalDate yesterday = version.today().minusDays(1);
		Days days = new Days(yesterday.minusDays(this.properties.baselineDays()), yesterday);
		Ledger ledger = version.ledger();
		Set<LocalDate> open = ledger.open(days);
		RhythmBuilder rhythms = new RhythmBuilder(ledger.calendar(), days, open, this.properties.significance());
		Baselines read = this.repository.baselines(days, ledger.zone(), open, rhythms,
				Optional.ofNullable(this.lastRead));
		this.lastRead = read;
		return read;
	}

	private HealthOverview judgeAll() {
		Baselines baselines = baselines();
		Instant now = this.clock.instant();
		Map<UUID, HealthOverview.Entry> agents = new HashMap<>();
		Window window = TimeRange.LAST_1_DAY.until(now);
		Map<UUID, RecentExecutions> all = this.repository.recent(window, startedSince(now), baselines, this.rules,
				this.properties.errorRate());
		Instant known = this.ledger.current().replayedUntil().orElse(now);
		Optional<UpstreamStop> stop = UpstreamStop.of(all.entrySet()
			.stream()
			.flatMap((agent) -> UpstreamStop.Seen.of(baselines.of(agent.getKey()).rhythm(), agent.getValue(), known)
				.stream())
			.toList(), known, this.properties.significance());
		// what all agents have in common is not said of each of them
		Instant heardUntil = stop.map(UpstreamStop::since).orElse(known);
		AgentHealth idle = this.rules.judge(RecentExecutions.NONE, Baseline.NONE, heardUntil, now);
		all.forEach((agent, recent) -> {
			HealthOverview.Entry entry = entry(recent, baselines.of(agent), heardUntil, now);
			if (!entry.health().equals(idle)) {
				agents.put(agent, entry);
			}
		});
		nameReleases(agents, window, baselines);
		return new HealthOverview(now, agents, idle, UpstreamStop.findings(stop, known));
	}

	/** Finds out which releases carry the findings of the agents with the most damage. */
	private void nameReleases(Map<UUID, HealthOverview.Entry> agents, Window window, Baselines baselines) {
		List<UUID> asked = agents.entrySet()
			.stream()
			.filter((agent) -> agent.getValue().health().isOfReleases())
			.sorted(Comparator.comparingLong((agent) -> -agent.getValue().health().damage()))
			.limit(MOST_WITH_RELEASES)
			.map(Map.Entry::getKey)
			.toList();
		this.repository.releases(window, asked, baselines)
			.forEach((agent, releases) -> agents.computeIfPresent(agent, (id, entry) -> entry.with(
					entry.health().with((finding) -> this.rules.withRelease(finding, releases, baselines.of(agent))))));
	}

	private HealthOverview.Entry entry(RecentExecutions recent, Baseline baseline, Instant heardUntil, Instant now) {
		return new HealthOverview.Entry(this.rules.judge(recent, baseline, heardUntil, now), recent.total(),
				recent.failed(), recent.finished(), isRanked(recent.finished()), recent.p95Ms());
	}

	private static StuckExecution stuck(Execution execution, Instant now, Duration limit) {
		return new StuckExecution(execution, Duration.between(execution.executionStart(), now).toMillis(),
				limit.toMillis());
	}

	private Instant startedSince(Instant now) {
		return now.minus(this.properties.stuck().forgottenAfter());
	}

}
