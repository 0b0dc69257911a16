package io.agentmetrics.api.annotation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.api.graphql.TimePosition;
import io.agentmetrics.api.metrics.source.Release;

/**
 * Something that happened; the type of the same name of the GraphQL schema.
 *
 * @param from when it happened or began
 * @param to when it was over; empty for what took no time and for an incident that goes
 * on
 * @param agentId the agent that it is about; empty for all agents
 * @param environment where it happened; empty for everywhere
 * @param link where more of it can be seen
 */
record Annotation(UUID id, AnnotationKind kind, Instant from, Optional<Instant> to, String text, Optional<UUID> agentId,
		Optional<String> environment, Optional<String> link) {

	static final Comparator<Annotation> NEWEST_FIRST = Comparator.comparing(Annotation::position);

	/**
	 * Returns the annotation of a new release.
	 * @param version what it is called
	 */
	static Annotation of(UUID agentId, Release release, String version) {
		// the same at each look
		UUID id = UUID.nameUUIDFromBytes(("release:" + agentId + ":" + version).getBytes(StandardCharsets.UTF_8));
		return new Annotation(id, AnnotationKind.RELEASE, release.firstRun(), Optional.empty(),
				"New release " + version, Optional.of(agentId), Optional.empty(), Optional.empty());
	}

	TimePosition position() {
		return new TimePosition(this.from, this.id);
	}

}
