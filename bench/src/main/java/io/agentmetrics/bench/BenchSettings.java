package io.agentmetrics.bench;

import java.util.List;
import java.util.Map;

/**
 * What to measure of the aggregator.
 *
 * @param executions how many executions are generated
 * @param agents how many agents share them, unequally
 * @param days over how many days before today they are spread
 * @param releases how many releases each agent has on each day; with 0, executions tell
 * neither releases nor tokens nor costs
 * @param usage whether executions with releases tell tokens and costs, too
 * @param runs how often each way is run, in turn; medians are quoted
 * @param heapMb the aggregator's heap limit in MB
 * @param url a database to use, empty to start one; its agents and executions are deleted
 */
record BenchSettings(int executions, int agents, int days, int releases, boolean usage, int runs, int heapMb,
		String url) {

	private static final Map<String, String> DEFAULTS = Map.of("executions", "10000000", "agents", "1000", "days", "1",
			"releases", "0", "usage", "true", "runs", "3", "heapMb", "512", "url", "");

	static BenchSettings parse(List<String> arguments) {
		BenchArguments given = BenchArguments.parse(arguments, DEFAULTS);
		return new BenchSettings(given.number("executions"), given.number("agents"), given.number("days"),
				given.number("releases"), Boolean.parseBoolean(given.text("usage")), given.number("runs"),
				given.number("heapMb"), given.text("url"));
	}

}
