package io.agentmetrics.api.exposition;

/**
 * How a connected table of a platform stands.
 *
 * @param name the source's name in the aggregator's settings
 * @param followed whether its changes come over
 * @param rejects its executions that do not fit and are left out, up to 10,000
 * @param misses statements of its platform whose changes could not be stored, up to 1,000
 */
record ConnectedSource(String name, boolean followed, long rejects, long misses) {
}
