package io.agentmetrics.aggregator;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.agentmetrics.aggregator.job.Aggregator;
import io.agentmetrics.aggregator.job.RunRequest;
import io.agentmetrics.db.TestDatabase;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The aggregator as the process has it, its whole application context, but in this JVM
 * and with a clock of the test's.
 */
final class InProcessAggregator implements AutoCloseable {

	static {
		// contexts of several tests start side by side; logback-test.xml is enough for
		// all
		System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
	}

	private final ConfigurableApplicationContext context;

	InProcessAggregator(TestDatabase database, Clock clock, String... properties) {
		this(database.url(), database.username(), clock, properties);
	}

	InProcessAggregator(String url, String username, Clock clock, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--spring.datasource.url=" + url,
				"--spring.datasource.username=" + username, "--spring.datasource.password=any"));
		Stream.of(properties).map("--"::concat).forEach(arguments::add);
		this.context = new SpringApplicationBuilder(AggregatorApplication.class).registerShutdownHook(false)
			.initializers((context) -> ((GenericApplicationContext) context).registerBean("testClock", Clock.class,
					() -> clock, (definition) -> definition.setPrimary(true)))
			.run(arguments.toArray(String[]::new));
	}

	boolean run(RunRequest request) {
		try {
			return this.context.getBean(Aggregator.class).run(request);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void stop() {
		this.context.getBean(Aggregator.class).stop();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
