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
 * @param warmupSeconds how long the API is asked before anything is measured; after a
 * minute its code is compiled, as it is for all but the first minute of its life
 * @param requests how often each question is asked, in turn; medians are quoted
 * @param clients how many clients ask at once when requests per second are counted
 * @param loadSeconds for how long they do
 * @param heapMb the API's heap limit in MB
 * @param url a database to use, empty to start one; its agents and executions are deleted
 * @param keepData whether the database's executions are those of an earlier run, so that
 * none are generated and nothing is deleted
 */
record ApiBenchSettings(int executions, int agents, int days, int warmupSeconds, int requests, int clients,
		int loadSeconds, int heapMb, String url, boolean keepData) {

	private static final Map<String, String> DEFAULTS = Map.of("executions", "1000000", "agents", "1000", "days", "90",
			"warmupSeconds", "60", "requests", "100", "clients", "8", "loadSeconds", "10", "heapMb", "512", "url", "",
			"keepData", "false");

	static ApiBenchSettings parse(List<String> arguments) {
		BenchArguments given = BenchArguments.parse(arguments, DEFAULTS);
		return new ApiBenchSettings(given.number("executions"), given.number("agents"), given.number("days"),
				given.number("warmupSeconds"), given.number("requests"), given.number("clients"),
				given.number("loadSeconds"), given.number("heapMb"), given.text("url"),
				Boolean.parseBoolean(given.text("keepData")));
	}

}
