package io.agentmetrics.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * What can be set about the demo.
 *
 * @param directory where everything that outlives a run is kept
 * @param aggregatorJar the built aggregator
 * @param apiJar the built API
 * @param receiverJar the built receiver
 * @param apiPort where the API answers
 * @param managementPort where its health and meters are
 * @param receiverPort where the receiver listens, if nobody else does
 * @param stopWithParent whether to stop when the process that started this one has ended
 */
record DemoSettings(Path directory, Path aggregatorJar, Path apiJar, Path receiverJar, int apiPort, int managementPort,
		int receiverPort, boolean stopWithParent) {

	static final String DIRECTORY = "AGENT_METRICS_DEMO_DIRECTORY";

	static final String API_PORT = "SERVER_PORT";

	static final String MANAGEMENT_PORT = "MANAGEMENT_SERVER_PORT";

	static final String RECEIVER_PORT = "AGENT_METRICS_DEMO_RECEIVER_PORT";

	/**
	 * Reads the settings.
	 * @param environment the environment variables, which are for the user
	 * @param properties the system properties, which are for the build
	 * @return the settings
	 * @throws DemoException if one is wrong
	 */
	static DemoSettings from(Map<String, String> environment, Properties properties) {
		String directory = environment.getOrDefault(DIRECTORY, "");
		Path home = Path.of(properties.getProperty("user.home"), ".agent-metrics");
		return new DemoSettings(directory.isBlank() ? home : Path.of(directory).toAbsolutePath(),
				jar(properties, "agent-metrics.demo.aggregator"), jar(properties, "agent-metrics.demo.api"),
				jar(properties, "agent-metrics.demo.receiver"), port(environment, API_PORT, 8080),
				port(environment, MANAGEMENT_PORT, 8081), port(environment, RECEIVER_PORT, 4318),
				Boolean.parseBoolean(properties.getProperty("agent-metrics.demo.stop-with-parent")));
	}

	private static Path jar(Properties properties, String name) {
		Path jar = Path.of(properties.getProperty(name, "")).normalize();
		if (!Files.isRegularFile(jar)) {
			throw new DemoException("The demo is started by `mvn -q -Pdemo`, which builds what it runs: "
					+ "%s does not name a jar (%s).".formatted(name, jar));
		}
		return jar;
	}

	private static int port(Map<String, String> environment, String name, int otherwise) {
		String value = environment.getOrDefault(name, "");
		if (value.isBlank()) {
			return otherwise;
		}
		if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > 65_535) {
			throw new DemoException("%s is a port from 1 to 65535, not \"%s\".".formatted(name, value));
		}
		return Integer.parseInt(value);
	}

}
