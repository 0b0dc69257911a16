package io.agentmetrics.api.graphql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SchemaLintTests {

	/**
	 * All rules but those that want things in the order of the alphabet.
	 */
	private static final String RULES = String.join(",", "arguments-have-descriptions", "defined-types-are-used",
			"deprecations-have-a-reason", "descriptions-are-capitalized", "enum-values-all-caps",
			"enum-values-have-descriptions", "fields-are-camel-cased", "fields-have-descriptions",
			"input-object-values-are-camel-cased", "input-object-values-have-descriptions",
			"relay-connection-types-spec", "relay-connection-arguments-spec", "relay-page-info-spec",
			"types-are-capitalized", "types-have-descriptions");

	@Test
	void schemaKeepsTheRulesOfRelayAndIsDescribed() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("src/main/resources/graphql"))) {
			List<String> schema = files.map(Path::toString).sorted().toList();
			List<String> arguments = Stream.concat(Stream.of("--rules", RULES), schema.stream()).toList();
			List<String> lines = NodeProgram.run("node_modules/graphql-schema-linter/lib/cli.js",
					"graphql-schema-linter", arguments);
			assertThat(String.join("\n", lines)).contains("0 errors detected");
		}
	}

}
