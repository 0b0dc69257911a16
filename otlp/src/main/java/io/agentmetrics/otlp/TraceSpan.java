package io.agentmetrics.otlp;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;

/**
 * A span of a trace: no more of it than decides which runs the trace has, and what they
 * are like.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param parentId the span that it belongs to, which may never come; null if there is
 * none
 * @param client whether it is the caller's side of a call
 * @param service the name space and name of the service, as {@code space/name}; a /
 * within either stands as %2F
 * @param agent the name of the agent that it is a run of, if it is one; null if there is
 * none
 * @param agentId identifies the agent in its service in place of its name; null if its
 * name does
 * @param end null while it runs
 * @param user for whom it ran; null if not sent
 * @param tokens what it says itself
 */
public record TraceSpan(String traceId, String spanId, @Nullable String parentId, SpanRole role, boolean client,
		String service, @Nullable String agent, @Nullable String agentId, Instant start, @Nullable Instant end,
		ExecutionStatus status, @Nullable String errorType, @Nullable String errorMessage, @Nullable String user,
		@Nullable String release, @Nullable String environment, TokenUsage tokens) implements SpanReading {

	/**
	 * Of two that differ the one that has ended, the later one, any one, in this order.
	 */
	private static final Comparator<TraceSpan> PREFERENCE = Comparator
		.comparing(TraceSpan::end, Comparator.nullsFirst(Comparator.naturalOrder()))
		.thenComparing(TraceSpan::toString);

	private static final String SEPARATOR = "/";

	/**
	 * Returns the name of a service as in {@link #service()}: a / within one of its parts
	 * stands as %2F, so that no two services have the same.
	 * @param space its name space, null if it has none
	 */
	public static String service(@Nullable String space, String name) {
		return (space != null) ? escaped(space) + SEPARATOR + escaped(name) : escaped(name);
	}

	/** Names without % and / stay as they are, which is nearly all of them. */
	private static String escaped(String name) {
		return name.replace("%", "%25").replace(SEPARATOR, "%2F");
	}

	/** Returns which of two receptions of one span counts, whichever came first. */
	public TraceSpan merge(TraceSpan other) {
		return (equals(other) || PREFERENCE.compare(this, other) >= 0) ? this : other;
	}

	/**
	 * Returns what identifies the agent, whatever it is run by; null if there is none.
	 */
	public @Nullable String agentKey() {
		if (this.agent == null) {
			return null;
		}
		return this.service + SEPARATOR + escaped((this.agentId != null) ? this.agentId : this.agent);
	}

	/** Returns whether another span has the same {@link #agentKey()}. */
	boolean isOfSameAgent(TraceSpan other) {
		if (this.agent == null || other.agent == null) {
			return this.agent == null && other.agent == null;
		}
		return this.service.equals(other.service) && Objects.requireNonNullElse(this.agentId, this.agent)
			.equals(Objects.requireNonNullElse(other.agentId, other.agent));
	}

	/** Returns the same span as part of what is around it, no run of an agent itself. */
	public TraceSpan withoutAgent() {
		return new TraceSpan(this.traceId, this.spanId, this.parentId, SpanRole.OTHER, this.client, this.service, null,
				null, this.start, this.end, this.status, this.errorType, this.errorMessage, this.user, this.release,
				this.environment, this.tokens);
	}

	/** Returns what identifies the run, whichever way it comes in. */
	public String key() {
		return this.traceId + "-" + this.spanId;
	}

}
