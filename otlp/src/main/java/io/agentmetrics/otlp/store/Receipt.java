package io.agentmetrics.otlp.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.agentmetrics.otlp.RefusedSpan;
import io.agentmetrics.otlp.TraceSpan;

/**
 * What became of spans that came in together.
 */
public final class Receipt {

	/** Stored as an execution. */
	public static final String RUN = "run";

	/** Told by the span of a run as well. */
	public static final String MERGED = "merged";

	/** Part of a run, or of no run at all. */
	public static final String NO_AGENT = "no agent";

	/** Had come before. */
	public static final String REPEATED = "repeated";

	/** Followed by the reason. */
	public static final String REJECTED = "rejected: ";

	/** Beside these: how many agents a service has brought. */
	static final String NEW_AGENTS = "new agents";

	/** Stands for those that came when an hour already had too many to tell apart. */
	static final String OTHER_SERVICES = "other services";

	private static final int NAMES_SHOWN = 5;

	private final Map<Line, Long> lines = new TreeMap<>();

	private final Map<String, List<String>> rejected = new LinkedHashMap<>();

	void count(String service, String outcome) {
		this.lines.merge(new Line(service, outcome), 1L, Long::sum);
	}

	void reject(TraceSpan span, String reason) {
		reject(span.service(), reason,
				() -> "%s (%s)".formatted(Objects.requireNonNullElse(span.agent(), "a span"), span.spanId()));
	}

	void reject(RefusedSpan span) {
		reject(span.service(), span.reason(), span::name);
	}

	private void reject(String service, String reason, Supplier<String> name) {
		count(service, REJECTED + reason);
		List<String> names = this.rejected.computeIfAbsent(reason, (key) -> new ArrayList<>());
		if (names.size() < NAMES_SHOWN) {
			names.add(name.get());
		}
	}

	/** Returns how many spans had an outcome, by service and outcome. */
	public Map<Line, Long> lines() {
		return this.lines;
	}

	/** Returns how many spans were rejected. */
	public long rejected() {
		return this.lines.entrySet()
			.stream()
			.filter((line) -> line.getKey().isRejected())
			.mapToLong(Map.Entry::getValue)
			.sum();
	}

	/**
	 * Returns for each reason how many spans were rejected for it and what some of them
	 * are called; empty if none were.
	 */
	public String rejections() {
		return this.rejected.entrySet()
			.stream()
			.map((reason) -> "%d because %s: %s".formatted(spans(REJECTED + reason.getKey()), reason.getKey(),
					String.join(", ", reason.getValue())))
			.collect(Collectors.joining("; "));
	}

	private long spans(String outcome) {
		return this.lines.entrySet()
			.stream()
			.filter((line) -> line.getKey().outcome().equals(outcome))
			.mapToLong(Map.Entry::getValue)
			.sum();
	}

	/**
	 * A service, and something that became of its spans.
	 */
	public record Line(String service, String outcome) implements Comparable<Line> {

		private static final Comparator<Line> ORDER = Comparator.comparing(Line::service).thenComparing(Line::outcome);

		public boolean isRejected() {
			return this.outcome.startsWith(REJECTED);
		}

		@Override
		public int compareTo(Line other) {
			return ORDER.compare(this, other);
		}

	}

}
