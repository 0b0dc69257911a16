package io.agentmetrics.aggregator;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.agentmetrics.aggregator.door.SourceProperties;
import io.agentmetrics.db.Documentation;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What the documentation says about the aggregator, compared with the aggregator.
 */
class DocumentationTests {

	private static final Documentation RUNBOOK = Documentation.page("docs/operations.md");

	private static final Documentation SETTINGS = Documentation.page("docs/configuration.md").section("Aggregator");

	private static final String PREFIX = "agent-metrics";

	private static final String OURS = "(?m)^\\| `(AGENT_METRICS_\\w+)`";

	@Test
	void everySettingIsDocumentedAndNoOther() {
		assertThat(SETTINGS.find(OURS)).doesNotHaveDuplicates()
			.containsExactlyInAnyOrderElementsOf(Documentation.variables(PREFIX, AggregatorProperties.class).toList());
	}

	@Test
	void everySettingOfASourceIsDocumentedAndNoOther() {
		assertThat(Documentation.page("docs/configuration.md").section("Sources").find("(?m)^\\| `([a-z.-]+)`"))
			.containsExactlyElementsOf(names("", SourceProperties.class).toList());
	}

	private static Stream<String> names(String prefix, Class<?> settings) {
		return Stream.of(settings.getRecordComponents()).flatMap((component) -> {
			String name = prefix + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
			return component.getType().isRecord() ? names(name + ".", component.getType()) : Stream.of(name);
		});
	}

	@Test
	void documentedDefaultsAreTheAggregators() {
		Object defaults = bound(Map.of());
		for (List<String> row : SETTINGS.rows()) {
			if (row.get(1).startsWith("`")) {
				assertThat(bound(Map.of(unquoted(row.getFirst()), unquoted(row.get(1))))).as(row.getFirst())
					.isEqualTo(defaults);
			}
		}
	}

	@Test
	void documentedVariablesAreRead() {
		Object defaults = bound(Map.of());
		assertThat(SETTINGS.find(OURS)).isNotEmpty()
			.allSatisfy((variable) -> assertThat(bound(Map.of(variable, "?"))).isNotEqualTo(defaults));
	}

	@Test
	void documentedExitCodesAreTheAggregatorsAndThoseOfSignals() {
		assertThat(RUNBOOK.section("Exit codes").find("(?m)^\\| (\\d+) \\|")).containsExactlyElementsOf(
				IntStream.concat(Arrays.stream(ExitCode.values()).mapToInt(ExitCode::value), IntStream.of(137, 143))
					.mapToObj(String::valueOf)
					.toList());
	}

	@Test
	void documentedArgumentsAreUnderstood() {
		List<String> documented = RUNBOOK
			.find("`((?:from|to|agentId|shards?)=[^`]*|migrate|rebuild|connect[ a-z=]*|disconnect [^`]*)`");
		assertThat(documented).hasSizeGreaterThan(8);
		for (String arguments : documented) {
			String filledIn = arguments.replace("agentId=…", "agentId=6f1c9f36-5a86-4ab8-b5a8-07f0d7d9a0f1")
				.replace("from=…", "from=2026-11-01")
				.replace("to=…", "to=2026-11-08");
			assertThatNoException().as(arguments)
				.isThrownBy(() -> CommandLine.parse(List.of(filledIn.split(" ")), Map.of()));
		}
	}

	/**
	 * Returns the settings as they are in an environment, or the name of one that is
	 * wrong.
	 */
	private static Object bound(Map<String, String> environment) {
		StandardEnvironment given = new StandardEnvironment();
		given.getPropertySources().forEach((source) -> given.getPropertySources().remove(source.getName()));
		given.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new HashMap<>(environment)));
		try {
			return Binder.get(given).bindOrCreate(PREFIX, AggregatorProperties.class);
		}
		catch (BindException ex) {
			return ex.getName();
		}
	}

	private static String unquoted(String cell) {
		return cell.replace("`", "");
	}

}
