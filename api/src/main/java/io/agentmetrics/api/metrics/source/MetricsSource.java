package io.agentmetrics.api.metrics.source;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.ledger.LedgerVersion;
import io.agentmetrics.api.ledger.Weighted;
import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.problem.Arguments;

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

	private final ReleaseReader releaseReader;

	private final SliceReader sliceReader;

	private final SegmentReader segmentReader;

	private final LedgerRepository ledger;

	private final Clock clock;

	private final AnswerCache<Key, AgentMetrics> open;

	private final AnswerCache<Key, AgentMetrics> closed;

	private final AnswerCache<ReleasesKey, Releases> releases;

	private final AnswerCache<ReleasesKey, Releases> newReleases;

	private final AnswerCache<ExecutionFilter, MatchingAgents> matching;

	MetricsSource(MetricsReader reader, ReleaseReader releaseReader, SliceReader sliceReader,
			SegmentReader segmentReader, LedgerRepository ledger, Clock clock, AnswerCaches caches) {
		this.reader = reader;
		this.releaseReader = releaseReader;
		this.sliceReader = sliceReader;
		this.segmentReader = segmentReader;
		this.ledger = ledger;
		this.clock = clock;
		this.open = caches.open("agent-metrics-open");
		this.closed = caches.closed("agent-metrics-closed");
		this.releases = caches.open("agent-releases");
		this.newReleases = caches.open("agent-new-releases");
		this.matching = caches.open("agents-of-slices");
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

	/**
	 * Returns what executions did between moments; of that, only what whole days have to
	 * say is kept.
	 * @return to each question what each of its agents' executions did, all from one
	 * snapshot
	 */
	public List<Map<UUID, Segments>> segments(List<SegmentsQuestion> questions) {
		// not in the transaction: what is kept for all must not come from an old snapshot
		return this.segmentReader.read(questions, this.ledger.current());
	}

	/**
	 * Returns the releases of many agents at once.
	 * @param agents the agents, known or not
	 * @return those of each of the agents, the one that ran last first
	 */
	public Map<UUID, List<Release>> releases(Collection<UUID> agents, ReleasesQuestion question) {
		return releases(this.releases, agents, question, this.releaseReader::read);
	}

	/**
	 * Returns the releases of many agents at once that ran first in a window, of up to
	 * {@value Arguments#MAX_FIRST} that ran last in it: not in the 90 days before, while
	 * another release of the agent has run before them.
	 * @param agents the agents, known or not
	 * @param environments where they ran; empty for everywhere
	 * @return those of each of the agents, the one that ran last first
	 */
	public Map<UUID, List<Release>> newReleases(Collection<UUID> agents, Period period,
			Optional<ExecutionFilter.Choice> environments) {
		ReleasesQuestion question = new ReleasesQuestion(period, new ExecutionFilter(Optional.empty(), environments),
				Arguments.MAX_FIRST, MetricsFields.none());
		return releases(this.newReleases, agents, question, this.releaseReader::readNew);
	}

	private static Map<UUID, List<Release>> releases(AnswerCache<ReleasesKey, Releases> cache, Collection<UUID> agents,
			ReleasesQuestion question,
			BiFunction<Collection<UUID>, ReleasesQuestion, Map<UUID, List<Release>>> reader) {
		Map<UUID, List<Release>> byAgent = HashMap.newHashMap(agents.size());
		cache.getAll(agents.stream().map((agent) -> new ReleasesKey(agent, question)).toList(), (missing) -> {
			Map<UUID, List<Release>> read = reader.apply(missing.stream().map(ReleasesKey::agentId).toList(), question);
			return missing.stream()
				.collect(Collectors.toMap(Function.identity(),
						(key) -> new Releases(read.getOrDefault(key.agentId(), List.of()),
								question.fields().weight())));
		}).forEach((key, found) -> byAgent.put(key.agentId(), found.releases()));
		return byAgent;
	}

	/**
	 * Returns the agents that have run executions that match in the last 30 days and are
	 * not retired.
	 */
	public Set<UUID> agents(ExecutionFilter filter) {
		return this.matching.get(filter, () -> new MatchingAgents(this.sliceReader.agents(filter))).agents();
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

	private record ReleasesKey(UUID agentId, ReleasesQuestion question) {
	}

	/**
	 * The releases of an agent, which take more room than a plain answer.
	 */
	private record Releases(List<Release> releases, int weightOfEach) implements Weighted {

		@Override
		public int weight() {
			return 1 + this.releases.size() * this.weightOfEach;
		}

	}

	/**
	 * Agents of which nothing but the id is kept.
	 */
	private record MatchingAgents(Set<UUID> agents) implements Weighted {

		@Override
		public int weight() {
			return 1 + this.agents.size() / 20;
		}

	}

	private record Key(UUID agentId, MetricsQuestion question, Optional<LedgerVersion> version) {
	}

}
