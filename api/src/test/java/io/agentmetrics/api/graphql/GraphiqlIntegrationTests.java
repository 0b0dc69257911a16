package io.agentmetrics.api.graphql;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import graphql.introspection.Introspection;
import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;

import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

@ActiveProfiles("demo")
class GraphiqlIntegrationTests extends ApiTest {

	private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

	@Test
	void pageAndAllThatItLoadsComeFromHere() {
		String page = body("/graphiql");
		List<String> assets = ASSET.matcher(page).results().map((MatchResult found) -> found.group(1)).toList();
		assertThat(assets).hasSize(4).allSatisfy((asset) -> {
			assertThat(asset).startsWith("webjars/");
			assertThat(body("/" + asset)).isNotEmpty();
		});
		assertThat(page).doesNotContain("http:", "https:");
		assertThat(body("/" + assets.getFirst())).doesNotContainPattern("(@import|url\\()[\"' ]*(https?:)?//");
	}

	@Test
	void schemaCanBeExplored() {
		// another application in this JVM has switched it off for all
		Introspection.enabledJvmWide(true);
		try {
			graphQl().document("{ __schema { queryType { fields { name } } } }")
				.execute()
				.path("__schema.queryType.fields[*].name")
				.entityList(String.class)
				.contains("agentMetrics", "agents", "dashboard");
		}
		finally {
			Introspection.enabledJvmWide(false);
		}
	}

	private String body(String path) {
		return new String(http("http://localhost:" + this.port).mutate()
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(4_000_000))
			.build()
			.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.returnResult()
			.getResponseBodyContent());
	}

}
