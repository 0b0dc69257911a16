package io.agentmetrics.receiver;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Starts the receiver.
 */
@SpringBootApplication(proxyBeanMethods = false, exclude = UserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan
@EnableScheduling
public class ReceiverApplication {

	private static final String USAGE = """
			Agent Metrics receiver %s: takes spans from exporters of OpenTelemetry, and stores the runs of agents.

			usage: java -jar receiver.jar [--help | --version]

			Settings are environment variables. Needed are
			  SPRING_DATASOURCE_URL                   such as jdbc:postgresql://localhost:5432/metrics
			  SPRING_DATASOURCE_USERNAME, SPRING_DATASOURCE_PASSWORD
			It listens on this machine alone. For others to reach it:
			  SERVER_ADDRESS                          such as 0.0.0.0
			  AGENT_METRICS_SECURITY_ISSUER_URI       whose tokens are good, with AGENT_METRICS_SECURITY_AUDIENCE
			Ports: SERVER_PORT (4318), and MANAGEMENT_SERVER_PORT (4319) for health and Prometheus. docs/configuration.md has all others.
			""";

	/** Runs until it is told to stop. */
	public static void main(String[] arguments) {
		// numbers are written in the digits of JSON, SQL and HTTP, wherever this runs
		Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
		String version = Optional.ofNullable(ReceiverApplication.class.getPackage().getImplementationVersion())
			.orElse("(unpackaged)");
		List<String> given = List.of(arguments);
		if (given.contains("--help") || given.contains("-h")) {
			System.out.printf(USAGE, version);
		}
		else if (given.contains("--version")) {
			System.out.println("Agent Metrics receiver " + version);
		}
		else {
			SpringApplication.run(ReceiverApplication.class, arguments);
		}
	}

}
