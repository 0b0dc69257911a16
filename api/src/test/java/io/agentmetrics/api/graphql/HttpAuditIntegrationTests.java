package io.agentmetrics.api.graphql;

import java.util.List;

import graphql.introspection.Introspection;
import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;

import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "spring.graphql.schema.introspection.enabled=true")
class HttpAuditIntegrationTests extends ApiTest {

	@Test
	void noMustAndNoShouldOfGraphQlOverHttpIsMissed() {
		// another application in this JVM has switched it off for all
		Introspection.enabledJvmWide(true);
		try {
			List<String> lines = NodeProgram.run("graphql-http-audit.mjs", "graphql-http",
					List.of("http://localhost:" + this.port + "/graphql"));
			assertThat(lines).singleElement().asString().matches("\\d{2,} of \\d+ rules kept, .*");
		}
		finally {
			Introspection.enabledJvmWide(false);
		}
	}

}
