package io.agentmetrics.api;

import java.util.List;
import java.util.Optional;

/**
 * The options of the command line that are answered without starting the API.
 */
final class CommandLine {

	private static final String USAGE = """
			Agent Metrics API %s: answers questions about agents' executions by GraphQL, over plain HTTP and on a page.

			usage: java -jar api.jar [--help | --version]

			Settings are environment variables. Needed are
			  SPRING_DATASOURCE_URL                   such as jdbc:postgresql://localhost:5432/metrics
			  SPRING_DATASOURCE_USERNAME, SPRING_DATASOURCE_PASSWORD
			  AGENT_METRICS_SECURITY_ISSUER_URI       whose tokens are good, with AGENT_METRICS_SECURITY_AUDIENCE,
			                                          or AGENT_METRICS_SECURITY_MODE=none to let anybody read
			Ports: SERVER_PORT (8080), and MANAGEMENT_SERVER_PORT (8081) for health and Prometheus. docs/configuration.md has all others.
			""";

	private CommandLine() {
	}

	/**
	 * Returns what to print instead of starting.
	 * @return empty if the API is to start
	 */
	static Optional<String> answer(List<String> arguments, String version) {
		if (arguments.contains("--help") || arguments.contains("-h")) {
			return Optional.of(USAGE.formatted(version));
		}
		if (arguments.contains("--version")) {
			return Optional.of("Agent Metrics API " + version + System.lineSeparator());
		}
		return Optional.empty();
	}

}
