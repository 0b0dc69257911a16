package io.agentmetrics.api.exposition;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Adds a batch of finished executions to what is published. Whoever comes first while
 * there is room gets time series of its own and keeps them, agents and error types alike.
 */
final class Counting {

	/**
	 * Of failed executions without an error type, and of executions without a release.
	 */
	static final String UNKNOWN = "unknown";

	private static final int LONGEST_NAME = 64;

	private final Totals before;

	private final Instant minute;

	private final int maxErrorTypes;

	private final int maxReleases;

	private final Map<String, AgentTotals> agents;

	private final Set<String> errorTypes;

	private final Map<String, RecentRuns.Ended> lately;

	private final Set<String> changed = new HashSet<>();

	private int freeSeries;

	/** Begins a batch. */
	Counting(Totals before, Instant minute, ExpositionProperties properties) {
		this.before = before;
		this.minute = minute;
		this.maxErrorTypes = properties.errorTypes();
		this.maxReleases = properties.releases();
		this.agents = new HashMap<>(before.agents());
		this.errorTypes = new HashSet<>(before.errorTypes());
		this.lately = new HashMap<>(before.recent().minutes().getOrDefault(minute, Map.of()));
		this.freeSeries = properties.agents() - before.ownSeries();
	}

	void add(FinishedRuns runs) {
		String agent = agentLabel(runs.agentId().toString());
		AgentTotals totals = this.agents.getOrDefault(agent, AgentTotals.empty());
		String errorType = runs.status().isFailed() ? errorLabel(runs.errorType()) : UNKNOWN;
		this.agents.put(agent, totals.plus(runs, errorType, versionLabel(runs, totals)));
		RecentRuns.Ended ended = this.lately.getOrDefault(agent, RecentRuns.Ended.empty());
		this.lately.put(agent, ended.plus(runs.status(), runs.executions()));
		this.changed.add(agent);
	}

	boolean isEmpty() {
		return this.changed.isEmpty();
	}

	/** The labels of the agents that the batch has changed. */
	Set<String> changed() {
		return this.changed;
	}

	/** What is to be published when the batch is stored. */
	Totals after() {
		return isEmpty() ? this.before : new Totals(this.agents, this.before.recent().with(this.minute, this.lately));
	}

	private String agentLabel(String agentId) {
		if (this.agents.containsKey(agentId)) {
			return agentId;
		}
		if (this.freeSeries > 0) {
			this.freeSeries--;
			return agentId;
		}
		return Totals.OTHER;
	}

	private String errorLabel(String errorType) {
		String label = sanitized(errorType);
		if (this.errorTypes.contains(label)) {
			return label;
		}
		if (this.errorTypes.size() < this.maxErrorTypes) {
			this.errorTypes.add(label);
			return label;
		}
		return Totals.OTHER;
	}

	private String versionLabel(FinishedRuns runs, AgentTotals totals) {
		if (this.maxReleases == 0) {
			return AgentTotals.ANY_VERSION;
		}
		String label = sanitized(runs.version());
		Set<String> known = totals.byVersion().keySet();
		long own = known.stream()
			.filter((version) -> !version.equals(Totals.OTHER) && !version.equals(AgentTotals.ANY_VERSION))
			.count();
		return (known.contains(label) || own < this.maxReleases) ? label : Totals.OTHER;
	}

	/**
	 * Makes a label of what a platform calls an error or a release: letters, digits and
	 * the characters of qualified names stay, any other becomes an underscore.
	 */
	private static String sanitized(String name) {
		StringBuilder label = new StringBuilder();
		name.strip().codePoints().limit(LONGEST_NAME).forEach((character) -> {
			boolean kept = Character.isLetterOrDigit(character) || "._-:/$ ".indexOf(character) >= 0;
			label.appendCodePoint(kept ? character : '_');
		});
		return label.isEmpty() ? UNKNOWN : label.toString();
	}

}
