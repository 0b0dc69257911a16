package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many bytes the page loads and how accessible it is, with sample data; with
 * {@code -Ddemo.speed=true} also how fast it is there.
 */
@TestInstance(Lifecycle.PER_CLASS)
@EnabledIf(value = "io.agentmetrics.demo.Browser#isInstalled", disabledReason = Browser.MISSING)
class PageSpeedIntegrationTests {

	private final Path downloads;

	private final Product product;

	private final Product.RunningApi api;

	private final Browser browser;

	PageSpeedIntegrationTests(@TempDir Path directory, @TempDir Path downloads) throws Exception {
		this.downloads = downloads;
		this.product = Product.withSample(directory);
		assertThat(this.product.aggregator().exitCode()).isZero();
		this.api = this.product.packedApi();
		this.browser = Browser.start(downloads);
		this.browser.resize(1440, 900);
	}

	@AfterAll
	void stopEverything() throws IOException {
		this.browser.close();
		this.api.close();
		this.product.close();
	}

	@Test
	void firstLoadIsSmall() {
		load();
		long bytes = this.browser.<Number>script("""
				return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
					.reduce((sum, entry) => sum + entry.transferSize, 0)""").longValue();
		System.out.printf("First load: %,d bytes over the wire%n", bytes);
		assertThat(bytes).isBetween(50_000L, 300_000L);
		assertThat(this.browser.console()).isEmpty();
	}

	@Test
	void everybodyCanUseBothViews() throws Exception {
		Lighthouse.require();
		for (String path : views()) {
			assertThat(Lighthouse.score("accessibility", this.api.address().resolve(path), this.downloads)).as(path)
				.isGreaterThanOrEqualTo(95);
		}
	}

	@Test
	@WhenSpeedIsMeasured
	void firstChartIsSoonThere() {
		this.browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
				new MutationObserver((_, observer) => {
					if (document.querySelector('.canvas canvas')) {
						window.firstChart = performance.now();
						observer.disconnect();
					}
				}).observe(document, { childList: true, subtree: true });
				"""));
		double best = Double.MAX_VALUE;
		for (int attempt = 0; attempt < 5; attempt++) {
			load();
			best = Math.min(best, this.browser.<Number>script("return window.firstChart").doubleValue());
		}
		System.out.printf("First chart after %.0f ms%n", best);
		assertThat(best).isLessThan(1_000);
	}

	@Test
	@WhenSpeedIsMeasured
	void lighthouseFindsBothViewsFast() throws Exception {
		Lighthouse.require();
		for (String path : views()) {
			long performance = Lighthouse.score("performance", this.api.address().resolve(path), this.downloads);
			System.out.printf("Lighthouse of %s: performance %d%n", path, performance);
			assertThat(performance).as(path).isGreaterThanOrEqualTo(95);
		}
	}

	private void load() {
		this.browser.command("Network.clearBrowserCache", Map.of());
		this.browser.open(this.api.address().resolve("/"));
		this.browser.awaitAnswers();
	}

	private List<String> views() throws IOException, InterruptedException {
		return List.of("/", "/#/agents/" + agent());
	}

	private String agent() throws IOException, InterruptedException {
		return new GraphQlClient(this.api.address().resolve("/graphql"))
			.data("{ agents(search: \"Product Recommender\") { edges { node { id } } } }")
			.at("/agents/edges/0/node/id")
			.asString();
	}

}
