package io.agentmetrics.api.execution;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link TraceLinks}: an external id becomes a part of an address, whatever it holds.
 */
class TraceLinksTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					https://t.example.com/trace/{externalId}          | 0af7651916cd43dd8448eb211c80319c | https://t.example.com/trace/0af7651916cd43dd8448eb211c80319c
					https://t.example.com/trace/{externalId}          | a/../b?c#d e&f%"'<>@:ü            | https://t.example.com/trace/a%2F..%2Fb%3Fc%23d%20e%26f%25%22%27%3C%3E%40%3A%C3%BC
					http://localhost:16686/?id={externalId}&x=1#top    | javascript:alert(1)              | http://localhost:16686/?id=javascript%3Aalert%281%29&x=1#top
					https://t.example.com/#/{externalId}/{externalId} | {externalId}                     | https://t.example.com/#/%7BexternalId%7D/%7BexternalId%7D
					""")
	void externalIdIsEncodedIntoTheAddress(String template, String externalId, String link) {
		assertThat(new TraceLinks(template).link(externalId)).contains(link);
	}

	@Test
	void withoutASettingThereIsNoLink() {
		assertThat(new TraceLinks(null).link("x")).isEmpty();
		assertThat(new TraceLinks(" ").link("x")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://t.example.com/trace/", "{externalId}", "javascript:alert('{externalId}')",
			"ftp://t.example.com/{externalId}", "/trace/{externalId}", "https://{externalId}/trace",
			"https://{externalId}.example.com/", "https://t.example.com:{externalId}/", "https:///{externalId}",
			"https://t.example.com/{externalid}", "https://t.example.com/a b/{externalId}" })
	void addressThatCannotBeALinkIsRefusedByName(String template) {
		assertThatIllegalArgumentException().isThrownBy(() -> new TraceLinks(template))
			.withMessageStartingWith("agent-metrics.api.trace-link must be an address that begins with http:// or ")
			.withMessageEndingWith("not " + template);
	}

}
