package io.agentmetrics.demo;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.agentmetrics.demo.sample.PlatformRuns;
import io.agentmetrics.demo.sample.Sample;
import io.agentmetrics.demo.sample.SampleChange;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Puts the sample into a database that has the schema, and goes on with it where it is
 * told to: agents that run while one looks.
 */
public final class SampleLoader {

	/** How long to wait before bringing it up to the present again, like PT10S. */
	static final String INTERVAL = "AGENT_METRICS_DEMO_INTERVAL";

	/** Where a receiver listens that gets spans meanwhile, like http://receiver:4318. */
	static final String RECEIVER = "AGENT_METRICS_DEMO_RECEIVER";

	private final Sample sample;

	private final PlatformRuns platform;

	private SampleLoader(DataSource dataSource) {
		this.sample = new Sample(dataSource);
		this.platform = new PlatformRuns(dataSource);
	}

	/**
	 * Loads the sample into the database that Spring's variables name: once, or again and
	 * again.
	 * @param arguments none
	 */
	public static void main(String[] arguments) throws InterruptedException, SQLException, ExecutionException {
		// numbers are written in the digits of JSON and SQL, wherever this runs
		Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
		Map<String, String> environment = System.getenv();
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(environment.getOrDefault("SPRING_DATASOURCE_URL", ""));
		dataSource.setUser(environment.get("SPRING_DATASOURCE_USERNAME"));
		dataSource.setPassword(environment.get("SPRING_DATASOURCE_PASSWORD"));
		SampleLoader loader = new SampleLoader(dataSource);
		String interval = environment.getOrDefault(INTERVAL, "");
		if (interval.isEmpty()) {
			loader.load();
		}
		else {
			String receiver = environment.getOrDefault(RECEIVER, "");
			try (@Nullable
			SpanTraffic _ = receiver.isEmpty() ? null : SpanTraffic.start(URI.create(receiver), System.out::println)) {
				loader.loadEvery(duration(interval));
			}
		}
	}

	private static Duration duration(String interval) {
		try {
			Duration duration = Duration.parse(interval);
			if (duration.isPositive()) {
				return duration;
			}
		}
		catch (DateTimeParseException ex) {
			throw new DemoException("%s is a time like PT10S, not \"%s\".".formatted(INTERVAL, interval), ex);
		}
		throw new DemoException("%s is more than nothing, not \"%s\".".formatted(INTERVAL, interval));
	}

	/** Ends only by what goes wrong. */
	private void loadEvery(Duration interval) throws InterruptedException, ExecutionException {
		try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
			clock.scheduleWithFixedDelay(this::loadOrFail, 0, interval.toMillis(), TimeUnit.MILLISECONDS).get();
		}
	}

	private void loadOrFail() {
		try {
			load();
		}
		catch (SQLException ex) {
			throw new DemoException("The sample could not be loaded", ex);
		}
	}

	private void load() throws SQLException {
		SampleChange change = this.sample.bringUpTo(Instant.now());
		this.platform.bringUpTo(Instant.now());
		System.out.printf("%s %,d executions added, %,d updated%n", Instant.now(), change.added(), change.ended());
	}

}
