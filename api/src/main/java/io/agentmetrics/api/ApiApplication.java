package io.agentmetrics.api;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Starts the API.
 */
@SpringBootApplication(proxyBeanMethods = false, exclude = UserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan
public class ApiApplication {

	/** Runs until it is told to stop. */
	public static void main(String[] arguments) {
		// numbers are written in the digits of JSON, SQL and HTTP, wherever this runs
		Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
		String version = Optional.ofNullable(ApiApplication.class.getPackage().getImplementationVersion())
			.orElse("(unpackaged)");
		CommandLine.answer(List.of(arguments), version)
			.ifPresentOrElse(System.out::print, () -> SpringApplication.run(ApiApplication.class, arguments));
	}

	/** Windows end at whole milliseconds, so that clients see them as they are. */
	@Bean
	Clock clock() {
		return Clock.tickMillis(ZoneOffset.UTC);
	}

}
