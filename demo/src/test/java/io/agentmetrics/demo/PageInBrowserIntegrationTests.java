package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page in a browser: sample data, the programs as processes, and a reader who clicks,
 * types, and looks.
 */
@TestInstance(Lifecycle.PER_CLASS)
@EnabledIf(value = "io.agentmetrics.demo.Browser#isInstalled", disabledReason = Browser.MISSING)
class PageInBrowserIntegrationTests {

	private static final String HTML_NAME = "<img src=x onerror=\"document.title='run'\"> & \"quoted\" 'name'";

	private static final String ARABIC_NAME = "قارئ الفواتير 🤖🧾";

	/** Cannot be seen. */
	private static final String BLANK_NAME = "\u200B";

	private static final String LONG_NAME = "Long " + "name ".repeat(2_047);

	private static final String HTML_ERROR = "<script>document.title = 'run'</script> \u202Eesrever 😱 ";

	/** Where the README's are made anew: -Dagent-metrics.pictures=../docs/images. */
	private static final Path PICTURES = Path.of(System.getProperty("agent-metrics.pictures", "target/pictures"))
		.toAbsolutePath();

	/** What the browser itself says when the network or the server fails. */
	private static final String NETWORK = "Failed to load resource";

	private final Path downloads;

	private final Product product;

	private final TestExecutions executions;

	private final UUID htmlAgent;

	private final UUID longAgent;

	private final UUID blankAgent;

	private final String emptyPage;

	private final Product.RunningApi api;

	private final Gateway gateway;

	private final GraphQlClient graphQl;

	private final Browser browser;

	private boolean networkFails;

	PageInBrowserIntegrationTests(@TempDir Path directory, @TempDir Path downloads) throws Exception {
		this.downloads = downloads;
		this.browser = Browser.start(downloads);
		this.emptyPage = emptyPage(directory.resolve("empty"));
		this.product = Product.withSample(directory.resolve("product"));
		this.api = this.product
			.api(Map.of("AGENT_METRICS_API_TRACE_LINK", "https://traces.example.com/trace/{externalId}"));
		this.gateway = Gateway.start(this.api.address());
		this.graphQl = new GraphQlClient(this.api.address().resolve("/graphql"));
		assertThat(this.product.aggregator().exitCode()).isZero();
		takePictures();
		this.executions = new TestExecutions(this.product.dataSource());
		this.htmlAgent = this.executions.agent(HTML_NAME);
		this.executions.agent(ARABIC_NAME);
		this.longAgent = this.executions.agent(LONG_NAME);
		this.blankAgent = this.executions.agent(BLANK_NAME);
		Instant start = Instant.now().minus(3, ChronoUnit.HOURS);
		List<TestExecution> hostile = new ArrayList<>();
		for (int run = 0; run < 20; run++) {
			hostile.add(TestExecution.failed(this.htmlAgent, start.plusSeconds(run), 1_500, HTML_ERROR));
			hostile.add(TestExecution.failed(this.longAgent, start.plusSeconds(run), 90_061_000,
					"An error without an end ".repeat(430)));
		}
		hostile.add(new TestExecution(this.htmlAgent, ExecutionStatus.COMPLETED, start, 1_500L, null, HTML_ERROR));
		hostile.add(TestExecution.running(this.htmlAgent, Instant.now()));
		hostile.add(new TestExecution(this.blankAgent, ExecutionStatus.PENDING, start, null, null, null));
		hostile
			.add(new TestExecution(this.blankAgent, ExecutionStatus.FAILED, start.plusSeconds(1), 5L, "Quiet", null));
		this.executions.insertAll(hostile);
		receiveSpans("shop/checkout", Map.of("run", 1_200L, "no agent", 11_000L, "new agents", 3L));
		receiveSpans(HTML_NAME, Map.of("run", 1L, "rejected: " + HTML_ERROR, 70L, "rejected: it has no id", 30L));
		receiveSpans("Long/" + "name".repeat(50), Map.of("rejected: it names neither an agent nor a service", 2L));
		assertThat(this.product.aggregator().exitCode()).isZero();
	}

	/** As the receiver counts them. */
	private void receiveSpans(String service, Map<String, Long> outcomes) throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				PreparedStatement insert = connection
					.prepareStatement("insert into span_receipts values (?, date_trunc('hour', now()), ?, ?)")) {
			for (Map.Entry<String, Long> outcome : outcomes.entrySet()) {
				insert.setString(1, service);
				insert.setString(2, outcome.getKey());
				insert.setLong(3, outcome.getValue());
				insert.executeUpdate();
			}
		}
	}

	private String emptyPage(Path directory) throws Exception {
		try (Product empty = Product.migrated(directory); Product.RunningApi emptyApi = empty.api()) {
			this.browser.open(emptyApi.address().resolve("/"));
			this.browser.awaitAnswers();
			return this.browser.text("body");
		}
	}

	/** As a newcomer's demo looks, before anything strange is stored. */
	private void takePictures() {
		this.browser.resize(1440, 1000);
		open("");
		this.browser.picture(PICTURES.resolve("overview.png"));
		openAgent("Bug Reproducer", "window=30d&compare=on");
		this.browser.awaitText(".share-within output", "%");
		this.browser.picture(PICTURES.resolve("agent.png"));
	}

	@AfterAll
	void stopEverything() throws IOException {
		this.browser.close();
		this.gateway.close();
		this.api.close();
		this.product.close();
	}

	@BeforeEach
	void startAfresh() {
		this.browser.resize(1440, 900);
		this.browser.prefer("prefers-color-scheme", "light");
		this.browser.console();
		this.networkFails = false;
	}

	@AfterEach
	void consoleIsClean() {
		this.gateway.release();
		this.gateway.apply(Gateway.Rule.PASS);
		this.gateway.require(null);
		this.gateway.rewrite(null);
		assertThat(this.browser.console())
			.filteredOn((line) -> !(this.networkFails && (line.contains(NETWORK) || line.contains("net::ERR_"))))
			.isEmpty();
	}

	@Test
	void overviewShowsTheTotalsOfTheApi() throws Exception {
		open("");
		JsonNode totals = this.graphQl.data("{ dashboard { last7Days { totalExecutions failedExecutions } } }")
			.path("dashboard")
			.path("last7Days");
		assertThat(this.browser.texts(".panel-totals .totals:nth-child(2) .value")).first()
			.isEqualTo(grouped(totals.path("totalExecutions").asLong()));
		assertThat(this.browser.texts(".panel-totals h3")).containsExactly("Last 24 hours", "Last 7 days",
				"Last 30 days");
		assertThat(this.browser.all(".panel-executions canvas, .panel-times canvas")).hasSize(2);
		assertThat(this.browser.texts(".top-agents .name")).hasSize(5);
		assertThat(this.browser.text(".fresh")).startsWith("as of ");
	}

	@Test
	void agentsInTroubleStandFirstWithTheReasonInWords() throws Exception {
		open("");
		JsonNode worst = this.graphQl.data(
				"{ agents(first: 1, orderBy: HEALTH, health: [ALERT, WARN]) { edges { node { name health { summary } } } } }")
			.path("agents")
			.path("edges")
			.path(0)
			.path("node");
		assertThat(this.browser.texts(".trouble .name")).first().isEqualTo(worst.path("name").asString());
		assertThat(this.browser.text(".trouble li")).contains(worst.path("health").path("summary").asString());
		assertThat(this.browser.texts(".agents tbody .badge")).first().isIn("Alert", "Warning");
	}

	@ParameterizedTest
	@CsvSource({ "24 h,24h", "30 days,30d", "90 days,90d" })
	void windowIsInTheAddressAndComesBackWithIt(String title, String window) {
		open("");
		this.browser.click(".segmented button[value='" + window + "']");
		assertThat(this.browser.address()).endsWith("#/?window=" + window);
		this.browser.awaitAnswers();
		open("#/?window=" + window);
		assertThat(this.browser.texts(".segmented [aria-pressed='true']")).containsExactly(title);
		assertThat(this.browser.all(".panel-executions canvas")).hasSize(1);
	}

	@Test
	void backGoesToTheWindowBefore() {
		open("");
		this.browser.click(".segmented button[value='30d']");
		this.browser.click(".segmented button[value='90d']");
		this.browser.back();
		assertThat(this.browser.texts(".segmented [aria-pressed='true']")).containsExactly("30 days");
		this.browser.awaitAnswers();
	}

	@Test
	void freeWindowIsTakenInTheZoneThatIsShown() {
		open("");
		this.browser.click(".segmented button[value='custom']");
		this.browser.awaitAnswers();
		Instant noon = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(10, ChronoUnit.DAYS);
		fill("#from", noon);
		fill("#to", noon.plus(2, ChronoUnit.DAYS));
		this.browser.click(".custom button");
		assertThat(this.browser.address()).contains("window=custom", "from=" + noon.toString().substring(0, 10));
		this.browser.awaitAnswers();
		assertThat(this.browser.all(".panel-executions canvas")).hasSize(1);
		this.browser.click(".panel-executions .numbers summary");
		this.browser.await(".panel-executions tbody tr");
		assertThat(this.browser.all(".panel-executions tbody tr")).hasSize(48);
	}

	@Test
	void windowThatCannotBeIsRefusedInWords() {
		open("");
		this.browser.click(".segmented button[value='custom']");
		this.browser.awaitAnswers();
		Instant noon = Instant.now().truncatedTo(ChronoUnit.DAYS);
		fill("#from", noon);
		fill("#to", noon.minus(1, ChronoUnit.DAYS));
		this.browser.click(".custom button");
		assertThat(this.browser.text(".wrong")).isEqualTo("The window has to begin before it ends.");
		this.browser.open(this.gateway.address("/#/?window=custom&from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"));
		this.browser.await(".state-invalid");
		assertThat(this.browser.text(".state-invalid")).contains("at most 400 days");
		this.browser.open(this.gateway.address("/#/?window=custom&from=nonsense"));
		this.browser.await(".state-invalid");
	}

	@ParameterizedTest
	@ValueSource(strings = { "realtime", "aggregated" })
	void sourceOfTheNumbersCanBeChosen(String type) throws Exception {
		String name = "Product Recommender";
		open("#/?search=" + name.replace(" ", "%20"));
		this.browser.choose("[aria-label='Where the numbers come from']", type);
		this.browser.awaitAnswers();
		assertThat(this.browser.address()).contains("type=" + type);
		JsonNode metrics = this.graphQl
			.data("""
					{ agents(search: "%s") { edges { node { metrics(timeRange: LAST_7_DAYS, metricType: %s) { totalExecutions
					executionTimes { exact } } } } } }"""
				.formatted(name, type.toUpperCase(java.util.Locale.ROOT)))
			.path("agents")
			.path("edges")
			.path(0)
			.path("node")
			.path("metrics");
		assertThat(this.browser.text(".agents tbody tr td:nth-of-type(3)"))
			.isEqualTo(grouped(metrics.path("totalExecutions").asLong()));
		assertThat(this.browser.all(".agents tbody .estimated").isEmpty())
			.isEqualTo(metrics.path("executionTimes").path("exact").asBoolean());
	}

	@Test
	void comparisonShowsTheWindowBefore() {
		open("");
		assertThat(this.browser.texts(".panel-executions .key")).doesNotContain("7 days earlier");
		this.browser.click(".check input");
		this.browser.awaitAnswers();
		assertThat(this.browser.address()).endsWith("compare=on");
		assertThat(this.browser.texts(".panel-executions .key")).contains("7 days earlier");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			count | 1     | 408    | was 1       | plain
			count | 0     | 17     | was 0       | plain
			count | 100   | 40_800 | ×\u202f408  | plain
			count | 100   | 270    | ×\u202f2.7  | plain
			count | 4_000 | 180    | −95.5\u202f% | plain
			time  | 2     | 90     | ×\u202f45   | bad
			time  | 0     | 90     | was 0\u202fms | bad
			time  | 4_000 | 180    | −95.5\u202f% | good
			rate  | 90    | 20     | −70\u202fpp | bad
			rate  | 20    | 90     | +70\u202fpp | good
			""")
	void changeIsToldByWhatMeansSomething(String of, String before, String now, String text, String kind) {
		long previous = Long.parseLong(before.replace("_", ""));
		assertThat(change(previous, Long.parseLong(now.replace("_", "")) - previous, of, 0)).containsExactly(text,
				"change change-" + kind);
	}

	@Test
	void beingDoneSoonerIsNoGoodNewsWhereMoreFails() {
		assertThat(change(4_000, -3_820, "time", -10).getLast()).isEqualTo("change change-good");
		assertThat(change(4_000, -3_820, "time", 80).getLast()).isEqualTo("change change-plain");
		assertThat(change(4_000, 3_820, "time", 80).getLast()).isEqualTo("change change-bad");
	}

	/** How a significant change is told, and by which look. */
	private List<String> change(long previous, long difference, String of, int errorRate) {
		open("");
		return this.browser.promise(
				"""
						const { changeOf } = await import('/assets/figures.js');
						const [previous, difference, of, errorRate] = arguments;
						const changes = {
							value: { previous, difference, significant: true },
							errorRate: { difference: errorRate, significant: true },
						};
						const told = changeOf(changes, 'value', { of, better: { count: null, time: 'less', rate: 'more' }[of] });
						return [told.childNodes[2].textContent, told.className];
						""",
				previous, difference, of, errorRate);
	}

	@Test
	void totalsAreNotComparedWithATimeBeforeTheFirstExecution() {
		open("");
		assertThat(this.browser.all(".totals .change")).hasSizeGreaterThan(5);
		this.gateway.rewrite((query, answer) -> {
			if (answer.at("/data/dashboard/last7Days/change") instanceof ObjectNode change) {
				change.put("comparable", false);
			}
			return answer;
		});
		open("");
		assertThat(this.browser.texts(".totals")).element(1)
			.asString()
			.contains("Not comparable with the window before")
			.doesNotContain("▲", "▼", "in the window before;");
		assertThat(this.browser.all(".totals:nth-of-type(1) .change")).isNotEmpty();
	}

	@Test
	void timesCanBeShownInTheZoneOfTheBrowser() {
		this.browser.command("Emulation.setTimezoneOverride", Map.of("timezoneId", "Asia/Tokyo"));
		try {
			open("");
			this.browser.choose("[aria-label='Time zone']", "browser");
			this.browser.awaitAnswers();
			assertThat(this.browser.address()).endsWith("zone=browser");
			assertThat(this.browser.text("[aria-label='Time zone'] option:checked")).isEqualTo("Asia/Tokyo (here)");
			assertThat(this.browser.text(".fresh")).contains(java.time.format.DateTimeFormatter.ofPattern("HH:")
				.format(Instant.now().atZone(java.time.ZoneId.of("Asia/Tokyo"))));
		}
		finally {
			this.browser.command("Emulation.setTimezoneOverride", Map.of("timezoneId", ""));
		}
	}

	@ParameterizedTest
	@CsvSource({ "1,name,NAME", "2,health,HEALTH", "3,errors,ERROR_RATE", "4,executions,EXECUTIONS", "6,p95,P95" })
	void tableIsInTheOrderOfTheServer(int column, String sort, String order) throws Exception {
		open("#/?sort=" + (sort.equals("name") ? "health" : "name"));
		this.browser.click(".agents thead th:nth-child(" + column + ") button");
		this.browser.awaitAnswers();
		assertThat(this.browser.address()).endsWith(sort.equals("health") ? "#/" : "sort=" + sort);
		assertThat(this.browser.find(".agents thead th:nth-child(" + column + ")").getDomAttribute("aria-sort"))
			.isEqualTo(sort.equals("name") ? "ascending" : "descending");
		List<String> ids = new ArrayList<>();
		this.graphQl.data("{ agents(first: 25, orderBy: " + order + ") { edges { node { id } } } }")
			.path("agents")
			.path("edges")
			.forEach((edge) -> ids.add(edge.path("node").path("id").asString()));
		assertThat(this.browser.<List<String>>script(
				"return [...document.querySelectorAll('.agents tbody .name')].map((each) => each.hash.split(/[/?]/)[2])"))
			.containsExactlyElementsOf(ids);
	}

	@Test
	void tableIsSearchedFilteredAndPaged() {
		open("");
		assertThat(this.browser.all(".agents tbody th")).hasSize(25);
		String first = this.browser.text(".agents tbody th");
		this.browser.click(".pager button:last-of-type");
		this.browser.awaitText(".pager", "Page 2 of 2");
		this.browser.awaitAnswers();
		assertThat(this.browser.text(".agents tbody th")).isNotEqualTo(first);
		this.browser.find(".panel-agents input[type='search']").sendKeys("triage");
		this.browser.await("one agent", () -> this.browser.texts(".agents tbody th").equals(List.of("Support Triage")));
		assertThat(this.browser.address()).contains("search=triage").doesNotContain("page=2");
		this.browser.find(".panel-agents input[type='search']").sendKeys("nobody");
		this.browser.awaitText(".panel-agents .state-empty", "No agent matches.");
		this.browser.find(".panel-agents input[type='search']").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
		this.browser.await("no search", () -> !this.browser.address().contains("search="));
		this.browser.awaitAnswers();
		this.browser.choose("[aria-label='Health']", "no_data");
		this.browser.awaitAnswers();
		assertThat(this.browser.texts(".agents tbody .badge")).isNotEmpty().containsOnly("No runs");
	}

	@Test
	void badgeStandsBesideWhatIsWrongAlone() throws Exception {
		JsonNode health = this.graphQl
			.data("{ agent(id: \"%s\") { health { status findings { status sentence } } } }".formatted(this.htmlAgent))
			.at("/agent/health");
		assertThat(health.path("status").asString()).isEqualTo("ALERT");
		assertThat(health.path("findings")).extracting((finding) -> finding.path("status").asString())
			.contains("ALERT", "OK");
		open("#/agents/" + this.htmlAgent);
		assertThat(this.browser.text(".health .badge")).isEqualTo("Alert");
		for (JsonNode finding : health.path("findings")) {
			boolean wrong = !finding.path("status").asString().equals("OK");
			assertThat(this.browser.text(".health").contains(finding.path("sentence").asString())).isEqualTo(wrong);
		}
	}

	@Test
	void rejectedSpansStandFirstWithTheirReasons() {
		open("");
		assertThat(this.browser.text(".panel-spans p"))
			.isEqualTo("12,303 spans of 3 services: 1,201 runs of agents, 3 new agents, 102 rejected");
		assertThat(this.browser.texts(".services tbody bdi:first-child")).first().isEqualTo(HTML_NAME);
		assertThat(this.browser.texts(".services tbody tr:first-child p")).satisfiesExactly(
				(first) -> assertThat(first).startsWith("70\u202f× <script>"),
				(second) -> assertThat(second).isEqualTo("30\u202f× it has no id"));
		assertThat(this.browser.texts(".services tbody tr:last-child td")).containsExactly("shop/checkout", "12,200",
				"1,200", "0");
	}

	@Test
	void spansAreNotSpokenOfWhereNoneCame() {
		assertThat(this.emptyPage).doesNotContain("Received spans");
		this.gateway.rewrite((query, answer) -> {
			if (answer.path("data").path("receivedSpans").path("totals") instanceof ObjectNode totals) {
				totals.put("received", 0);
			}
			return answer;
		});
		open("");
		assertThat(this.browser.shows(".panel-spans")).isFalse();
	}

	@Test
	void stopOfAllAgentsStandsAboveThoseInTrouble() {
		this.gateway.rewrite((query, answer) -> {
			if (answer.path("data").path("health").path("findings") instanceof ArrayNode findings) {
				findings.addObject().put("status", "ALERT").put("sentence", "Nearly all agents are silent.");
			}
			return answer;
		});
		open("");
		assertThat(this.browser.texts(".panel-trouble li").getFirst()).contains("Alert",
				"Nearly all agents are silent.");
		assertThat(this.browser.texts(".panel-trouble .name")).isNotEmpty();
	}

	@Test
	void receivedSpansThatCannotBeReadAreAnError() {
		this.gateway.rewrite((query, answer) -> answer.path("data").has("receivedSpans")
				? AnswerFields.failing(answer, List.of("receivedSpans")) : answer);
		open("");
		assertThat(this.browser.text(".panel-spans")).contains(AnswerFields.messageOf(List.of("receivedSpans")),
				AnswerFields.REQUEST_ID);
	}

	@Test
	void agentHasAnAddressOfItsOwn() {
		open("#/?search=Product%20Recommender&window=30d");
		this.browser.click(".agents tbody a");
		this.browser.await(".agent h1");
		this.browser.awaitAnswers();
		assertThat(this.browser.address()).contains("#/agents/", "window=30d");
		assertThat(this.browser.title()).isEqualTo("Product Recommender · Agent Metrics");
		assertThat(this.browser.text("h1")).isEqualTo("Product Recommender");
		assertThat(this.browser.text(".identity code"))
			.isEqualTo(this.browser.address().replaceAll(".*agents/|[?].*", ""));
		assertThat(this.browser.texts(".panel-numbers dt")).containsExactly("Executions", "Succeeded", "Failed", "p50",
				"p95", "p99", "Average", "Tokens each", "Cost");
		assertThat(this.browser.all(".panel-executions canvas, .panel-times canvas")).hasSize(2);
		assertThat(this.browser.texts(".panel-distribution .mark text")).hasSize(3);
		assertThat(this.browser.all(".errors li")).isNotEmpty();
		assertThat(this.browser.text(".error-head")).contains("first ", "last ");
		assertThat(this.browser.all(".runs tbody tr")).hasSize(20);
		assertThat(this.browser.texts("h2")).contains("Stuck runs");
		this.browser.back();
		this.browser.await(".overview");
		this.browser.awaitAnswers();
	}

	@Test
	void sliderAsksWhatShareIsWithinATime() {
		openAgent("Product Recommender", "");
		this.browser.awaitText(".share-within output", "%");
		String before = this.browser.text(".share-within output");
		this.browser.find("#share").sendKeys(Keys.HOME);
		this.browser.await("another share", () -> this.browser.text(".share-within output").contains("%")
				&& !this.browser.text(".share-within output").equals(before));
		assertThat(this.browser.text(".share-within label")).matches("Share that took at most [\\d.]+\u202f(ms|s)");
		this.browser.find("#share").sendKeys(Keys.END);
		this.browser.awaitText(".share-within output", "100\u202f%");
	}

	@Test
	void tokensOfExecutionsAreDistributedWhereTheyAreKnown() throws Exception {
		String agent = agent("Email Drafter");
		// of whole days, which are the same for both that ask
		JsonNode tokens = this.graphQl
			.data("""
					{ agentMetrics(agentId: "%s", timeRange: LAST_30_DAYS, metricType: AGGREGATED) { tokens { p50 histogram(buckets: 40) {
					buckets { count } } } } }"""
				.formatted(agent))
			.at("/agentMetrics/tokens");
		this.browser.resize(360, 800);
		open("#/agents/" + agent + "?type=aggregated&window=30d");
		assertNothingSticksOut();
		assertThat(this.browser.axe()).isEmpty();
		assertThat(this.browser.texts(".panel-tokens .mark text")).first()
			.isEqualTo("p50 " + grouped(tokens.path("p50").asLong()));
		assertThat(this.browser.find(".panel-tokens svg").getDomAttribute("aria-label")).startsWith("Histogram of ")
			.contains("executions by their tokens: half took at most");
		this.browser.click(".panel-tokens .numbers summary");
		assertThat(this.browser.all(".panel-tokens tbody tr")).hasSameSizeAs(tokens.path("histogram").path("buckets"));
		open("#/agents/" + this.htmlAgent);
		assertThat(this.browser.shows(".panel-tokens")).isFalse();
	}

	@Test
	void estimatedTokensShowTheirBound() {
		this.gateway.rewrite((query, answer) -> {
			if (answer.at("/data/agentMetrics/tokens/histogram") instanceof ObjectNode histogram) {
				histogram.put("exact", false).put("rankErrorPercent", 0.25);
			}
			return answer;
		});
		openAgent("Email Drafter", "");
		assertThat(this.browser.text(".panel-tokens .panel-note"))
			.contains("each count is off by at most 0.25\u202f% of");
	}

	@Test
	void tokensThatCannotBeReadAreAnError() {
		List<String> path = List.of("agentMetrics", "tokens");
		this.gateway
			.rewrite((query, answer) -> query.contains("histogram") ? AnswerFields.failing(answer, path) : answer);
		openAgent("Email Drafter", "");
		assertThat(this.browser.text(".panel-tokens")).contains(AnswerFields.messageOf(path), AnswerFields.REQUEST_ID);
		assertThat(this.browser.all(".skeleton")).isEmpty();
	}

	@Test
	void executionsGoBackInTimeAndAreFilteredByStatus() {
		openAgent("Product Recommender", "");
		assertThat(this.browser.texts(".runs tbody time"))
			.allMatch((started) -> started.matches(".*\\d\\d:\\d\\d:\\d\\d"));
		this.browser.click(".panel-runs .button");
		this.browser.await("forty rows", () -> this.browser.all(".runs tbody tr").size() == 40);
		this.browser.choose("[aria-label='Status of the executions']", "failed");
		this.browser.awaitAnswers();
		assertThat(this.browser.address()).endsWith("status=failed");
		assertThat(this.browser.texts(".runs .run")).isNotEmpty().containsOnly("failed");
	}

	@Test
	void errorLeadsToTheRunsThatHaveIt() {
		open("#/agents/" + this.htmlAgent);
		this.browser.click(".errors .show-runs");
		this.browser.awaitText(".narrowed", "when the error came first and last");
		this.browser.awaitAnswers();
		assertThat(this.browser.text(".panel-runs option:checked")).isEqualTo("Failed, timeout or cancelled");
		assertThat(this.browser.texts(".runs tbody .message-cell")).hasSize(20)
			.containsOnly("TestError: " + HTML_ERROR);
		this.browser.choose("[aria-label='Status of the executions']", "completed");
		this.browser.awaitAnswers();
		assertThat(this.browser.texts(".runs tbody .message-cell")).containsExactly(HTML_ERROR);
		this.browser.choose("[aria-label='Status of the executions']", "timeout");
		this.browser.awaitAnswers();
		assertThat(this.browser.text(".panel-runs")).contains("No execution of that time has this status.");
		this.browser.click(".narrowed .button");
		this.browser.await("all runs", () -> this.browser.all(".narrowed").isEmpty());
		this.browser.awaitAnswers();
		assertThat(this.browser.texts(".runs .run")).contains("running", "failed");
	}

	@Test
	void whatIsScrolledToIsNotUnderTheControls() {
		open("#/agents/" + this.htmlAgent);
		this.browser.click(".errors .show-runs");
		this.browser.awaitAnswers();
		// a window scrolls by whole pixels
		assertThat(top(".panel-runs")).isGreaterThan(bottom("#bar") - 1);
		this.browser.script("scrollTo(0, 0); return true");
		String copy = ".panel-distribution .copy";
		this.browser.script("scrollTo(0, scrollY + arguments[0].getBoundingClientRect().top - 8); return true",
				this.browser.find(copy));
		assertThat(top(copy)).isLessThan(bottom("#bar"));
		this.browser.script("arguments[0].focus(); return true", this.browser.find(copy));
		assertThat(top(copy)).isGreaterThan(bottom("#bar") - 1);
		this.browser.resize(360, 800);
		assertThat(this.browser.<String>script("return getComputedStyle(document.documentElement).scrollPaddingTop"))
			.isEqualTo("0px");
	}

	private double top(String css) {
		return this.browser.<Number>script("return arguments[0].getBoundingClientRect().top", this.browser.find(css))
			.doubleValue();
	}

	private double bottom(String css) {
		return this.browser.<Number>script("return arguments[0].getBoundingClientRect().bottom", this.browser.find(css))
			.doubleValue();
	}

	@Test
	void releasesAreListedAndOneCanBeLookedAtAlone() throws Exception {
		this.browser.resize(360, 800);
		openAgent("Email Drafter", "window=30d");
		assertNothingSticksOut();
		assertThat(this.browser.axe()).isEmpty();
		assertThat(this.browser.texts(".releases th")).containsExactly("Release", "First run", "Last run", "Share",
				"Executions", "Succeeded", "p50", "p95", "Tokens each", "Cost of a success");
		assertThat(this.browser.texts(".panel-numbers dt")).contains("Tokens each", "Cost");
		String release = this.browser.text(".only-release");
		String executions = this.browser.texts(".releases tbody tr:first-child td").get(4);
		assertThat(this.browser.text(".panel-numbers .value")).isNotEqualTo(executions);
		this.browser.click(".only-release");
		this.browser.awaitText(".alone", "errors are of release " + release + " alone");
		this.browser.awaitText(".panel-numbers .value", executions);
		assertThat(this.browser.address()).contains("release=" + release);
		this.browser.click(".alone .button");
		this.browser.awaitAnswers();
		assertThat(this.browser.text(".panel-numbers .value")).isNotEqualTo(executions);
		assertThat(this.browser.find(".alone").isDisplayed()).isFalse();
		open("#/agents/" + this.htmlAgent);
		assertThat(this.browser.find(".panel-releases").isDisplayed()).isFalse();
		assertThat(this.browser.texts(".panel-numbers dt")).doesNotContain("Tokens each", "Cost");
	}

	@Test
	void releasesAreComparedInWordsAndNumbers() throws Exception {
		this.browser.resize(360, 800);
		openAgent("Email Drafter", "window=30d");
		this.browser.await(".compared");
		assertNothingSticksOut();
		assertThat(this.browser.axe()).isEmpty();
		assertThat(this.browser.texts(".compared th")).containsExactly("Measure", "Before", "After", "Difference",
				"Executions", "Verdict");
		assertThat(this.browser.texts(".compared tbody td:first-child")).containsExactly("Success rate", "Average time",
				"p50", "p95", "Tokens each", "Tokens, p95", "Cost of a success");
		List<String> releases = this.browser.texts(".choices label:first-child option");
		String before = this.browser.text(".choices label:first-child option:checked");
		String after = this.browser.text(".choices label:last-child option:checked");
		assertThat(releases).contains(before, after);
		assertThat(before).isNotEqualTo(after);
		// may be drawn anew meanwhile
		this.browser.awaitText(".panel-comparison strong", "more than chance");
		this.browser.prefer("prefers-color-scheme", "dark");
		assertThat(this.browser.axe()).isEmpty();
		this.browser.prefer("prefers-color-scheme", "light");
		this.browser.script("arguments[0].focus(); return true",
				this.browser.find(".choices label:first-child select"));
		this.browser.choose(".choices label:first-child select", after);
		this.browser.awaitText(".panel-comparison", "have executions in common");
		assertThat(this.browser.address()).contains("baseline=" + after);
		open("#/agents/" + this.htmlAgent);
		assertThat(this.browser.find(".panel-comparison").isDisplayed()).isFalse();
	}

	@Test
	void laterReleaseIsToldByItsNameWhereBothRanWhenTheWindowBegan() {
		Map<String, Instant> begins = new HashMap<>();
		this.gateway.rewrite((query, answer) -> {
			if (answer.at("/data/agent/releases") instanceof ArrayNode releases && releases.size() > 1) {
				while (releases.size() > 2) {
					releases.remove(2);
				}
				for (int n = 0; n < 2; n++) {
					String version = "v1." + (9 + n);
					((ObjectNode) releases.get(n)).put("version", version)
						.put("firstRun", Objects.requireNonNull(begins.get(version)).toString());
				}
			}
			return answer;
		});
		Instant begun = Instant.now().minus(30, ChronoUnit.DAYS);
		begins.put("v1.9", begun.plus(3, ChronoUnit.HOURS));
		begins.put("v1.10", begun.plus(1, ChronoUnit.HOURS));
		openAgent("Email Drafter", "window=30d");
		assertCompared("v1.9", "v1.10");
		// what is compared stays, whichever began later
		begins.put("v1.9", begun.plus(20, ChronoUnit.DAYS));
		this.browser.click(".check input");
		this.browser.awaitAnswers();
		assertCompared("v1.9", "v1.10");
		openAgent("Email Drafter", "window=30d");
		assertCompared("v1.10", "v1.9");
		openAgent("Policy Drafter", "baseline=one&candidate=two");
		assertCompared("one", "two");
	}

	private void assertCompared(String before, String after) {
		this.browser.await(".choices");
		assertThat(this.browser.texts(".choices option:checked")).containsExactly(before, after);
	}

	@Test
	void numbersOfOneEnvironmentAreShownAloneOnBothViews() throws Exception {
		this.browser.resize(360, 800);
		open("#/?window=30d");
		this.browser.awaitAnswers();
		String all = this.browser.text(".panel-totals .value");
		this.browser.find(".environment").sendKeys("staging", Keys.ENTER);
		this.browser.awaitText(".alone", "environment staging alone");
		this.browser.await("fewer executions", () -> !this.browser.text(".panel-totals .value").equals(all));
		this.browser.awaitAnswers();
		assertThat(this.browser.address()).contains("environment=staging");
		assertNothingSticksOut();
		assertThat(this.browser.axe()).isEmpty();
		openAgent("Email Drafter", "window=30d&environment=staging");
		assertThat(this.browser.text(".alone")).contains("errors are of environment staging alone");
		assertThat(environmentField()).isEqualTo("staging");
		String staging = this.browser.text(".panel-numbers .value");
		this.browser.click(".alone .button");
		this.browser.await("more executions", () -> !this.browser.text(".panel-numbers .value").equals(staging));
		assertThat(this.browser.address()).doesNotContain("environment");
		open("#/?window=30d&environment=nowhere");
		this.browser.awaitAnswers();
		assertThat(this.browser.text(".panel-totals .value")).isEqualTo("0");
		assertThat(this.browser.text(".panel-executions")).contains("No executions in this window.");
		for (String panel : List.of(".panel-trouble", ".panel-agents")) {
			assertThat(this.browser.text(panel))
				.contains("No agent has run in environment nowhere in the last 30 days.");
		}
	}

	@Test
	void environmentThatIsShownStandsInItsField() {
		open("#/?environment=stag");
		this.browser.find(".environment").sendKeys("ing", Keys.ENTER);
		this.browser.awaitText(".alone", "environment staging alone");
		this.browser.back();
		this.browser.awaitText(".alone", "environment stag alone");
		assertThat(environmentField()).isEqualTo("stag");
		this.browser.find(".environment").sendKeys("ing");
		this.browser.script("location.hash = '#/?environment=stag&compare=on'; return true");
		this.browser.await("comparison", () -> this.browser.find(".check input").isSelected());
		assertThat(environmentField()).isEqualTo("staging");
		this.browser.press(Keys.TAB);
		this.browser.awaitText(".alone", "environment staging alone");
		assertThat(environmentField()).isEqualTo("staging");
		this.browser.awaitAnswers();
	}

	private String environmentField() {
		return this.browser.script("return document.querySelector('.environment').value");
	}

	@Test
	void pageOfTheTableIsLeftWithItsEnvironment() throws Exception {
		String second = "#/?environment=staging&page=2&after=" + URLEncoder.encode(this.graphQl.data("""
				{ agents(first: 1, orderBy: HEALTH, filter: { environments: ["staging"] }) { pageInfo { endCursor } } }
				""").path("agents").path("pageInfo").path("endCursor").asString(), StandardCharsets.UTF_8);
		open(second);
		this.browser.click(".agents tbody .name");
		this.browser.await(".agent .alone .button");
		this.browser.awaitAnswers();
		assertThat(this.browser.find(".back").getAttribute("href")).contains("environment=staging", "page=2");
		this.browser.click(".alone .button");
		this.browser.await("all environments", () -> !this.browser.address().contains("environment"));
		this.browser.awaitAnswers();
		this.browser.click(".back");
		this.browser.await(".overview");
		assertIsFirstPageOfAllEnvironments();
		open(second);
		this.browser.click(".alone .button");
		assertIsFirstPageOfAllEnvironments();
	}

	private void assertIsFirstPageOfAllEnvironments() {
		this.browser.awaitAnswers();
		assertThat(this.browser.address()).doesNotContain("environment", "page", "after");
		assertThat(this.browser.texts(".agents tbody .name")).hasSize(25);
	}

	@Test
	void objectivesAreShownWithWhatIsLeftOfThem() throws Exception {
		JsonNode least = this.graphQl.data("""
				{ objectives(first: 1) { edges { node { agent { name } status budgetLeftPercent
				objective { name } } } } }""").at("/objectives/edges/0/node");
		this.browser.resize(360, 800);
		open("#/?window=30d");
		this.browser.await(".objectives");
		assertNothingSticksOut();
		assertThat(this.browser.axe()).isEmpty();
		assertThat(this.browser.texts(".objectives th")).containsExactly("Agent", "Status", "Objective", "Executions",
				"Attained", "Budget left", "Burn rate, 1\u202fh", "6\u202fh", "3 days", "Gone by");
		assertThat(this.browser.texts(".objectives tbody tr")).hasSize(10);
		assertThat(this.browser.text(".objectives .name"))
			.isEqualTo(least.path("agent").path("name").asString().strip());
		assertThat(this.browser.find(".objectives .agent-cell").getSize().getWidth()).isBetween(1, 260);
		assertThat(least.path("status").asString()).isEqualTo("BROKEN");
		assertThat(this.browser.text(".objectives .badge")).isEqualTo("Broken");
		assertThat(this.browser.text(".objectives tbody tr:first-child"))
			.contains("succeeds 95\u202f% succeed, 28\u202fd", "\u2212", "gone");
		assertThat(this.browser.text(".panel-objectives .panel-note")).matches("and \\d+ more");
		this.browser.prefer("prefers-color-scheme", "dark");
		assertThat(this.browser.axe()).isEmpty();
	}

	@Test
	void budgetOfAnAgentIsBurntDownDayByDay() throws Exception {
		String agent = agent("Order Status Concierge");
		JsonNode objectives = this.graphQl
			.data("""
					{ agent(id: "%s") { objectives { sentence attainedPercent burnDown { budgetLeft } } } }"""
				.formatted(agent))
			.at("/agent/objectives");
		assertThat(objectives).hasSize(2);
		this.browser.resize(360, 800);
		open("#/agents/" + agent);
		this.browser.await(".burn-down canvas");
		assertNothingSticksOut();
		assertThat(this.browser.axe()).isEmpty();
		assertThat(this.browser.texts(".objectives th")).doesNotContain("Agent");
		assertThat(this.browser.texts(".burn-down h3")).containsExactly("Budget of “answers-in-time”",
				"Budget of “succeeds”");
		assertThat(this.browser.texts(".burn-down > p:first-of-type"))
			.containsExactlyElementsOf(objectives.findValuesAsString("sentence"));
		assertThat(this.browser.all(".burn-down canvas")).hasSize(2);
		this.browser.click(".burn-down .numbers summary");
		this.browser.await(".burn-down tbody tr");
		assertThat(this.browser.all(".burn-down:first-child tbody tr"))
			.hasSameSizeAs(objectives.path(0).path("burnDown"));
		this.browser.script("arguments[0].focus(); return true", this.browser.find(".burn-down:last-child .canvas"));
		this.browser.press(Keys.END);
		assertThat(this.browser.text(".burn-down:last-child .readout")).contains("(not over)", "% left", "missed it");
		this.browser.prefer("prefers-color-scheme", "dark");
		assertThat(this.browser.axe()).isEmpty();
	}

	@Test
	void objectivesThatNameNobodyAreToldOf() {
		rewriteObjectives((objectives) -> {
			noObjectives(objectives);
			objectives.putArray("problems").add("The pattern <b>*</b> matches nobody.");
		});
		open("");
		assertThat(this.browser.text(".panel-objectives")).contains("The pattern <b>*</b> matches nobody.");
		assertThat(this.browser.axe()).isEmpty();
	}

	@Test
	void objectivesAreNotSpokenOfWhereThereAreNone() {
		rewriteObjectives(PageInBrowserIntegrationTests::noObjectives);
		open("");
		assertThat(this.browser.shows(".panel-objectives")).isFalse();
		rewriteObjectivesOfAgent(ArrayNode::removeAll);
		openAgent("Email Drafter", "");
		assertThat(this.browser.shows(".panel-objectives")).isFalse();
	}

	@Test
	void objectiveOfTooFewExecutionsHasNeitherBudgetNorBurnDown() {
		rewriteObjectivesOfAgent(
				(objectives) -> objectives.forEach((objective) -> ((ObjectNode) objective).put("status", "TOO_FEW")
					.put("sentence", "Too few to say: <i>it takes 20.</i>")));
		openAgent("Email Drafter", "");
		assertThat(this.browser.text(".objectives tbody tr")).contains("Too few runs", "too few to say")
			.doesNotContain("×");
		assertThat(this.browser.text(".burn-down")).contains("Too few to say: <i>it takes 20.</i>");
		assertThat(this.browser.all(".burn-down canvas")).isEmpty();
	}

	@Test
	void estimatedObjectiveShowsItsBound() {
		rewriteObjectivesOfAgent(
				(objectives) -> objectives.forEach((objective) -> ((ObjectNode) objective).put("status", "UNDECIDED")
					.put("attainedPercent", 94.98)
					.put("attainedErrorPercent", 0.251)
					.put("missedError", 3.5)));
		openAgent("Email Drafter", "");
		assertThat(this.browser.text(".objectives .badge")).isEqualTo("On the edge");
		assertThat(this.browser.texts(".objectives .estimated")).first().isEqualTo("≈\u202f94.98\u202f%");
		this.browser.script("arguments[0].focus(); return true", this.browser.all(".objectives .estimated").getLast());
		this.browser.awaitText(".tip", "Estimated: off by at most 3.5 executions.");
		this.browser.press(Keys.ESCAPE);
	}

	@Test
	void budgetIsGoneByTheEarliestOfItsDates() {
		rewriteObjectivesOfAgent((objectives) -> objectives.forEach((objective) -> {
			ArrayNode rates = ((ObjectNode) objective).put("status", "MET").putArray("burnRates");
			rates.addObject().put("hours", 72).put("rate", 1.5).put("budgetGoneAt", "2031-05-09T00:00:00Z");
			rates.addObject().put("hours", 1).put("rate", 14.5).put("budgetGoneAt", "2031-05-01T00:00:00Z");
		}));
		openAgent("Email Drafter", "");
		assertThat(this.browser.texts(".objectives tbody tr:first-child td")).endsWith("14.5×", "–", "1.5×",
				"1 May 2031, 00:00");
		rewriteObjectivesOfAgent((objectives) -> objectives
			.forEach((objective) -> ((ObjectNode) objective).put("status", "MET").putArray("burnRates")));
		openAgent("Bug Reproducer", "");
		assertThat(this.browser.texts(".objectives tbody tr:first-child td")).endsWith("–", "–", "–", "–");
	}

	@Test
	void objectivesThatCannotBeReadAreAnError() {
		for (List<String> path : List.of(List.of("objectives"), List.of("agent", "objectives"))) {
			this.gateway
				.rewrite((query, answer) -> query.contains("burnRates") ? AnswerFields.failing(answer, path) : answer);
			if (path.size() == 1) {
				open("");
			}
			else {
				openAgent("Email Drafter", "");
			}
			assertThat(this.browser.text(".panel-objectives")).contains(AnswerFields.messageOf(path),
					AnswerFields.REQUEST_ID);
			assertThat(this.browser.all(".skeleton")).isEmpty();
			assertThat(this.browser.axe()).isEmpty();
		}
	}

	private void rewriteObjectives(Consumer<ObjectNode> change) {
		this.gateway.rewrite((query, answer) -> {
			if (answer.at("/data/objectives") instanceof ObjectNode objectives) {
				change.accept(objectives);
			}
			return answer;
		});
	}

	private void rewriteObjectivesOfAgent(Consumer<ArrayNode> change) {
		this.gateway.rewrite((query, answer) -> {
			if (answer.at("/data/agent/objectives") instanceof ArrayNode objectives) {
				change.accept(objectives);
			}
			return answer;
		});
	}

	private static void noObjectives(ObjectNode objectives) {
		objectives.put("totalCount", 0);
		objectives.putArray("edges");
	}

	@Test
	void whatHappenedIsMarkedOnTheChartsAndToldBelow() throws Exception {
		String agent = agent("Bug Reproducer");
		Instant start = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(3, ChronoUnit.DAYS);
		annotate("""
				('INCIDENT', '%s', '%s', '<b>The search</b> was down', null, 'https://status.example.com/8812'),
				('DEPLOYMENT', '%s', null, 'Prompts of the week', '%s', null)
				""".formatted(start, start.plusSeconds(7_200), start.plusSeconds(60), agent));
		try {
			this.browser.resize(360, 800);
			open("");
			assertNothingSticksOut();
			assertThat(this.browser.axe()).isEmpty();
			for (String panel : List.of(".panel-executions ", ".panel-times ")) {
				assertThat(this.browser.texts(panel + ".event")).containsExactly("!");
				this.browser.script("arguments[0].focus(); return true", this.browser.find(panel + ".event"));
				assertThat(this.browser.text(".tip")).contains("for 2\u202fh", "Incident: <b>The search</b> was down");
			}
			this.browser.click(".panel-executions .happened summary");
			assertThat(this.browser.texts(".panel-executions .happened summary")).containsExactly("What happened (1)");
			assertThat(this.browser.text(".panel-executions .happened li")).contains("<b>The search</b> was down");
			assertThat(this.browser.find(".panel-executions .happened a").getDomAttribute("href"))
				.isEqualTo("https://status.example.com/8812");
			this.browser.prefer("prefers-color-scheme", "dark");
			assertThat(this.browser.axe()).isEmpty();
			open("#/agents/" + agent + "?window=90d");
			assertNothingSticksOut();
			JsonNode told = this.graphQl
				.data("{ agent(id: \"%s\") { annotations(timeRange: LAST_90_DAYS, first: 100) { kind text } } }"
					.formatted(agent))
				.at("/agent/annotations");
			assertThat(told.findValuesAsString("kind")).contains("INCIDENT", "DEPLOYMENT", "RELEASE");
			assertThat(this.browser.find(".panel-executions .event-incident").getDomAttribute("aria-label"))
				.contains("was down", "Prompts of the week");
			this.browser.click(".panel-executions .happened summary");
			assertThat(this.browser.texts(".panel-executions .happened li bdi"))
				.containsExactlyElementsOf(told.findValuesAsString("text"));
			assertThat(this.browser.axe()).isEmpty();
		}
		finally {
			annotate(null);
		}
	}

	@Test
	void marksDoNotCoverEachOther() throws Exception {
		Instant now = Instant.now();
		StringBuilder notes = new StringBuilder();
		for (int hours = 1; hours < 160; hours += 2) {
			notes.append(notes.isEmpty() ? "" : ",")
				.append("('NOTE', '%s', null, 'note', null, null)".formatted(now.minus(hours, ChronoUnit.HOURS)));
		}
		annotate(notes.toString());
		try {
			this.browser.resize(360, 800);
			open("");
			int narrow = marksSideBySide();
			this.browser.resize(1440, 900);
			this.browser.await("more marks", () -> this.browser.all(".panel-executions .event").size() > narrow);
			assertThat(marksSideBySide()).isGreaterThan(2 * narrow);
		}
		finally {
			annotate(null);
		}
	}

	/** Returns how many marks there are, none of which is in another's way. */
	private int marksSideBySide() {
		List<Map<String, Number>> marks = this.browser.script("""
				return [...document.querySelectorAll('.panel-executions .event')]
					.map((mark) => mark.getBoundingClientRect()).sort((one, other) => one.left - other.left)
					.map(({ left, right }) => ({ left, right }))""");
		assertThat(marks).hasSizeGreaterThan(5);
		for (int index = 1; index < marks.size(); index++) {
			assertThat(Objects.requireNonNull(marks.get(index).get("left")).doubleValue())
				.isGreaterThanOrEqualTo(Objects.requireNonNull(marks.get(index - 1).get("right")).doubleValue());
		}
		return marks.size();
	}

	@Test
	void whatHappenedIsToldAsItWas() {
		Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
		Instant begun = now.minus(2, ChronoUnit.DAYS);
		this.gateway.rewrite((query, answer) -> {
			if (answer.at("/data/dashboard/annotations") instanceof ArrayNode annotations) {
				annotations.removeAll();
				annotate(annotations, "NOTE", begun.plusSeconds(1), begun.plusSeconds(1),
						"at once\n1 Jan Incident: no");
				annotate(annotations, "INCIDENT", begun, null, "is down");
				annotate(annotations, "NOTE", now.minus(8, ChronoUnit.DAYS), now.minus(5, ChronoUnit.DAYS),
						"reaches in");
				annotate(annotations, "NOTE", now.minus(9, ChronoUnit.DAYS), now.minus(8, ChronoUnit.DAYS), "was over");
				annotate(annotations, "NOTE", now.minus(9, ChronoUnit.DAYS), null, "was before");
				annotate(annotations, "INCIDENT", now.minus(60, ChronoUnit.DAYS), null, "was forgotten");
			}
			return answer;
		});
		open("");
		String marks = String.join("\n",
				this.browser.all(".panel-executions .event")
					.stream()
					.map((mark) -> mark.getDomAttribute("data-tip"))
					.toList());
		assertThat(marks.lines()).hasSize(3)
			.anyMatch((line) -> line.endsWith(", goes on Incident: is down"))
			.anyMatch((line) -> line.endsWith(" Note: at once 1 Jan Incident: no"))
			.anyMatch((line) -> line.endsWith(", for 3\u202fd Note: reaches in"))
			.noneMatch((line) -> line.contains(" ms"));
		this.browser.script("arguments[0].focus(); return true",
				this.browser.find(".panel-executions .event-incident"));
		assertThat(this.browser.text(".tip").lines()).hasSize(2);
		this.browser.press(Keys.ESCAPE);
		this.browser.click(".panel-executions .happened summary");
		assertThat(this.browser.texts(".panel-executions .happened li")).hasSize(6)
			.last()
			.asString()
			.contains("its end is not known Incident: was forgotten");
	}

	@Test
	void listThatIsCutOffSaysSo() {
		this.gateway.rewrite((query, answer) -> {
			if (answer.at("/data/dashboard/annotations") instanceof ArrayNode annotations) {
				annotations.removeAll();
				for (int minutes = 1; minutes <= 100; minutes++) {
					annotate(annotations, "NOTE", Instant.now().minus(minutes, ChronoUnit.MINUTES), null, "note");
				}
			}
			return answer;
		});
		open("");
		assertThat(this.browser.text(".panel-executions .happened summary"))
			.isEqualTo("What happened (the newest 100)");
	}

	@Test
	void chartsOfClosedDaysAndWhatHappenedAreOfOneWindow() throws Exception {
		Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
		Set<String> asked = ConcurrentHashMap.newKeySet();
		this.gateway.rewrite((query, answer) -> {
			asked.add(query);
			return answer;
		});
		openAgent("Email Drafter", "type=aggregated&window=7d");
		assertThat(asked).anyMatch((query) -> query.contains("annotations(between: { from: \"%s\", to: \"%s\" }"
			.formatted(today.minus(7, ChronoUnit.DAYS).toString().replace("Z", ".000Z"),
					today.toString().replace("Z", ".000Z"))));
	}

	@Test
	void whatHappenedIsToldWhereNothingRan() throws Exception {
		annotate("('INCIDENT', '%s', null, 'All is down', null, null)"
			.formatted(Instant.now().minus(1, ChronoUnit.HOURS)));
		try {
			openAgent("Policy Drafter", "");
			for (String panel : List.of(".panel-executions", ".panel-times")) {
				assertThat(this.browser.text(panel)).contains("No data", "What happened (1)");
				this.browser.click(panel + " .happened summary");
				assertThat(this.browser.text(panel + " .happened li")).endsWith(", goes on Incident: All is down");
			}
			assertThat(this.browser.axe()).isEmpty();
		}
		finally {
			annotate(null);
		}
	}

	private static void annotate(ArrayNode annotations, String kind, Instant from, @Nullable Instant to, String text) {
		ObjectNode annotation = annotations.addObject();
		annotation.put("kind", kind)
			.put("from", from.toString())
			.put("to", (to != null) ? to.toString() : null)
			.put("text", text);
		annotation.putNull("environment").putNull("link");
	}

	@Test
	void annotationsThatCannotBeReadAreAnErrorAndTheChartIsThere() {
		List<String> path = List.of("dashboard", "annotations");
		this.gateway
			.rewrite((query, answer) -> query.contains("annotations(") ? AnswerFields.failing(answer, path) : answer);
		open("");
		assertThat(this.browser.text(".panel-executions .panel-note")).contains(AnswerFields.messageOf(path));
		assertThat(this.browser.all(".panel-executions canvas")).hasSize(1);
		assertThat(this.browser.all(".events")).isEmpty();
	}

	/** Notes rows, or forgets all. */
	private void annotate(@Nullable String rows) throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute((rows != null)
					? "insert into annotations (kind, starts_at, ends_at, text, agent_id, link) values " + rows
					: "delete from annotations");
		}
	}

	@Test
	void retiredAgentSaysSo() {
		this.gateway.rewrite((query, answer) -> {
			if (answer.at("/data/agent") instanceof ObjectNode agent && agent.has("retiredAt")) {
				agent.put("retiredAt", "2025-01-02T03:04:05Z");
			}
			return answer;
		});
		openAgent("Email Drafter", "");
		assertThat(this.browser.text(".identity .retired")).isEqualTo("Retired 2 Jan 2025, 03:04");
	}

	@Test
	void agentWithoutRunsSaysThatThereIsNoData() {
		openAgent("Policy Drafter", "");
		assertThat(this.browser.text(".panel-numbers")).contains("No data", "no executions in this window");
		assertThat(this.browser.text(".panel-distribution")).contains("No data");
		assertThat(this.browser.text(".panel-runs")).contains("This agent has not run.");
		open("#/agents/" + UUID.randomUUID());
		assertThat(this.browser.text("h1")).isEqualTo("Unknown agent");
		open("#/agents/nonsense");
		assertThat(this.browser.text(".panel-numbers .state-invalid")).contains("must be a UUID");
	}

	@Test
	void estimatedTimesShowTheirBoundWhenPointedAtOrFocused() {
		openAgent("Product Recommender", "window=90d");
		WebElement estimated = this.browser.find(".panel-numbers .estimated");
		assertThat(estimated.getText()).startsWith("≈");
		this.browser.script("arguments[0].focus(); return true", estimated);
		this.browser.await(".tip");
		assertThat(this.browser.text(".tip")).startsWith("Estimated: it lies between the true p");
		this.browser.press(Keys.ESCAPE);
		assertThat(this.browser.shows(".tip")).isFalse();
	}

	@Test
	void whileThereIsNoAnswerThePageSaysThatItIsLoading() {
		this.gateway.hold();
		this.browser.open(this.gateway.address("/"));
		this.browser.await(".skeleton");
		assertThat(this.browser.all(".panel[aria-busy='true']")).hasSizeGreaterThan(4);
		this.gateway.release();
		this.browser.awaitAnswers();
		assertThat(this.browser.all(".skeleton")).isEmpty();
	}

	@Test
	void apiThatIsDownIsSaidAndTheNumbersStayMarkedAsOld() {
		this.networkFails = true;
		open("");
		this.gateway.apply(Gateway.Rule.CUT);
		this.browser.await(".notice-down");
		assertThat(this.browser.text(".notice-down")).contains("The API does not answer", "What you see is from");
		assertThat(this.browser.text(".fresh")).contains("API down");
		assertThat(this.browser.all(".panel-totals .value")).isNotEmpty();
		this.gateway.apply(Gateway.Rule.PASS);
		this.browser.await("recovery", () -> this.browser.all(".notice-down").isEmpty());
		this.gateway.apply(Gateway.Rule.CUT);
		this.browser.open(this.gateway.address("/#/?window=30d"));
		this.browser.await(".state-broken");
		assertThat(this.browser.text(".panel-totals")).contains("The API does not answer");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void changeIsPushedAndShownWithinSeconds(boolean ofOneAgent) throws Exception {
		String name = "Policy Pusher " + ofOneAgent;
		UUID pushed = this.executions.agent(name);
		this.executions.insert(TestExecution.completed(pushed, Instant.now().minusSeconds(90), 1_234));
		open(ofOneAgent ? "#/agents/" + pushed + "?window=24h" : "#/?window=24h&search=" + name.replace(" ", "%20"));
		this.browser.awaitText(".fresh", "live");
		awaitQuiet();
		// not a total of all agents: from that, runs of a day ago go all the time
		String figure = ofOneAgent ? ".panel-numbers .value" : ".agents tbody td:nth-of-type(3)";
		assertThat(this.browser.text(figure)).isEqualTo("1");
		long start = System.nanoTime();
		this.executions.insert(TestExecution.completed(pushed, Instant.now().minusSeconds(60), 1_234));
		this.browser.await("two executions", () -> this.browser.text(figure).equals("2"));
		long ms = (System.nanoTime() - start) / 1_000_000;
		System.out.printf("A change of %s is shown after %d ms%n", ofOneAgent ? "an agent" : "the overview", ms);
		// the page itself asks again only once a minute
		assertThat(ms).isLessThan(10_000);
	}

	@Test
	void pageIsNotLiveBeforeTheServerHasSentSomething() {
		this.gateway.apply(Gateway.Rule.SILENT_PUSH);
		open("");
		assertThat(this.browser.text(".fresh")).contains("connecting");
	}

	/**
	 * Some of the fields, others each time; -Dagent-metrics.failing-fields=all for all.
	 */
	@Test
	void noFieldThatFailsLooksLikeOneWithoutAValue() throws Exception {
		AnswerFields fields = new AnswerFields(this.graphQl);
		int step = System.getProperty("agent-metrics.failing-fields", "some").equals("all") ? 1 : 4;
		int start = ThreadLocalRandom.current().nextInt(step);
		System.out.printf("Fields that fail: each %d. from number %d%n", step, start);
		for (String address : List.of("#/?compare=on&window=24h",
				"#/agents/" + agent("Product Recommender") + "?compare=on&window=24h")) {
			Map<String, Set<List<String>>> paths = new ConcurrentHashMap<>();
			this.gateway.rewrite((query, answer) -> {
				paths.put(panelOf(query), fields.nullable(query, answer.path("data")));
				return answer;
			});
			open(address);
			long healthy = nothings();
			assertThat(paths).hasSizeGreaterThan(4);
			long rounds = paths.values().stream().mapToInt(Set::size).max().orElseThrow();
			// each panel asks a query of its own, so that one field of each can fail at a
			// time
			for (int round = start; round < rounds; round += step) {
				int number = round;
				Map<String, List<String>> failing = new HashMap<>();
				Set<List<String>> failed = ConcurrentHashMap.newKeySet();
				for (Map.Entry<String, Set<List<String>>> query : paths.entrySet()) {
					query.getValue()
						.stream()
						.skip(number)
						.findFirst()
						.ifPresent((path) -> failing.put(query.getKey(), path));
				}
				this.gateway.rewrite((query, answer) -> {
					List<String> path = failing.get(panelOf(query));
					if (path == null) {
						return answer;
					}
					failed.add(path);
					return AnswerFields.failing(answer, path);
				});
				open(address);
				assertThat(this.browser.all(".skeleton")).as("%s", failing).isEmpty();
				assertThat(failed).isNotEmpty();
				this.browser.await(failed + " told as errors", () -> {
					String shown = this.browser.text("main");
					return shown.contains(AnswerFields.REQUEST_ID)
							&& failed.stream().map(AnswerFields::messageOf).allMatch(shown::contains);
				});
				assertThat(nothings()).as("%s", failing).isLessThanOrEqualTo(healthy);
			}
			System.out.printf("%d fields can fail in %s%n", paths.values().stream().mapToInt(Set::size).sum(), address);
		}
	}

	/** The queries of a panel differ in moments alone. */
	private static String panelOf(String query) {
		return query.replaceAll("\\d{4}-\\d\\d-[\\dT:.]+Z|ms: \\d+", "");
	}

	/**
	 * How often it is said that there is nothing, which is no way to say that there is an
	 * error.
	 */
	private long nothings() {
		return Pattern
			.compile("None|No data|No errors|No such agent|All is well|No agents yet|Too early|has not run|–|∅")
			.matcher(this.browser.text("main"))
			.results()
			.count();
	}

	@Test
	void panelThatCannotBeDrawnSaysSo() {
		this.gateway.rewrite((query, answer) -> {
			if (answer.path("data").path("dashboard").path("series") instanceof ObjectNode series) {
				series.put("points", 5);
			}
			return answer;
		});
		open("");
		assertThat(this.browser.text(".panel-executions")).contains("The page cannot show this");
		assertThat(this.browser.all(".skeleton")).isEmpty();
		assertThat(this.browser.console()).isNotEmpty().allMatch((line) -> line.contains("is not a function"));
	}

	@Test
	void ageIsToldByTheClockOfTheServer() {
		Object identifier = this.browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
				const real = Date;
				globalThis.Date = class extends real {
					constructor(...given) {
						super(...given.length ? given : [real.now() + 300_000]);
					}
					static now() {
						return real.now() + 300_000;
					}
				};
				""")).get("identifier");
		try {
			open("");
			this.browser.awaitText(".fresh", "live");
			assertThat(this.browser.<Long>script("return Date.now()"))
				.isGreaterThan(System.currentTimeMillis() + 200_000);
			assertThat(this.browser.shows(".notice")).isFalse();
		}
		finally {
			this.browser.command("Page.removeScriptToEvaluateOnNewDocument",
					Map.of("identifier", Objects.requireNonNull(identifier)));
		}
	}

	@Test
	void dailyRowsOfAWindowThatEndsAtMidnightEndWithTheDayBefore() throws Exception {
		LocalDate day = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC).minusDays(3);
		open("#/?window=custom&from=" + day + "T00:00:00Z&to=" + day.plusDays(1) + "T00:00:00Z");
		export("Daily rows, CSV for Excel");
		Path file = awaitDownload("agent-metrics-%s-%s.csv".formatted(day, day.plusDays(1)));
		assertThat(Files.readString(file)).startsWith("\uFEFFmetric_date,");
		assertThat(Files.readAllLines(file).stream().skip(1)).isNotEmpty()
			.allMatch((line) -> line.startsWith(day.toString()));
	}

	@Test
	void dailyRowsSayThatTheyAreOfAllReleasesAndEnvironments() throws Exception {
		open("");
		this.browser.click(".menu summary");
		assertThat(this.browser.text(".menu ul")).doesNotContain("environments");
		open("#/?environment=staging");
		this.browser.click(".menu summary");
		assertThat(this.browser.text(".menu ul")).endsWith("Daily rows are of all releases and environments.");
		assertThat(this.browser.axe()).isEmpty();
		openAgent("Email Drafter", "release=none");
		this.browser.click(".menu summary");
		assertThat(this.browser.text(".menu ul")).contains("Daily rows are of all releases and environments.");
	}

	@Test
	void releaseInTheAddressOfAllAgentsSaysNothing() {
		List<String> asked = new CopyOnWriteArrayList<>();
		this.gateway.rewrite((query, answer) -> {
			asked.add(query);
			return answer;
		});
		open("#/?window=30d&release=none&status=failed");
		assertThat(asked).isNotEmpty().noneMatch((query) -> query.contains("none"));
		assertThat(this.browser.all(".agents tbody .name")).hasSize(25);
		assertThat(this.browser.shows(".alone")).isFalse();
		this.browser.click(".agents tbody .name");
		this.browser.await(".agent h1");
		this.browser.awaitAnswers();
		assertThat(this.browser.address()).contains("window=30d").doesNotContain("release", "status");
	}

	@ParameterizedTest
	@CsvSource({ "2026-03-04T10:00:00Z,2026-06-20T23:30:00Z", "2025-09-17T00:00:00Z,2026-01-10T12:00:00Z",
			"2026-06-01T10:00:00Z,2026-06-12T22:00:00Z", "2026-06-03T05:30:00Z,2026-06-03T10:00:00Z",
			"2026-10-30T00:00:00Z,2026-11-12T00:00:00Z" })
	void windowBeforeIsCutAtTheSamePlaces(String from, String to) throws Exception {
		open("");
		for (boolean ofOneAgent : List.of(false, true)) {
			String queries = this.browser.promise(
					"""
							const { dashboardSeries, agentSeries } = await import('/assets/queries.js');
							const state = { window: 'custom', type: 'hybrid', compare: 'on', from: arguments[0], to: arguments[1], agent: arguments[2] };
							return (arguments[2] ? agentSeries : dashboardSeries)(state);
							""",
					from, to, ofOneAgent ? this.htmlAgent.toString() : "");
			JsonNode data = this.graphQl.data(queries);
			JsonNode now = (ofOneAgent ? data.path("agentMetrics") : data.path("dashboard")).path("series")
				.path("points");
			JsonNode before = ofOneAgent ? data.path("before").path("series").path("points")
					: data.path("dashboard").path("before").path("points");
			assertThat(now.size()).isPositive();
			Duration earlier = Duration.between(moment(before, 0, "from"), moment(now, 0, "from"));
			assertThat(before).hasSameSizeAs(now);
			for (int point = 0; point < now.size(); point++) {
				assertThat(moment(before, point, "from").plus(earlier)).isEqualTo(moment(now, point, "from"));
				assertThat(moment(before, point, "to").plus(earlier)).isEqualTo(moment(now, point, "to"));
			}
			assertThat(moment(before, before.size() - 1, "to")).isBeforeOrEqualTo(moment(now, 0, "from"));
		}
	}

	private static Instant moment(JsonNode points, int point, String end) {
		return Instant.parse(points.path(point).path(end).asString());
	}

	@Test
	void emptyDatabaseIsNeitherWellNorWanting() {
		assertThat(this.emptyPage)
			.contains("No agents yet", "There are no agents yet.", "there is none yet",
					"names agents by '*', which matches no agent.")
			.doesNotContain("All is well", "0\u202f%", "missing", "Stale");
	}

	@Test
	void nameThatCannotBeSeenIsWrittenOutAndLinked() throws Exception {
		try (var connection = this.product.dataSource().getConnection(); var statement = connection.createStatement()) {
			statement.execute("update agents set external_id = '<b>job</b>' where id = '" + this.blankAgent + "'");
		}
		open("#/?sort=name&search=" + "%E2%80%8B");
		assertThat(this.browser.texts(".agents tbody .name")).containsExactly("invisible: U+200B");
		this.browser.click(".agents tbody .name");
		this.browser.awaitText("h1", "invisible: U+200B");
		this.browser.awaitAnswers();
		assertThat(this.browser.title()).startsWith("invisible: U+200B");
		assertThat(this.browser.text(".identity")).contains(this.blankAgent.toString(), "Copy id",
				"Called by its platform", "<b>job</b>");
		assertThat(this.browser.text(".panel-stuck")).contains("pending for").doesNotContain("running");
		assertThat(this.browser.text(".panel-errors")).doesNotContain("No errors");
	}

	@Test
	void nameThatIsCutShowsWhenItIsPointedAt() {
		open("#/?sort=name&search=Long%20name");
		WebElement name = this.browser.find(".agents tbody .name");
		this.browser.script("arguments[0].focus(); return true", name);
		this.browser.await(".tip");
		assertThat(this.browser.text(".tip")).startsWith("Long name name");
		this.browser.press(Keys.ESCAPE);
	}

	@Test
	void percentilesThatAreTheSameShareALine() {
		open("#/agents/" + this.htmlAgent);
		assertThat(this.browser.texts(".mark text")).containsExactly("p50 = p95 = p99 1.5\u202fs");
		assertThat(this.browser.texts(".histogram > text")).doesNotHaveDuplicates();
	}

	@Test
	void placeInTheTableIsThereAfterBack() {
		open("#/?sort=name&rows=25");
		this.browser.click(".pager button:last-of-type");
		this.browser.awaitText(".pager", "Page 2");
		this.browser.awaitAnswers();
		this.browser.script(
				"document.querySelector('.agents tbody tr:nth-child(9) .name').scrollIntoView({ block: 'center' }); return true");
		long before = this.browser.<Number>script("return scrollY").longValue();
		assertThat(before).isPositive();
		String name = this.browser.text(".agents tbody tr:nth-child(9) .name");
		this.browser.click(".agents tbody tr:nth-child(9) .name");
		this.browser.awaitText("h1", name);
		this.browser.awaitAnswers();
		this.browser.back();
		this.browser.await(".overview");
		this.browser.awaitAnswers();
		this.browser.await("the place",
				() -> Math.abs(this.browser.<Number>script("return scrollY").longValue() - before) < 60);
		assertThat(this.browser.texts(".agents tbody .name")).contains(name);
	}

	@Test
	void scriptsThatAreRefusedAreTold() {
		this.networkFails = true;
		this.gateway.apply(Gateway.Rule.REFUSE_SCRIPTS);
		this.browser.open(this.gateway.address("/"));
		this.browser.await(".starting");
		assertThat(this.browser.text(".starting")).contains("X-Forwarded-Host");
	}

	/**
	 * Waits until the page has shown what came with the first event, and asks for nothing
	 * more.
	 */
	private void awaitQuiet() throws InterruptedException {
		this.gateway.seen();
		long quiet = System.nanoTime();
		while (System.nanoTime() - quiet < 4_000_000_000L) {
			TimeUnit.MILLISECONDS.sleep(100);
			if (!this.gateway.seen().isEmpty()) {
				quiet = System.nanoTime();
			}
		}
	}

	@Test
	void withoutPushThePageAsksAgainAndSaysSo() {
		this.gateway.apply(Gateway.Rule.REFUSE_PUSH);
		open("");
		this.browser.awaitText(".fresh", "asks every 15 s");
		this.browser.click("[aria-pressed].quiet");
		assertThat(this.browser.text(".fresh")).contains("paused");
	}

	@Test
	void tokenIsAskedForKeptInMemoryAndSentWithEverything() {
		this.networkFails = true;
		this.gateway.require("secret-token");
		this.browser.open(this.gateway.address("/"));
		this.browser.await(".sign-in");
		assertThat(this.browser.text(".sign-in")).contains("The server asks for a token.");
		this.browser.find("#token").sendKeys("wrong", Keys.ENTER);
		this.browser.awaitText(".sign-in", "does not accept this token");
		this.gateway.seen();
		this.browser.find("#token").sendKeys("Bearer secret-token", Keys.ENTER);
		this.browser.await(".overview");
		this.browser.awaitAnswers();
		this.browser.awaitText(".fresh", "live");
		export("Daily rows, CSV");
		String today = Instant.now().toString().substring(0, 10);
		awaitDownload("agent-metrics-%s-%s.csv".formatted(LocalDate.parse(today).minusDays(7),
				LocalDate.parse(today).plusDays(1)));
		List<Gateway.Seen> seen = this.gateway.seen();
		assertThat(seen).extracting(Gateway.Seen::accept).contains("text/event-stream");
		assertThat(seen).extracting(Gateway.Seen::path).anyMatch((path) -> path.startsWith("/api/"));
		assertThat(seen).extracting(Gateway.Seen::authorization).containsOnly("Bearer secret-token");
		assertThat(this.browser.<String>script(
				"return JSON.stringify([localStorage, sessionStorage, document.cookie, document.documentElement.outerHTML])"))
			.doesNotContain("secret-token");
		this.browser.open(this.gateway.address("/"));
		this.browser.await(".sign-in");
	}

	@Test
	void whatIsShownCanBeExported() throws Exception {
		open("#/?search=re&sort=name");
		export("What is shown, CSV");
		List<String> lines = Files.readAllLines(awaitDownload("agents.csv"));
		assertThat(lines.getFirst()).startsWith("agent_id,agent,health,why,executions,failed,success_rate");
		assertThat(lines.stream().skip(1).map((line) -> line.split(",")[1].replace("\"", "")))
			.containsExactlyElementsOf(
					this.browser.texts(".agents tbody th").stream().map((name) -> name.replace("\"", "")).toList());
		export("What is shown, JSON");
		JsonNode json = GraphQlClient.parse(Files.readString(awaitDownload("agents.json")));
		assertThat(json.path("rows")).hasSize(lines.size() - 1);
		assertThat(json.path("series").size()).isPositive();
		assertThat(json.path("asOf").asString()).isNotEmpty();
	}

	@Test
	void everyPanelsQueryCanBeCopiedAndAsked() throws Exception {
		this.browser.allowClipboard();
		for (String address : List.of("", "#/agents/" + agent("Product Recommender") + "?compare=on&window=30d")) {
			open(address);
			int panels = this.browser.all(".copy").size();
			assertThat(panels).isGreaterThan(4);
			for (int panel = 0; panel < panels; panel++) {
				this.browser.all(".copy").get(panel).click();
				this.browser.awaitText(".toast", "The query is in the clipboard.");
				String query = this.browser.promise("return navigator.clipboard.readText()");
				assertThat(this.graphQl.data(query)).isNotEmpty();
			}
		}
	}

	@Test
	void namesAndMessagesOfAnyKindAreText() {
		open("#/?rows=100&sort=name");
		assertThat(this.browser.texts(".agents tbody th")).contains(HTML_NAME, ARABIC_NAME, LONG_NAME);
		assertThat(this.browser.all(".agents img, main script")).isEmpty();
		assertThat(this.browser.title()).isEqualTo("Overview · Agent Metrics");
		assertNothingSticksOut();
		open("#/agents/" + this.htmlAgent);
		assertThat(this.browser.text("h1")).isEqualTo(HTML_NAME);
		assertThat(this.browser.texts(".message")).containsExactly(HTML_ERROR);
		open("#/agents/" + this.longAgent);
		assertThat(this.browser.texts(".message").getFirst()).startsWith("An error without an end An error");
		assertThat(this.browser.texts(".panel-numbers .value")).contains("1\u202fd 1\u202fh");
		assertNothingSticksOut();
	}

	@Test
	void releaseTokensCostAndTraceOfRunsAreShownWhereTheyAreKnown() throws Exception {
		UUID agent = this.executions.agent("Traced");
		Instant start = Instant.now().minus(1, ChronoUnit.HOURS);
		UUID traced = this.executions
			.insert(new TestExecution(agent, ExecutionStatus.COMPLETED, start.plusSeconds(1), 1_500L, null, null));
		this.executions.insert(new TestExecution(agent, ExecutionStatus.COMPLETED, start, 1_500L, null, null));
		try (var connection = this.product.dataSource().getConnection(); var statement = connection.createStatement()) {
			statement.execute("update agent_executions set agent_version = '<b>' || repeat('v', 190) || '</b>', "
					+ "input_tokens = 1200, output_tokens = 80, cached_input_tokens = 1000, cost_usd = 0.012345, "
					+ "external_id = '\"><script>' where id = '" + traced + "'");
		}
		this.browser.resize(360, 800);
		open("#/agents/" + agent);
		assertNothingSticksOut();
		assertThat(this.browser.axe()).isEmpty();
		assertThat(this.browser.texts(".runs th")).containsExactly("Started", "Status", "Took", "Release", "Tokens",
				"Cost", "Error", "Trace", "Id");
		assertThat(this.browser.texts(".runs tr:nth-child(1) td:nth-child(n + 4)")).containsExactly(
				"<b>" + "v".repeat(190) + "</b>", "1,200 in, 80 out", "$0.0123", "", "Open", traced.toString());
		assertThat(this.browser.texts(".runs tr:nth-child(2) td:nth-child(n + 4):not(:last-child)"))
			.containsExactly("–", "–", "–", "", "–");
		WebElement link = this.browser.find(".runs a");
		assertThat(link.getDomAttribute("href")).isEqualTo("https://traces.example.com/trace/%22%3E%3Cscript%3E");
		assertThat(link.getDomAttribute("rel")).isEqualTo("noopener noreferrer");
		open("#/agents/" + this.htmlAgent);
		assertThat(this.browser.texts(".runs th")).containsExactly("Started", "Status", "Took", "Error", "Id");
	}

	@ParameterizedTest
	@ValueSource(ints = { 360, 414, 768, 1024, 1280, 1920 })
	void bothViewsFitEveryWidth(int width) {
		this.browser.resize(width, 800);
		open("");
		assertNothingSticksOut();
		openAgent("Product Recommender", "compare=on");
		assertNothingSticksOut();
	}

	@Test
	void colourSchemeFollowsTheSystemUntilTheReaderChooses() {
		this.browser.prefer("prefers-color-scheme", "dark");
		open("");
		String dark = ground();
		this.browser.prefer("prefers-color-scheme", "light");
		String light = ground();
		assertThat(light).isNotEqualTo(dark);
		this.browser.click("[aria-label='Use dark colours']");
		assertThat(ground()).isEqualTo(dark);
		open("");
		assertThat(ground()).isEqualTo(dark);
		this.browser.click("[aria-label='Use light colours']");
		assertThat(ground()).isEqualTo(light);
		this.browser.script("localStorage.clear(); return true");
	}

	@Test
	void keyboardIsEnough() {
		open("");
		this.browser.script("document.activeElement.blur(); return true");
		this.browser.press(Keys.TAB);
		assertThat(this.browser.<Boolean>script("return document.activeElement.matches('.skip')")).isTrue();
		this.browser.tabTo(".segmented button[value='30d']");
		this.browser.press(Keys.ENTER);
		assertThat(this.browser.address()).endsWith("window=30d");
		this.browser.tabTo(".menu summary");
		this.browser.press(Keys.ENTER);
		this.browser.await(".menu ul");
		this.browser.press(Keys.ESCAPE);
		assertThat(this.browser.shows(".menu ul")).isFalse();
		this.browser.awaitAnswers();
		this.browser.tabTo(".panel-executions .canvas");
		this.browser.press(Keys.ARROW_LEFT);
		assertThat(this.browser.text(".panel-executions .readout")).contains("(not over)", "executions");
		this.browser.tabTo(".agents thead th:nth-child(4) button");
		this.browser.press(Keys.SPACE);
		assertThat(this.browser.address()).contains("sort=executions");
		this.browser.awaitAnswers();
		this.browser.tabTo(".agents tbody a");
		String name = this.browser.text(".agents tbody a");
		this.browser.press(Keys.ENTER);
		this.browser.awaitText("h1", name);
		this.browser.awaitAnswers();
	}

	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void axeFindsNothing(String scheme) {
		this.browser.prefer("prefers-color-scheme", scheme);
		open("#/?compare=on");
		assertThat(this.browser.axe()).isEmpty();
		openAgent("Product Recommender", "window=90d&compare=on");
		assertThat(this.browser.axe()).isEmpty();
		this.browser.resize(360, 800);
		assertThat(this.browser.axe()).isEmpty();
	}

	@Test
	void daysThatAreNotAggregatedInTimeAreStale() throws Exception {
		open("");
		assertThat(this.browser.shows(".notice-stale")).isFalse();
		try (var connection = this.product.dataSource().getConnection(); var statement = connection.createStatement()) {
			statement
				.execute("create table kept as select * from aggregated_days where metric_date > current_date - 4");
			statement.execute("delete from aggregated_days where metric_date > current_date - 4");
			this.browser.await("stale days", () -> {
				open("");
				return this.browser.shows(".notice-stale");
			});
			assertThat(this.browser.text(".notice-stale")).contains("days are aggregated only through", "days behind");
			statement.execute("insert into aggregated_days select * from kept");
			statement.execute("drop table kept");
		}
	}

	@Test
	void picturesForTheReadmeAreTaken() {
		assertThat(PICTURES.resolve("overview.png")).isNotEmptyFile();
		assertThat(PICTURES.resolve("agent.png")).isNotEmptyFile();
	}

	private void open(String hash) {
		this.browser.open(this.gateway.address("/" + hash));
		this.browser.awaitAnswers();
	}

	private void openAgent(String name, String parameters) {
		try {
			open("#/agents/" + agent(name) + "?" + parameters);
		}
		catch (IOException | InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private String agent(String name) throws IOException, InterruptedException {
		return this.graphQl.data("{ agents(search: \"" + name + "\") { edges { node { id } } } }")
			.path("agents")
			.path("edges")
			.path(0)
			.path("node")
			.path("id")
			.asString();
	}

	private void fill(String input, Instant moment) {
		this.browser.script("""
				arguments[0].value = arguments[1];
				arguments[0].dispatchEvent(new Event('input', { bubbles: true }));
				return true""", this.browser.find(input), moment.toString().substring(0, 16).replace('T', ' '));
	}

	private void export(String what) {
		this.browser.click(".menu summary");
		this.browser.await(".menu ul");
		this.browser.all(".menu button")
			.stream()
			.filter((button) -> button.getText().equals(what))
			.findFirst()
			.orElseThrow()
			.click();
	}

	private Path awaitDownload(String name) {
		Path file = this.downloads.resolve(name);
		this.browser.await("download of " + name, () -> Files.exists(file));
		return file;
	}

	private String ground() {
		return this.browser.script("return getComputedStyle(document.body).backgroundColor");
	}

	private void assertNothingSticksOut() {
		assertThat(this.browser
			.<Long>script("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
			.isZero();
	}

	private static String grouped(long number) {
		return String.format(java.util.Locale.ROOT, "%,d", number);
	}

}
