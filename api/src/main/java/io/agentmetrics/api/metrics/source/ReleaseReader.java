package io.agentmetrics.api.metrics.source;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.model.time.Window;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads the releases of agents from the stored days and raw ranges of a plan: first which
 * they are, then their metrics, so that it does not matter how many there have been.
 */
@Component
class ReleaseReader {

	private static final Comparator<Release> LATEST_FIRST = Comparator.comparing(Release::lastRun)
		.reversed()
		.thenComparing((release) -> release.version().orElse(""));

	private final Planner planner;

	private final MetricsReader metrics;

	private final StoredMetricsRepository storedMetrics;

	private final RawExecutionRepository executions;

	private final Clock clock;

	ReleaseReader(Planner planner, MetricsReader metrics, StoredMetricsRepository storedMetrics,
			RawExecutionRepository executions, Clock clock) {
		this.planner = planner;
		this.metrics = metrics;
		this.storedMetrics = storedMetrics;
		this.executions = executions;
		this.clock = clock;
	}

	/**
	 * Answers a question.
	 * @param agents the agents, known or not
	 * @return the releases of each, the one that ran last first
	 */
	@Transactional(readOnly = true)
	Map<UUID, List<Release>> read(Collection<UUID> agents, ReleasesQuestion question) {
		return read(agents, question, this.clock.instant());
	}

	/**
	 * Finds the releases that ran first in the window of a question: another release of
	 * the agent ran before them, but not they. Executions that name no release are of
	 * none.
	 * @param agents the agents, known or not
	 * @return those of each that has any, the one that ran last first
	 */
	@Transactional(readOnly = true)
	Map<UUID, List<Release>> readNew(Collection<UUID> agents, ReleasesQuestion question) {
		Instant now = this.clock.instant();
		Map<UUID, List<Release>> answers = read(agents, question, now);
		if (answers.isEmpty()) {
			return answers;
		}
		List<Release.Key> keys = answers.entrySet()
			.stream()
			.flatMap((ofAgent) -> ofAgent.getValue()
				.stream()
				.map((release) -> new Release.Key(ofAgent.getKey(), release.version())))
			.toList();
		Plan before = this.planner.beforeReleases(answers.keySet(), question, now);
		Set<Release.Key> earlier = Set.copyOf(latest(before, only(keys, question.filter()), keys.size()));
		// of the latest two at least one has a name, if any has
		Set<UUID> ranBefore = latest(before, question.filter(), 2).stream()
			.filter((release) -> release.version().isPresent())
			.map(Release.Key::agentId)
			.collect(Collectors.toSet());
		answers.replaceAll((agent, releases) -> {
			List<Release> named = releases.stream().filter((release) -> release.version().isPresent()).toList();
			Instant firstRun = ranBefore.contains(agent) ? Instant.MIN
					: named.stream().map(Release::firstRun).min(Comparator.naturalOrder()).orElse(Instant.MAX);
			return named.stream()
				.filter((release) -> release.firstRun().isAfter(firstRun))
				.filter((release) -> !earlier.contains(new Release.Key(agent, release.version())))
				.toList();
		});
		answers.values().removeIf(List::isEmpty);
		return answers;
	}

	private Map<UUID, List<Release>> read(Collection<UUID> agents, ReleasesQuestion question, Instant now) {
		Plan plan = this.planner.ofReleases(agents, question, now);
		List<Release.Key> releases = latest(plan, question.filter(), question.first());
		Map<UUID, List<Release>> answers = HashMap.newHashMap(agents.size());
		if (!releases.isEmpty()) {
			Map<UUID, Metrics> all = this.metrics.read(plan, MetricsFields.none()).metrics();
			MetricsAccumulator<Release.Key> sums = new MetricsAccumulator<>(plan.of(only(releases, question.filter())),
					question.fields(), releases, Release.Key::new);
			this.metrics.read(sums);
			Map<Release.Key, Metrics> metrics = sums.result();
			runs(sums, plan.window(), question.filter())
				.forEach((release, runs) -> answers.computeIfAbsent(release.agentId(), (agent) -> new ArrayList<>())
					.add(new Release(release.version(), runs.from(), runs.to(),
							Objects.requireNonNull(all.get(release.agentId())).counts().total(),
							Objects.requireNonNull(metrics.get(release)))));
		}
		answers.values().forEach((ofAgent) -> ofAgent.sort(LATEST_FIRST));
		return answers;
	}

	private List<Release.Key> latest(Plan plan, ExecutionFilter filter, int first) {
		LatestReleases releases = new LatestReleases(plan.ledger().calendar());
		if (!plan.stored().isEmpty()) {
			this.storedMetrics.releases(plan.stored(), filter, first, releases);
		}
		if (!plan.raw().isEmpty()) {
			this.executions.releases(plan.raw(), filter, first, releases);
		}
		return releases.first(plan.agents(), first);
	}

	private Map<Release.Key, Window> runs(MetricsAccumulator<Release.Key> sums, Window window, ExecutionFilter filter) {
		Map<Release.Key, MetricsAccumulator.Hours> hours = sums.hours();
		return hours.isEmpty() ? Map.of() : this.executions.runs(hours, window, filter);
	}

	/** Returns the filter that the executions of some releases match. */
	private static ExecutionFilter only(List<Release.Key> releases, ExecutionFilter filter) {
		Set<String> names = releases.stream()
			.flatMap((release) -> release.version().stream())
			.collect(Collectors.toSet());
		boolean unknown = releases.stream().anyMatch((release) -> release.version().isEmpty());
		return new ExecutionFilter(Optional.of(new ExecutionFilter.Choice(names, unknown)), filter.environments());
	}

}
