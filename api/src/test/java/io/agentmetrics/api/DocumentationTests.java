package io.agentmetrics.api;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.db.Documentation;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation says about the API, compared with the API.
 */
class DocumentationTests {

	private static final Documentation SETTINGS = Documentation.page("docs/configuration.md").section("API");

	private static final List<Class<?>> PROPERTIES = properties();

	private static final String OURS = "(?m)^\\| `(AGENT_METRICS_\\w+)`";

	@Test
	void everySettingIsDocumentedAndNoOther() {
		assertThat(SETTINGS.find(OURS)).doesNotHaveDuplicates()
			.containsExactlyInAnyOrderElementsOf(
					PROPERTIES.stream().flatMap((type) -> Documentation.variables(prefix(type), type)).toList());
	}

	@Test
	void documentedDefaultsAreTheApis() {
		List<Object> defaults = bound(Map.of());
		for (List<String> row : SETTINGS.rows()) {
			if (row.getFirst().startsWith("`AGENT_METRICS_") && row.get(1).startsWith("`")) {
				assertThat(bound(Map.of(unquoted(row.getFirst()), unquoted(row.get(1))))).as(row.getFirst())
					.isEqualTo(defaults);
			}
		}
	}

	@Test
	void documentedVariablesAreRead() {
		List<Object> defaults = bound(Map.of());
		assertThat(SETTINGS.find(OURS)).hasSizeGreaterThan(40)
			.allSatisfy((variable) -> assertThat(bound(Map.of(variable, "?"))).isNotEqualTo(defaults));
	}

	@Test
	void everyKindOfErrorIsDocumented() {
		assertThat(Documentation.page("docs/querying.md").section("Errors").find("(?m)^\\| `(\\w+)`"))
			.containsExactlyElementsOf(Arrays.stream(ProblemKind.values()).map(Enum::name).toList());
	}

	/**
	 * Returns all settings as they are in an environment; one that is wrong as itself.
	 */
	private static List<Object> bound(Map<String, String> environment) {
		StandardEnvironment given = new StandardEnvironment();
		given.getPropertySources().forEach((source) -> given.getPropertySources().remove(source.getName()));
		given.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new HashMap<>(environment)));
		return PROPERTIES.stream().<Object>map((type) -> {
			try {
				return Binder.get(given).bindOrCreate(prefix(type), Bindable.of(type));
			}
			catch (BindException ex) {
				return ex.getName();
			}
		}).toList();
	}

	private static List<Class<?>> properties() {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
		return scanner.findCandidateComponents("io.agentmetrics")
			.stream()
			.<Class<?>>map((found) -> ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()), null))
			.toList();
	}

	private static String prefix(Class<?> type) {
		return type.getAnnotation(ConfigurationProperties.class).value();
	}

	private static String unquoted(String cell) {
		return cell.replace("`", "");
	}

}
