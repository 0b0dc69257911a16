package io.agentmetrics.aggregator.door;

import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an operator says of a source of executions: where they are, and how to read them.
 *
 * @param table the table of the same database that has them, like public.runs; not needed
 * for files
 * @param columns which of its columns is what
 * @param agents the table that holds the agents' names, if the source's own does not
 * @param statuses words for a status besides the usual ones, which are understood in any
 * case: completed, success, error, timed out, canceled, queued and others
 * @param zone of times that have none: a name of the IANA time zone database
 * @param timeUnit of starts and ends that are numbers since 1970: seconds, millis or
 * micros
 * @param durationUnit of durations that are numbers: seconds, millis, micros or minutes
 * @param rowsPerSecond how many rows of its history may be copied in a second: 0, the
 * default, for any number
 */
public record SourceProperties(@Nullable String table, @DefaultValue Columns columns, @Nullable Agents agents,
		@DefaultValue Map<String, ExecutionStatus> statuses, @DefaultValue("UTC") ZoneId zone,
		@Nullable ChronoUnit timeUnit, @DefaultValue("millis") ChronoUnit durationUnit,
		@DefaultValue("0") int rowsPerSecond) {

	private static final Set<ChronoUnit> TIME_UNITS = Set.of(ChronoUnit.SECONDS, ChronoUnit.MILLIS, ChronoUnit.MICROS);

	private static final Set<ChronoUnit> DURATION_UNITS = Set.of(ChronoUnit.SECONDS, ChronoUnit.MILLIS,
			ChronoUnit.MICROS, ChronoUnit.MINUTES);

	public SourceProperties {
		if (!ZoneId.getAvailableZoneIds().contains(zone.getId())) {
			throw new IllegalArgumentException(
					"The zone of a source must be a name of the IANA time zone database like Europe/Berlin, not "
							+ zone);
		}
		if (timeUnit != null && !TIME_UNITS.contains(timeUnit)) {
			throw new IllegalArgumentException(
					"The time-unit of a source must be seconds, millis or micros, not " + timeUnit);
		}
		if (!DURATION_UNITS.contains(durationUnit)) {
			throw new IllegalArgumentException(
					"The duration-unit of a source must be seconds, millis, micros or minutes, not " + durationUnit);
		}
		if (rowsPerSecond < 0) {
			throw new IllegalArgumentException(
					"The rows-per-second of a source must be 0 for any number, or more, not " + rowsPerSecond);
		}
		statuses = StatusWords.with(statuses);
	}

	/**
	 * Which column of a source is what. Of those that may be missing one that is called
	 * as usual is read if it is there; one that is called otherwise has to be.
	 *
	 * @param id what identifies an execution
	 * @param agent what identifies its agent
	 * @param agentName the agent's name
	 * @param user for whom it ran
	 * @param status how it went
	 * @param start when it started
	 * @param end when it ended
	 * @param duration how long it took
	 * @param errorType the kind of its error
	 * @param errorMessage the text of its error
	 * @param version the release of the agent
	 * @param environment where it ran, such as production
	 * @param inputTokens how many tokens models were given
	 * @param outputTokens how many tokens models answered with
	 * @param cachedInputTokens how many tokens of what models were given came from a
	 * cache
	 * @param cost what it cost in US dollars
	 * @param externalId what it is called where more of it can be seen, such as its
	 * trace; none unless it is named, since a column of such a name may be anything
	 */
	public record Columns(@DefaultValue("id") String id, @DefaultValue("agent_id") String agent,
			@DefaultValue("agent_name") String agentName, @DefaultValue("user_id") String user,
			@DefaultValue("status") String status, @DefaultValue("execution_start") String start,
			@DefaultValue("execution_end") String end, @DefaultValue("execution_time_ms") String duration,
			@DefaultValue("error_type") String errorType, @DefaultValue("error_message") String errorMessage,
			@DefaultValue("agent_version") String version, @DefaultValue("environment") String environment,
			@DefaultValue("input_tokens") String inputTokens, @DefaultValue("output_tokens") String outputTokens,
			@DefaultValue("cached_input_tokens") String cachedInputTokens, @DefaultValue("cost_usd") String cost,
			@Nullable String externalId) {

		/** Their names if nothing is said of them. */
		private static final Columns USUAL = new Binder().bindOrCreate("", Columns.class);

		/**
		 * Returns those that a source must have: what identifies and places an execution,
		 * and what is called otherwise than usual.
		 * @return the names of the columns by what they are, as settings say it
		 */
		public Map<String, String> required() {
			Map<String, String> required = new LinkedHashMap<>();
			required.put("id", this.id);
			required.put("agent", this.agent);
			required.put("status", this.status);
			required.put("start", this.start);
			optional().forEach((what, name) -> {
				if (!name.equals(USUAL.optional().get(what))) {
					required.put(what, name);
				}
			});
			return required;
		}

		private Map<String, String> optional() {
			Map<String, String> optional = new LinkedHashMap<>();
			optional.put("agent-name", this.agentName);
			optional.put("user", this.user);
			optional.put("end", this.end);
			optional.put("duration", this.duration);
			optional.put("error-type", this.errorType);
			optional.put("error-message", this.errorMessage);
			optional.put("version", this.version);
			optional.put("environment", this.environment);
			optional.put("input-tokens", this.inputTokens);
			optional.put("output-tokens", this.outputTokens);
			optional.put("cached-input-tokens", this.cachedInputTokens);
			optional.put("cost", this.cost);
			if (this.externalId != null) {
				optional.put("external-id", this.externalId);
			}
			return optional;
		}

		/** Returns the names of all that a source may have. */
		public Collection<String> names() {
			Map<String, String> names = required();
			optional().forEach(names::putIfAbsent);
			return names.values();
		}

	}

	/**
	 * The table that holds the agents' names.
	 *
	 * @param id its column that the source's agent column refers to
	 * @param name its column with the name
	 */
	public record Agents(@Nullable String table, @DefaultValue("id") String id, @DefaultValue("name") String name) {
	}

}
