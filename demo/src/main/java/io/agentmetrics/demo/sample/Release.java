package io.agentmetrics.demo.sample;

/**
 * A release of an agent, and what is different with it.
 *
 * @param version its name
 * @param slowdown how many times longer executions take
 * @param failurePoints how many more of 100 executions fail
 * @param tokens how many times as many tokens it takes
 */
record Release(String version, double slowdown, double failurePoints, double tokens) {

	/** Returns a release like any other. */
	static Release plain(String version) {
		return new Release(version, 1, 0, 1);
	}

}
