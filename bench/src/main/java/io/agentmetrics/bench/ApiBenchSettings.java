package io.agentmetrics.bench;

import java.util.List;
import java.util.Map;

/**
 * What to measure of the API.
 *
 * @param executions how many executions the busiest agent has in all days
 * @param agents how many agents the dashboard is about; the first hundred run 100 times a
 * day, the others 10 times
 * @param days over how many times 24 hours before now the executions are spread
 * @param releases how many releases the executions of each agent are of; with 0 they do
 * not tell any
 * @param warmupSeconds how long the API is asked before anything is measured; after a
 * minute its code is compiled, as it is for all but the first minute of its life
 * @param requests how often each question is asked, in turn; medians are quoted
 * @param clients how many clients ask at once when requests per second are counted
 * @param loadSeconds for how long they do
 * @param heapMb the API's heap limit in MB
 * @param url a database to use, empty to start one; its agents and executions are deleted
 * @param keepData whether the database's executions are those of an earlier run, so that
 * none are generated and nothing is deleted
 * @param baseline the folder of another checkout whose jars are built, to compare with;
 * only for {@link ComparisonBenchmark}
 * @param baselineUrl the baseline's database, empty to start one
 */
record ApiBenchSettings(int executions, int agents, int days, int releases, int warmupSeconds, int requests,
		int clients, int loadSeconds, int heapMb, String url, boolean keepData, String baseline, String baselineUrl) {

	private static final Map<String, String> DEFAULTS = Map.ofEntries(Map.entry("executions", "1000000"),
			Map.entry("agents", "1000"), Map.entry("days", "90"), Map.entry("releases", "0"),
			Map.entry("warmupSeconds", "60"), Map.entry("requests", "100"), Map.entry("clients", "8"),
			Map.entry("loadSeconds", "10"), Map.entry("heapMb", "512"), Map.entry("url", ""),
			Map.entry("keepData", "false"), Map.entry("baseline", ""), Map.entry("baselineUrl", ""));

	static ApiBenchSettings parse(List<String> arguments) {
		BenchArguments given = BenchArguments.parse(arguments, DEFAULTS);
		return new ApiBenchSettings(given.number("executions"), given.number("agents"), given.number("days"),
				given.number("releases"), given.number("warmupSeconds"), given.number("requests"),
				given.number("clients"), given.number("loadSeconds"), given.number("heapMb"), given.text("url"),
				Boolean.parseBoolean(given.text("keepData")), given.text("baseline"), given.text("baselineUrl"));
	}

}
