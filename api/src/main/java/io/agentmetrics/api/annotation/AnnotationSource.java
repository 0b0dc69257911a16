package io.agentmetrics.api.annotation;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.source.MetricsSource;
import io.agentmetrics.api.metrics.source.Release;

import org.springframework.stereotype.Component;

/**
 * Finds annotations, the newest first: those that somebody has noted, and of agents that
 * are named also their new releases. What somebody notes shows at once.
 */
@Component
final class AnnotationSource {

	private final AnnotationRepository repository;

	private final MetricsSource metrics;

	private final Clock clock;

	AnnotationSource(AnnotationRepository repository, MetricsSource metrics, Clock clock) {
		this.repository = repository;
		this.metrics = metrics;
		this.clock = clock;
	}

	/** Returns what somebody has noted of whatever agents. */
	List<Annotation> all(AnnotationsQuestion question) {
		return this.repository.all(question.period().window(this.clock.instant()), question);
	}

	/** Returns what somebody has noted of all agents together. */
	List<Annotation> ofAllAgents(AnnotationsQuestion question) {
		return this.repository.ofAgents(List.of(), question.period().window(this.clock.instant()), question);
	}

	/**
	 * Returns what concerns agents: what is noted of them or of all agents, and their new
	 * releases. The number of statements does not depend on how many agents they are.
	 * @param agents the agents, known or not
	 */
	Map<UUID, List<Annotation>> ofAgents(Collection<UUID> agents, AnnotationsQuestion question) {
		List<Annotation> noted = this.repository.ofAgents(agents, question.period().window(this.clock.instant()),
				question);
		List<Annotation> ofAll = noted.stream().filter((annotation) -> annotation.agentId().isEmpty()).toList();
		Map<UUID, List<Annotation>> found = new HashMap<>();
		agents.forEach((agent) -> found.put(agent, new ArrayList<>(ofAll)));
		noted.forEach((annotation) -> annotation.agentId().ifPresent((agent) -> of(found, agent).add(annotation)));
		this.metrics.newReleases(agents, question.period(), question.filter().environments())
			.forEach((agent, releases) -> of(found, agent).addAll(annotations(agent, releases, question.filter())));
		return found.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (ofAgent) -> page(ofAgent.getValue(), question)));
	}

	private static List<Annotation> of(Map<UUID, List<Annotation>> found, UUID agent) {
		return found.computeIfAbsent(agent, (unknown) -> new ArrayList<>());
	}

	private static List<Annotation> annotations(UUID agent, List<Release> releases, ExecutionFilter filter) {
		return releases.stream()
			.flatMap((release) -> release.version()
				.filter((version) -> filter.versions().filter((asked) -> !asked.names().contains(version)).isEmpty())
				.map((version) -> Annotation.of(agent, release, version))
				.stream())
			.toList();
	}

	private static List<Annotation> page(List<Annotation> annotations, AnnotationsQuestion question) {
		Stream<Annotation> rest = annotations.stream()
			.filter((annotation) -> question.after()
				.filter((after) -> annotation.position().compareTo(after) <= 0)
				.isEmpty());
		return rest.sorted(Annotation.NEWEST_FIRST).limit(question.limit()).toList();
	}

}
