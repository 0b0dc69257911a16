package io.agentmetrics.otlp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table {@code span-rules.json}. All of its patterns fit a text as a whole.
 *
 * @param version one more with each change of what a rule says
 * @param roles in the order of trust: the first that fits a span counts
 */
record RuleTable(int version, List<RoleRule> roles, Attributes attributes, Errors errors) {

	static RuleTable load() {
		try (InputStream json = Objects.requireNonNull(RuleTable.class.getResourceAsStream("span-rules.json"))) {
			return JsonMapper.builder()
				.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
				.build()
				.readValue(json, RuleTable.class);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the rule for a span, empty if it is none of those that the table knows. */
	Optional<RoleRule> rule(OtlpSpan span) {
		return this.roles.stream().filter((rule) -> rule.fits(span)).findFirst();
	}

	/** Returns the names of all attributes that a rule asks for. */
	Set<String> attributeNames() {
		Set<String> names = new HashSet<>(this.attributes.all());
		for (RoleRule rule : this.roles) {
			names.addAll(rule.where().keySet());
			rule.names().forEach((source) -> {
				if (source.attribute() != null) {
					names.add(source.attribute());
				}
			});
		}
		return names;
	}

	/**
	 * A rule that gives a span its role.
	 *
	 * @param rule what it recognises, and by whose convention
	 * @param scope what the library must be called; null if any will do
	 * @param span what the span must be called; null if any will do
	 * @param where the values that attributes must have
	 * @param names where the name of the agent stands; the first that can be one counts
	 * @param nameless whose run it is if there is no name; null if it is no run then, but
	 * a span of {@link SpanRole#OTHER}
	 */
	record RoleRule(String rule, SpanRole role, @Nullable Pattern scope, @Nullable Pattern span,
			Map<String, Pattern> where, List<NameSource> names, @Nullable Nameless nameless) {

		RoleRule {
			where = (where != null) ? Map.copyOf(where) : Map.of();
			names = (names != null) ? List.copyOf(names) : List.of();
		}

		boolean fits(OtlpSpan sent) {
			for (Map.Entry<String, Pattern> condition : this.where.entrySet()) {
				String value = sent.attributes().get(condition.getKey());
				if (value == null || !condition.getValue().matcher(value).matches()) {
					return false;
				}
			}
			return (this.span == null || this.span.matcher(sent.name()).matches())
					&& (this.scope == null || this.scope.matcher(sent.scope()).matches());
		}

	}

	/**
	 * Where a name stands.
	 *
	 * @param attribute the attribute that has it; null if the span's name has
	 * @param span the same as pattern, for the span's name
	 * @param pattern whose group is the name; null if it is all of the attribute
	 */
	record NameSource(@Nullable String attribute, @Nullable Pattern span, @Nullable Pattern pattern) {

		Optional<String> find(OtlpSpan sent) {
			String text = (this.attribute != null) ? sent.attributes().get(this.attribute) : sent.name();
			Pattern group = (this.attribute != null) ? this.pattern : this.span;
			if (text == null || group == null) {
				return Optional.ofNullable(text);
			}
			Matcher matcher = group.matcher(text);
			return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
		}

	}

	/**
	 * Whose run it is that names no agent.
	 */
	enum Nameless {

		/** The agent that is called like the service. */
		SERVICE

	}

	/**
	 * The attributes that have a value, of which the first one counts that is there.
	 */
	record Attributes(List<String> user, List<String> release, List<String> environment, List<String> inputTokens,
			List<String> outputTokens, List<String> cachedInputTokens, List<String> errorType,
			List<String> cancellation) {

		List<String> all() {
			return List
				.of(this.user, this.release, this.environment, this.inputTokens, this.outputTokens,
						this.cachedInputTokens, this.errorType, this.cancellation)
				.stream()
				.flatMap(List::stream)
				.toList();
		}

	}

	/**
	 * What types of errors mean.
	 *
	 * @param typeInText whose group is the type, where only the text of an error has it:
	 * it begins with it, or the trace of the stack that follows does
	 * @param unspecific says nothing of the error, which is somebody else's, or not known
	 * @param interrupted no failure: somebody is asked, or another node goes on
	 */
	record Errors(Pattern typeInText, Pattern unspecific, Pattern timeout, Pattern cancelled, Pattern interrupted) {

	}

}
