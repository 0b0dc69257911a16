package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page with 3,002 agents that have run every day for 30 days, the last but one of
 * them most often and longest.
 */
@TestInstance(Lifecycle.PER_CLASS)
@EnabledIf(value = "io.agentmetrics.demo.Browser#isInstalled", disabledReason = Browser.MISSING)
class PageAtScaleIntegrationTests {

	private static final int AGENTS = 3_002;

	private static final String BUSIEST = "Agent 3001";

	private static final int MAX_TASK_MS = 100;

	private final Product product;

	private final Product.RunningApi api;

	private final Browser browser;

	PageAtScaleIntegrationTests(@TempDir Path directory, @TempDir Path downloads) throws Exception {
		this.product = Product.migrated(directory);
		insert();
		assertThat(this.product.aggregator().exitCode()).isZero();
		this.api = this.product.api();
		this.browser = Browser.start(downloads);
	}

	@AfterAll
	void stopEverything() throws IOException {
		this.browser.close();
		this.api.close();
		this.product.close();
	}

	@Test
	void lastOfAllRowsIsThereAfterScrolling() {
		openAllRows();
		assertThat(this.browser.text(".panel-agents .hint")).startsWith("3,002 agents");
		assertThat(this.browser.find(".agents").getDomAttribute("aria-rowcount")).isEqualTo("3003");
		scrollThroughAllRows();
		this.browser.await("the last agent",
				// no row is there for a moment while rows are drawn anew
				() -> this.browser.texts(".agents tbody th")
					.reversed()
					.stream()
					.findFirst()
					.filter("Agent 3002"::equals)
					.isPresent());
		assertThat(this.browser.all(".agents tbody tr")).hasSizeLessThan(100);
		assertThat(this.browser.console()).isEmpty();
	}

	@Test
	@WhenSpeedIsMeasured
	void allRowsScrollSmoothly() {
		openAllRows();
		double longest = scrollThroughAllRows().stream().mapToDouble(Number::doubleValue).max().orElse(0);
		System.out.printf("Scrolling 3,002 agents: longest task %.0f ms%n", longest);
		assertThat(longest).isLessThanOrEqualTo(MAX_TASK_MS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "executions", "p95" })
	void whoIsFirstAmongAllIsFirstInTheTable(String sort) {
		this.browser.open(this.api.address().resolve("/#/?window=24h&sort=" + sort));
		this.browser.awaitAnswers();
		assertThat(this.browser.texts(".agents tbody .name")).hasSize(25).first().isEqualTo(BUSIEST);
		this.browser.click(".pager button:last-of-type");
		this.browser.awaitText(".pager", "Page 2 of 121");
		this.browser.awaitAnswers();
		assertThat(this.browser.texts(".agents tbody .name")).hasSize(25).doesNotContain(BUSIEST);
		assertThat(this.browser.console()).isEmpty();
	}

	@Test
	void placeInALongListIsThereAfterBack() {
		this.browser.open(this.api.address().resolve("/#/?window=24h&rows=all&sort=name"));
		this.browser.awaitAnswers();
		this.browser.script("const table = document.querySelector('.panel-agents .scroll'); table.scrollIntoView();"
				+ " table.scrollTop = 20_000; return true");
		this.browser.await("Agent 0450", () -> this.browser.texts(".agents tbody .name").contains("Agent 0450"));
		this.browser.awaitAnswers();
		this.browser.script("[...document.querySelectorAll('.agents tbody .name')]"
				+ ".find((name) => name.textContent === 'Agent 0450').click(); return true");
		this.browser.awaitText("h1", "Agent 0450");
		this.browser.awaitAnswers();
		this.browser.back();
		this.browser.await("the place",
				() -> this.browser
					.<Number>script("return document.querySelector('.panel-agents .scroll')?.scrollTop ?? 0")
					.longValue() == 20_000 && this.browser.texts(".agents tbody .name").contains("Agent 0450"));
		assertThat(this.browser.<Number>script("return scrollY").longValue()).isPositive();
		assertThat(this.browser.console()).isEmpty();
	}

	@Test
	void everybodyIsSearchedNotOnlyThoseOnThePage() {
		this.browser.open(this.api.address().resolve("/#/?search=agent%200777"));
		this.browser.awaitAnswers();
		assertThat(this.browser.texts(".agents tbody th")).containsExactly("Agent 0777");
		assertThat(this.browser.console()).isEmpty();
	}

	private void openAllRows() {
		this.browser.open(this.api.address().resolve("/#/?window=30d&rows=all&sort=name"));
		this.browser.awaitAnswers();
	}

	/**
	 * Scrolls as fast as frames are drawn: how long each of the long tasks took, in ms.
	 */
	private List<Number> scrollThroughAllRows() {
		return this.browser.promise(
				"""
						const tasks = [];
						const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
						observer.observe({ type: 'longtask' });
						const table = document.querySelector('.panel-agents .scroll');
						table.scrollIntoView();
						for (table.scrollTop = 0; table.scrollTop + table.clientHeight < table.scrollHeight - 1; table.scrollTop += 700) {
							await new Promise(requestAnimationFrame);
						}
						await new Promise((resolve) => setTimeout(resolve, 300));
						observer.disconnect();
						return tasks;
						""");
	}

	private void insert() throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("""
					insert into agents (id, name)
					select md5(number::text)::uuid, 'Agent ' || lpad(number::text, 4, '0')
					from generate_series(1, %d) number
					""".formatted(AGENTS));
			statement.execute(
					"""
							insert into agent_executions (agent_id, user_id, status, execution_start, execution_end, execution_time_ms)
							select id, id, case when hashtext(id::text || day) %% 17 = 0 then 'FAILED' else 'COMPLETED' end, start,
								start + ms * interval '1 millisecond', ms
							from agents, generate_series(0, 29) day,
								lateral (select now() - day * interval '1 day' - interval '3 hours', 100 + abs(hashtext(day || id::text)) %% 60000) run (start, ms)
							"""
						.replace("%%", "%"));
			statement.execute(
					"""
							insert into agent_executions (agent_id, user_id, status, execution_start, execution_end, execution_time_ms)
							select id, id, 'COMPLETED', now() - number * interval '1 minute',
								now() - number * interval '1 minute' + interval '15 minutes', 900000
							from agents, generate_series(20, 60) number
							where name = '%s'
							"""
						.formatted(BUSIEST));
			statement.execute("analyze");
		}
	}

}
