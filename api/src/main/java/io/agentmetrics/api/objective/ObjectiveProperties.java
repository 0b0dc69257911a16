package io.agentmetrics.api.objective;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

import io.agentmetrics.model.execution.Execution;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The objectives of the installation.
 *
 * @param objectives each by its name
 */
@ConfigurationProperties("agent-metrics")
record ObjectiveProperties(@DefaultValue Map<String, Settings> objectives) {

	private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,40}");

	private static final Pattern ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

	private static final int MAX_DAYS = 90;

	private static final int MAX_TEXT = 200;

	ObjectiveProperties {
		objectives = new TreeMap<>(objectives);
		requireNoOverlap(all(objectives));
	}

	/** Returns all objectives, by name. */
	List<Objective> all() {
		return all(this.objectives);
	}

	private static List<Objective> all(Map<String, Settings> objectives) {
		return objectives.entrySet().stream().map((each) -> each.getValue().objective(each.getKey())).toList();
	}

	private static void requireNoOverlap(List<Objective> all) {
		for (Objective one : all) {
			for (Objective other : all.subList(0, all.indexOf(one))) {
				if (one.contradicts(other) && one.sharesAgentsWith(other)) {
					throw new IllegalArgumentException(("agent-metrics.objectives.%s and agent-metrics.objectives.%s "
							+ "overlap: both are about the same executions of the same agents over the same %d days; "
							+ "give one of them other agents, environments, days or another limit")
						.formatted(other.name(), one.name(), one.days()));
				}
			}
		}
	}

	/**
	 * What an operator says of an objective.
	 *
	 * @param successRate how many percent of the finished executions succeed at least
	 * @param within how long executions may take
	 * @param share how many percent of the timed executions take no longer than that at
	 * least
	 * @param days how many times 24 hours it looks back
	 * @param agents ids of agents
	 * @param names patterns of agents' names, in which * stands for any text
	 * @param environments where the executions run that count
	 */
	record Settings(@Nullable BigDecimal successRate, @Nullable Duration within, @Nullable BigDecimal share,
			@DefaultValue("28") int days, @DefaultValue Set<String> agents, @DefaultValue Set<String> names,
			@DefaultValue Set<String> environments) {

		private Objective objective(String name) {
			if (!NAME.matcher(name).matches()) {
				throw new IllegalArgumentException("The name of an objective in agent-metrics.objectives has up to 40 "
						+ "lower-case letters, digits, - and _, not " + name);
			}
			Property property = new Property("agent-metrics.objectives." + name);
			if ((this.successRate == null) == (this.within == null && this.share == null)) {
				throw property.refused("", "must have either success-rate, or both within and share");
			}
			if (this.days < 1 || this.days > MAX_DAYS) {
				throw property.refused(".days", "must be from 1 to " + MAX_DAYS + ", not " + this.days);
			}
			if (this.agents.isEmpty() && this.names.isEmpty() && this.environments.isEmpty()) {
				throw property.refused("", "must name agents, names or environments; names: \"*\" is all agents");
			}
			property.requireTexts(".names", this.names);
			property.requireTexts(".environments", this.environments);
			return new Objective(name, withinMs(property), target(property), this.days, ids(property),
					this.names.stream().sorted().map(NamePattern::of).toList(), this.environments);
		}

		private Target target(Property property) {
			if (this.successRate != null) {
				return property.target(".success-rate", this.successRate);
			}
			if (this.share == null) {
				throw property.refused(".share", "must be given with within: " + Target.ALLOWED);
			}
			return property.target(".share", this.share);
		}

		private OptionalLong withinMs(Property property) {
			if (this.successRate != null) {
				return OptionalLong.empty();
			}
			if (this.within == null || this.within.toMillis() < 1 || this.within.toMillis() > Execution.MAX_TIME_MS) {
				throw property.refused(".within", "must be from 1ms to ten years, such as 20s"
						+ ((this.within != null) ? ", not " + this.within : ""));
			}
			return OptionalLong.of(this.within.toMillis());
		}

		private Set<UUID> ids(Property property) {
			Set<UUID> ids = new HashSet<>();
			for (String id : this.agents) {
				if (!ID.matcher(id).matches()) {
					throw property.refused(".agents",
							"must be ids of agents such as 6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c111, not " + id);
				}
				ids.add(UUID.fromString(id));
			}
			return ids;
		}

	}

	/**
	 * The name of a property, for sentences.
	 */
	private record Property(String name) {

		private Target target(String part, BigDecimal percent) {
			if (!Target.isAllowed(percent)) {
				throw refused(part, "must be " + Target.ALLOWED + ", not " + percent.toPlainString());
			}
			return new Target(percent);
		}

		private void requireTexts(String part, Set<String> texts) {
			List<String> wrong = new ArrayList<>(texts);
			wrong.removeIf((text) -> !text.isBlank() && text.codePointCount(0, text.length()) <= MAX_TEXT);
			if (!wrong.isEmpty()) {
				throw refused(part, "must have from 1 to " + MAX_TEXT + " characters that are not all blank, not '"
						+ wrong.getFirst() + "'");
			}
		}

		private IllegalArgumentException refused(String part, String rule) {
			return new IllegalArgumentException(this.name + part + " " + rule);
		}

	}

}
