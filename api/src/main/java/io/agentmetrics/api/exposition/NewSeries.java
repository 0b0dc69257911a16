package io.agentmetrics.api.exposition;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Shows time series that appear at 0 first, for longer than it takes each Prometheus to
 * scrape them once. Prometheus does not see how a counter grew before its first sample:
 * the first executions of an agent, an error type or a release would be lost to
 * {@code increase} and {@code rate}.
 */
final class NewSeries {

	private final long nanosAtZero;

	/** When each was shown first; those of the very first scrape at once. */
	private Map<Series, Long> shownFirst = Map.of();

	private boolean anyScraped;

	/**
	 * Begins without any.
	 * @param atZero for how long each is shown at 0
	 */
	NewSeries(Duration atZero) {
		this.nanosAtZero = atZero.toNanos();
	}

	/**
	 * Returns what a scrape is to show. The first one shows all as it is: what was
	 * counted before, maybe by another replica, is no increase.
	 * @param nanos when that is, by {@link System#nanoTime()}
	 */
	synchronized Totals shown(Totals totals, long nanos) {
		Map<Series, Long> first = HashMap.newHashMap(this.shownFirst.size());
		Map<String, AgentTotals> agents = HashMap.newHashMap(totals.agents().size());
		totals.agents().forEach((agent, counts) -> agents.put(agent, shown(agent, counts, first, nanos)));
		this.shownFirst = first;
		this.anyScraped = true;
		return new Totals(agents, totals.recent());
	}

	/**
	 * Begins anew when another replica counts: what that one shows first is no increase
	 * here.
	 */
	synchronized void forget() {
		this.shownFirst = Map.of();
		this.anyScraped = false;
	}

	private AgentTotals shown(String agent, AgentTotals counts, Map<Series, Long> first, long nanos) {
		AgentTotals own = isNew(new Series(agent, Label.AGENT, ""), first, nanos) ? AgentTotals.empty() : counts;
		Map<String, Long> errors = new HashMap<>(counts.byErrorType());
		errors
			.replaceAll((type, failed) -> isNew(new Series(agent, Label.ERROR_TYPE, type), first, nanos) ? 0L : failed);
		Map<String, Usage> usage = new HashMap<>(counts.byVersion());
		usage.replaceAll((version, used) -> isNew(ofVersion(agent, version), first, nanos) ? Usage.NONE : used);
		return new AgentTotals(own.byStatus(), own.buckets(), own.sumMs(), errors, usage);
	}

	/** Where no release is told apart, each agent has the series from its beginning. */
	private static Series ofVersion(String agent, String version) {
		return version.equals(AgentTotals.ANY_VERSION) ? new Series(agent, Label.AGENT, "")
				: new Series(agent, Label.VERSION, version);
	}

	private boolean isNew(Series series, Map<Series, Long> first, long nanos) {
		Long known = this.shownFirst.get(series);
		long since = (known != null) ? known : this.anyScraped ? nanos : nanos - this.nanosAtZero;
		first.put(series, since);
		return nanos - since < this.nanosAtZero;
	}

	private enum Label {

		AGENT, ERROR_TYPE, VERSION

	}

	/**
	 * The time series that have a label in common; with {@link Label#AGENT} those that
	 * have no other.
	 */
	private record Series(String agent, Label label, String value) {
	}

}
