package io.agentmetrics.otlp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.otlp.RuleTable.RoleRule;
import org.jspecify.annotations.Nullable;

/**
 * What a span tells of itself: which role it has, of which agent it is a run, how it
 * ended. What decides that stands in {@code span-rules.json}.
 *
 * @param servicesWithAgentIds the services, as {@code space/name}, whose
 * {@code gen_ai.agent.id} identifies an agent; that of others may be new with every run
 */
public record SpanRules(Set<String> servicesWithAgentIds) {

	/** What the database takes. */
	private static final Instant FIRST_START = Instant.parse("2000-01-01T00:00:00Z");

	private static final Instant END_OF_STARTS = Instant.parse("2100-01-01T00:00:00Z");

	private static final int LONGEST_NAME = 200;

	private static final int LONGEST_MESSAGE = 2_000;

	/** Digits of an id. */
	private static final int TRACE_ID = 32;

	private static final int SPAN_ID = 16;

	/** New with every run, as far as anybody can tell. */
	private static final Pattern MADE_UP_NAME = Pattern
		.compile("(?is).*[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}.*|[0-9a-f]{16,}");

	private static final Pattern TOKENS = Pattern.compile("([0-9]{1,9})(?:[.]0*)?");

	/**
	 * What OpenTelemetry calls a service that has no name, often with the path of a
	 * program after a colon.
	 */
	private static final String UNKNOWN_SERVICE = "unknown_service";

	private static final String AGENT_ID = "gen_ai.agent.id";

	private static final String SERVICE_NAME = "service.name";

	private static final String SERVICE_SPACE = "service.namespace";

	/** Logfire sends a span that has begun as a child of itself, which has another id. */
	private static final String LOGFIRE_TYPE = "logfire.span_type";

	private static final String LOGFIRE_PARENT = "logfire.pending_parent_id";

	private static final RuleTable TABLE = RuleTable.load();

	private static final Set<String> ATTRIBUTES = neededAttributes();

	public SpanRules {
		servicesWithAgentIds = Set.copyOf(servicesWithAgentIds);
	}

	private static Set<String> neededAttributes() {
		Set<String> names = new HashSet<>(TABLE.attributeNames());
		names.addAll(Set.of(AGENT_ID, SERVICE_NAME, SERVICE_SPACE, LOGFIRE_TYPE, LOGFIRE_PARENT, "exception.type",
				"exception.message"));
		return names;
	}

	/** Returns the names of the attributes without which a span can be read. */
	static Set<String> attributes() {
		return ATTRIBUTES;
	}

	/** Reads a span. */
	public SpanReading read(OtlpSpan sent) {
		String service = service(sent.resource());
		boolean pending = "pending_span".equals(sent.attributes().get(LOGFIRE_TYPE));
		String traceId = sent.traceId().toLowerCase(Locale.ROOT);
		String spanId = (pending ? sent.parentId() : sent.spanId()).toLowerCase(Locale.ROOT);
		Instant start = instant(sent.startNanos());
		String fault = fault(traceId, spanId, start);
		if (fault != null) {
			return refused(sent, service, fault);
		}
		Optional<RoleRule> rule = TABLE.rule(sent);
		Optional<String> agent = rule.flatMap((known) -> agent(known, sent));
		SpanRole role = rule.map((known) -> role(known, agent.isPresent())).orElse(SpanRole.OTHER);
		if (role == SpanRole.AGENT && agent.isEmpty()) {
			return refused(sent, service, "it is of an agent without a name that lasts, and its service has none:"
					+ " gen_ai.agent.name or service.name is needed");
		}
		Instant end = (pending || sent.endNanos() == 0) ? null : instant(sent.endNanos());
		Failure failure = Failure.of(sent);
		return new TraceSpan(traceId, spanId, parent(pending ? sent.attributes().get(LOGFIRE_PARENT) : sent.parentId()),
				role, sent.client(), service,
				// a graph is known by its nodes alone
				agent.or(() -> (role == SpanRole.OTHER) ? usableName(sent.name()) : Optional.empty()).orElse(null),
				agentId(service, sent), start, end, status(sent, end, failure.type()), failure.type(),
				failure.message(), first(TABLE.attributes().user(), sent).orElse(null),
				first(TABLE.attributes().release(), sent).orElse(null),
				first(TABLE.attributes().environment(), sent).orElse(null), tokens(sent));
	}

	private static RefusedSpan refused(OtlpSpan sent, String service, String reason) {
		return new RefusedSpan(service,
				"%s (%s)".formatted(storable(sent.name(), LONGEST_NAME), storable(sent.spanId(), 16)), reason);
	}

	private static @Nullable String fault(String traceId, String spanId, Instant start) {
		if (!isId(traceId, TRACE_ID)) {
			return "its trace id is not 16 bytes, or all of them are 0";
		}
		if (!isId(spanId, SPAN_ID)) {
			return "its span id is not 8 bytes, or all of them are 0";
		}
		if (start.isBefore(FIRST_START) || !start.isBefore(END_OF_STARTS)) {
			return "its start is not within the years 2000 to 2099";
		}
		return null;
	}

	private static @Nullable String parent(@Nullable String id) {
		String lower = (id != null) ? id.toLowerCase(Locale.ROOT) : "";
		return isId(lower, SPAN_ID) ? lower : null;
	}

	/** Whether it is as many hexadecimal digits, not all of them 0. */
	private static boolean isId(String text, int digits) {
		boolean isZero = true;
		for (int i = 0; i < text.length(); i++) {
			char digit = text.charAt(i);
			if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
				return false;
			}
			isZero &= digit == '0';
		}
		return text.length() == digits && !isZero;
	}

	/**
	 * The numbers are unsigned, up to the year 2554; in microseconds, as they are stored.
	 */
	private static Instant instant(long nanos) {
		long micros = Long.divideUnsigned(nanos, 1_000);
		return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
	}

	private static String service(Map<String, String> resource) {
		String name = serviceName(resource).orElse(UNKNOWN_SERVICE);
		return TraceSpan.service(name(resource.get(SERVICE_SPACE)).orElse(null), name);
	}

	private static Optional<String> serviceName(Map<String, String> resource) {
		return name(resource.get(SERVICE_NAME))
			.filter((name) -> !name.equals(UNKNOWN_SERVICE) && !name.startsWith(UNKNOWN_SERVICE + ":"));
	}

	private static Optional<String> agent(RoleRule rule, OtlpSpan sent) {
		return rule.names()
			.stream()
			.flatMap((source) -> source.find(sent).stream())
			.flatMap((name) -> usableName(name).stream())
			.findFirst()
			.or(() -> (rule.nameless() == RuleTable.Nameless.SERVICE) ? serviceName(sent.resource())
					: Optional.empty());
	}

	/** Without a name it says no more than that it belongs to what is around it. */
	private static SpanRole role(RoleRule rule, boolean hasName) {
		return (rule.role() == SpanRole.AGENT && rule.nameless() == null && !hasName) ? SpanRole.OTHER : rule.role();
	}

	private static Optional<String> usableName(String name) {
		return name(name).filter((usable) -> !MADE_UP_NAME.matcher(usable).matches());
	}

	private @Nullable String agentId(String service, OtlpSpan sent) {
		return this.servicesWithAgentIds.contains(service) ? name(sent.attributes().get(AGENT_ID)).orElse(null) : null;
	}

	private static ExecutionStatus status(OtlpSpan sent, @Nullable Instant end, @Nullable String errorType) {
		if (end == null) {
			return ExecutionStatus.RUNNING;
		}
		if (TABLE.attributes().cancellation().stream().anyMatch(sent.attributes()::containsKey)) {
			return ExecutionStatus.CANCELLED;
		}
		if (!sent.failed()) {
			return ExecutionStatus.COMPLETED;
		}
		String type = Objects.requireNonNullElse(errorType, "");
		if (TABLE.errors().interrupted().matcher(type).matches()) {
			return ExecutionStatus.COMPLETED;
		}
		if (TABLE.errors().cancelled().matcher(type).matches()) {
			return ExecutionStatus.CANCELLED;
		}
		return TABLE.errors().timeout().matcher(type).matches() ? ExecutionStatus.TIMEOUT : ExecutionStatus.FAILED;
	}

	private static Optional<String> first(List<String> attributes, OtlpSpan sent) {
		for (String attribute : attributes) {
			Optional<String> value = name(sent.attributes().get(attribute))
				.or(() -> name(sent.resource().get(attribute)));
			if (value.isPresent()) {
				return value;
			}
		}
		return Optional.empty();
	}

	private static TokenUsage tokens(OtlpSpan sent) {
		return new TokenUsage(tokens(TABLE.attributes().inputTokens(), sent),
				tokens(TABLE.attributes().outputTokens(), sent), tokens(TABLE.attributes().cachedInputTokens(), sent));
	}

	private static @Nullable Long tokens(List<String> attributes, OtlpSpan sent) {
		for (String attribute : attributes) {
			String value = sent.attributes().get(attribute);
			Matcher number = (value != null) ? TOKENS.matcher(value) : null;
			if (number != null && number.matches()) {
				return Long.valueOf(number.group(1));
			}
		}
		return null;
	}

	private static Optional<String> name(@Nullable String text) {
		return Optional.ofNullable(text)
			.map((sent) -> storable(sent.strip(), LONGEST_NAME))
			.filter((name) -> !name.isEmpty());
	}

	/** Without what PostgreSQL does not store: NUL, and halves of characters. */
	private static String storable(String text, int longest) {
		String cut = (text.length() > longest) ? text.substring(0, longest) : text;
		return new String(cut.replace('\0', ' ').getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	/**
	 * What a span says of its failure; both are null if it has not failed.
	 */
	private record Failure(@Nullable String type, @Nullable String message) {

		private static final Failure NONE = new Failure(null, null);

		static Failure of(OtlpSpan sent) {
			if (!sent.failed()) {
				return NONE;
			}
			Optional<OtlpSpan.ExceptionEvent> exception = Optional.ofNullable(sent.exception());
			Optional<String> message = text(sent.statusMessage())
				.or(() -> exception.flatMap((event) -> text(event.message())));
			List<String> types = Stream
				.of(first(TABLE.attributes().errorType(), sent), exception.flatMap((event) -> name(event.type())),
						message.map(TABLE.errors().typeInText()::matcher)
							.filter(Matcher::matches)
							.map((matcher) -> matcher.group(1)))
				.flatMap(Optional::stream)
				.toList();
			Optional<String> type = types.stream()
				.filter((given) -> !TABLE.errors().unspecific().matcher(given).matches())
				.findFirst()
				.or(() -> types.stream().findFirst());
			return new Failure(type.orElse(null), message.orElse(null));
		}

		private static Optional<String> text(String text) {
			return Optional.of(storable(text, LONGEST_MESSAGE)).filter((message) -> !message.isBlank());
		}

	}

}
