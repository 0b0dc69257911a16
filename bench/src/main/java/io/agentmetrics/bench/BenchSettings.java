package io.agentmetrics.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What to measure.
 *
 * @param executions how many executions are generated
 * @param agents how many agents share them, unequally
 * @param days over how many days before today they are spread
 * @param runs how often each way is run, in turn; medians are quoted
 * @param heapMb the aggregator's heap limit in MB
 * @param url a database to use, empty to start one; its agents and executions are deleted
 */
record BenchSettings(int executions, int agents, int days, int runs, int heapMb, String url) {

	private static final Map<String, String> DEFAULTS = Map.of("executions", "10000000", "agents", "1000", "days", "1",
			"runs", "3", "heapMb", "512", "url", "");

	static BenchSettings parse(List<String> arguments) {
		Map<String, String> values = new HashMap<>(DEFAULTS);
		for (String argument : arguments) {
			String[] nameAndValue = argument.split("=", 2);
			if (nameAndValue.length != 2 || !DEFAULTS.containsKey(nameAndValue[0])) {
				throw new IllegalArgumentException(
						"'" + argument + "' is none of " + DEFAULTS.keySet() + ", each given as name=value");
			}
			values.put(nameAndValue[0], nameAndValue[1]);
		}
		return new BenchSettings(Integer.parseInt(values.get("executions")), Integer.parseInt(values.get("agents")),
				Integer.parseInt(values.get("days")), Integer.parseInt(values.get("runs")),
				Integer.parseInt(values.get("heapMb")), values.getOrDefault("url", ""));
	}

}
