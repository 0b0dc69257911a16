package io.agentmetrics.aggregator;

import java.net.URI;
import java.time.Period;
import java.time.ZoneId;
import java.util.Map;
import java.util.regex.Pattern;

import io.agentmetrics.aggregator.door.SourceProperties;
import io.agentmetrics.otlp.store.SpanStore;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of an installation that the aggregator follows.
 *
 * @param zone in which a day begins and ends; a name of the IANA time zone database
 * @param aggregator settings of the run itself
 * @param retention what is dropped when
 * @param exposition where Prometheus finds a run
 * @param sources executions that come from a table or from files of their platform, by a
 * name of up to 40 lower-case letters, digits, - and _ that begins with a letter
 */
@ConfigurationProperties("agent-metrics")
public record AggregatorProperties(@DefaultValue("UTC") ZoneId zone, @DefaultValue Aggregator aggregator,
		@DefaultValue Retention retention, @DefaultValue Exposition exposition,
		@DefaultValue Map<String, SourceProperties> sources) {

	private static final Pattern SOURCE_NAME = Pattern.compile("[a-z][a-z0-9_-]{0,39}");

	public AggregatorProperties {
		// PostgreSQL takes others the other way round: its +02:00 is west of Greenwich
		if (!ZoneId.getAvailableZoneIds().contains(zone.getId())) {
			throw new IllegalArgumentException(
					"agent-metrics.zone must be a name of the IANA time zone database like Europe/Berlin, not " + zone);
		}
		for (String name : sources.keySet()) {
			if (!SOURCE_NAME.matcher(name).matches()) {
				throw new IllegalArgumentException("A source under agent-metrics.sources must have a name of up to 40 "
						+ "lower-case letters, digits, - and _ that begins with a letter, not " + name);
			}
			if (name.equals(SpanStore.SOURCE)) {
				throw new IllegalArgumentException(
						"A source under agent-metrics.sources must not be called %s, which is the source of spans"
							.formatted(SpanStore.SOURCE));
			}
		}
	}

	/**
	 * What is dropped when.
	 *
	 * @param executions how long executions are kept at least, like P400D, counted from
	 * today or the last day with executions, whichever is earlier; a week of them is
	 * dropped when all of it is older and aggregated. Nothing is dropped by default
	 */
	public record Retention(@Nullable Period executions) {

		public Retention {
			if (executions != null && (executions.isNegative() || executions.isZero())) {
				throw new IllegalArgumentException(
						"agent-metrics.retention.executions must be at least P1D, not " + executions);
			}
		}

	}

	/**
	 * Where Prometheus finds a run.
	 *
	 * @param port where its metrics are served while it has something to do: 0 for any
	 * port that is free, -1 for none
	 * @param pushgateway where they are pushed at its end, like http://host:9091; nowhere
	 * by default
	 */
	public record Exposition(@DefaultValue("8082") int port, @Nullable URI pushgateway) {

		private static final int MAX_PORT = 65_535;

		public Exposition {
			if (port < -1 || port > MAX_PORT) {
				throw new IllegalArgumentException(
						"agent-metrics.exposition.port must be -1 to " + MAX_PORT + ", not " + port);
			}
			if (pushgateway != null && (pushgateway.getHost() == null || pushgateway.getScheme() == null
					|| !pushgateway.getScheme().matches("https?") || pushgateway.getPort() > MAX_PORT)) {
				throw new IllegalArgumentException("agent-metrics.exposition.pushgateway must be a URL "
						+ "like http://host:9091, not " + pushgateway);
			}
		}

	}

	/**
	 * Settings of the run itself.
	 *
	 * @param workers how many threads read, sketch and write side by side, each with a
	 * PostgreSQL process of its own: 1 to 64, or 0 for one per processor
	 * @param includeToday whether today so far is aggregated too, as provisional rows
	 * @param memory how much of the heap agents' days may take while they are added up;
	 * what takes more is read in parts, a few agents at a time. At least 1MB, half of the
	 * heap by default
	 */
	public record Aggregator(@DefaultValue("0") int workers, @DefaultValue("false") boolean includeToday,
			@Nullable DataSize memory) {

		private static final int MAX_WORKERS = 64;

		private static final DataSize MIN_MEMORY = DataSize.ofMegabytes(1);

		public Aggregator {
			if (workers < 0 || workers > MAX_WORKERS) {
				throw new IllegalArgumentException(
						"agent-metrics.aggregator.workers must be 0 to " + MAX_WORKERS + ", not " + workers);
			}
			if (workers == 0) {
				workers = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, MAX_WORKERS);
			}
			if (memory != null && memory.compareTo(MIN_MEMORY) < 0) {
				throw new IllegalArgumentException(
						"agent-metrics.aggregator.memory must be at least " + MIN_MEMORY + ", not " + memory);
			}
		}

		/**
		 * Returns how much memory one unit of work may take: each worker may write one
		 * while another is read.
		 */
		public long unitBytes() {
			long all = (this.memory != null) ? this.memory.toBytes() : Runtime.getRuntime().maxMemory() / 2;
			return all / (this.workers + 1);
		}

	}

}
