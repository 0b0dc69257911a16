package io.agentmetrics.receiver.trace;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.agentmetrics.db.Documentation;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation says about the receiver, compared with the receiver.
 */
class DocumentationTests {

	private static final String PREFIX = "agent-metrics.receiver";

	private static final Documentation SETTINGS = Documentation.page("docs/configuration.md").section("Receiver");

	private static final String OURS = "(?m)^\\| `(AGENT_METRICS_RECEIVER_\\w+)`";

	@Test
	void everySettingIsDocumentedAndNoOther() {
		assertThat(SETTINGS.find(OURS))
			.containsExactlyInAnyOrderElementsOf(Documentation.variables(PREFIX, ReceiverProperties.class).toList());
	}

	@Test
	void documentedDefaultsAreTheReceivers() {
		Object defaults = bound(Map.of());
		for (List<String> row : SETTINGS.rows()) {
			if (row.getFirst().startsWith("`AGENT_METRICS_RECEIVER_") && row.get(1).startsWith("`")) {
				assertThat(bound(Map.of(row.getFirst().replace("`", ""), row.get(1).replace("`", ""))))
					.as(row.getFirst())
					.isEqualTo(defaults);
			}
		}
	}

	@Test
	void documentedVariablesAreRead() {
		assertThat(SETTINGS.find(OURS)).isNotEmpty()
			.allSatisfy((variable) -> assertThat(bound(Map.of(variable, "?"))).isNotEqualTo(bound(Map.of())));
	}

	private static Object bound(Map<String, String> environment) {
		StandardEnvironment given = new StandardEnvironment();
		given.getPropertySources().forEach((source) -> given.getPropertySources().remove(source.getName()));
		given.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new HashMap<>(environment)));
		try {
			return Binder.get(given).bindOrCreate(PREFIX, Bindable.of(ReceiverProperties.class));
		}
		catch (BindException ex) {
			return ex.getName();
		}
	}

}
