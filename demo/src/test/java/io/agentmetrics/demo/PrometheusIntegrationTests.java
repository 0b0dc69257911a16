package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real Prometheus scrapes two replicas of the API and the aggregator.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PrometheusIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final String COUNTED = "sum by (agent_id, status) (agent_execution_total) > 0";

	private static final List<String> OF_THE_API = List.of("agent_execution_total",
			"agent_execution_duration_seconds_bucket", "agent_execution_duration_seconds_sum",
			"agent_execution_duration_seconds_count", "agent_execution_errors_total", "agent_execution_tokens_total",
			"agent_execution_cost_usd_total", "agent_success_rate", "agent_metrics_series_agents",
			"agent_metrics_series_agents_limit", "agent_metrics_publisher_leader",
			"agent_metrics_publisher_lag_seconds", "agent_metrics_aggregation_age_seconds",
			"agent_metrics_aggregation_dates_behind", "agent_metrics_aggregation_agent_dates_waiting",
			"agent_metrics_aggregation_last_run_duration_seconds", "agent_metrics_aggregation_last_run_rows_per_second",
			"agent_metrics_aggregation_last_run_failed", "agent_metrics_aggregation_reconciliation_failures_total");

	private static final List<String> OF_THE_AGGREGATOR = List.of("agent_metrics_aggregator_dates_planned",
			"agent_metrics_aggregator_dates_written_total", "agent_metrics_aggregator_agent_dates_written_total",
			"agent_metrics_aggregator_agent_dates_failed_total", "agent_metrics_aggregator_executions_read_total",
			"agent_metrics_aggregator_read_bytes_total", "agent_metrics_aggregator_slices_in_flight",
			"agent_metrics_aggregator_run_seconds", "spring_batch_job_active_seconds_max",
			"spring_batch_step_active_seconds_max");

	private final List<Product.RunningApi> apis = new ArrayList<>();

	private final int aggregatorPort = Ports.free();

	private Product product;

	private PrometheusServer prometheus;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		PrometheusServer.requireInstalled("prometheus", "promtool");
		this.product = Product.migrated(directory.resolve("product"));
		execute("insert into agents (name) select 'agent ' || n from generate_series(1, 9) n");
		execute("""
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				select id, gen_random_uuid(), 'COMPLETED', now() - day * interval '1 day', 100
				from agents, generate_series(1, 20) day, generate_series(1, 20) run
				""");
		Map<String, String> settings = Map.of("AGENT_METRICS_EXPOSITION_FRESHNESS", "1s",
				"AGENT_METRICS_EXPOSITION_AT_ZERO", "1s");
		this.apis.add(this.product.api(settings));
		this.apis.add(this.product.api(settings));
		this.prometheus = PrometheusServer.start(directory,
				Map.of("api", this.apis.stream().map((api) -> api.management().getAuthority()).toList(), "aggregator",
						List.of("localhost:" + this.aggregatorPort)));
		await(() -> this.prometheus.query("agent_metrics_publisher_leader == 1").size() == 1);
	}

	@AfterAll
	void stop() throws IOException {
		if (this.prometheus != null) {
			this.prometheus.close();
		}
		this.apis.forEach(Product.RunningApi::close);
		if (this.product != null) {
			this.product.close();
		}
	}

	@Test
	@Order(1)
	void tenThousandExecutionsOfFourWritersWithSlowCommitsAreCountedExactly() throws Exception {
		long seed = System.nanoTime();
		System.out.println("PrometheusIntegrationTests seed " + seed);
		write(seed, 2_500);
		assertCountersEqualTheTable();
	}

	@Test
	@Order(2)
	void aggregatorIsScrapedWhileItRuns() throws Exception {
		try (ExecutorService threads = Executors.newSingleThreadExecutor();
				Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			// it stays at work until it may write
			statement.execute("lock table agent_metrics in share mode");
			Future<Product.Run> run = threads.submit(() -> this.product
				.aggregatorWith(Map.of("AGENT_METRICS_EXPOSITION_PORT", String.valueOf(this.aggregatorPort))));
			for (String name : OF_THE_AGGREGATOR) {
				await(() -> !this.prometheus.query(name).isEmpty());
			}
			assertNoFindings(get(URI.create("http://localhost:" + this.aggregatorPort + "/actuator/prometheus")));
			connection.rollback();
			assertThat(run.get().exitCode()).as(run.get().output()).isZero();
		}
	}

	@Test
	@Order(3)
	void everyMetricIsThereWhenTheAggregatorIsGone() throws Exception {
		// each replica looks at its own time
		await(() -> this.prometheus.query("agent_metrics_aggregation_last_run_duration_seconds").size() == 2);
		for (String name : OF_THE_API) {
			assertThat(this.prometheus.query(name)).as(name).isNotEmpty();
		}
		await(() -> this.prometheus.query("agent_metrics_aggregation_dates_behind == 0").size() == 2);
		await(() -> this.prometheus.query("agent_metrics_aggregation_age_seconds < 60").size() == 2);
		await(() -> this.prometheus.query("agent_metrics_aggregation_last_run_rows_per_second > 0").size() == 2);
		for (Product.RunningApi api : this.apis) {
			assertNoFindings(get(api.management().resolve("/actuator/prometheus")));
		}
	}

	@Test
	@Order(4)
	void killedReplicaLosesNoCountAndAtMostOneScrape() throws Exception {
		int leading = leader();
		Product.RunningApi killed = this.apis.get(leading);
		Product.RunningApi other = this.apis.get(1 - leading);
		killed.process().handle().destroyForcibly();
		write(7, 250);
		assertCountersEqualTheTable();
		List<Double> before = this.prometheus.times("agent_execution_total{status=\"COMPLETED\",instance=\"%s\"}[10m]"
			.formatted(killed.management().getAuthority()));
		List<Double> after = this.prometheus.times("agent_execution_total{status=\"COMPLETED\",instance=\"%s\"}[10m]"
			.formatted(other.management().getAuthority()));
		double gap = after.stream().min(Double::compare).orElseThrow()
				- before.stream().max(Double::compare).orElseThrow();
		System.out.printf("Without counters for %.1f s%n", gap);
		assertThat(gap).as("seconds without counters; deploy/prometheus scrapes every 15").isPositive().isLessThan(15);
	}

	private void assertCountersEqualTheTable() throws SQLException {
		Map<String, Double> table = new TreeMap<>();
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("""
						select agent_id || ' ' || status, count(*) from agent_executions
						where finished_in is not null and execution_start > now() - interval '1 hour' group by 1
						""")) {
			while (result.next()) {
				table.put(result.getString(1), result.getDouble(2));
			}
		}
		awaitEqual(COUNTED, table);
		Map<String, Double> failed = table.entrySet()
			.stream()
			.filter((count) -> count.getKey().matches(".* (FAILED|TIMEOUT)"))
			.collect(Collectors.groupingBy((count) -> count.getKey().replaceFirst(" .*", ""), TreeMap::new,
					Collectors.summingDouble(Map.Entry::getValue)));
		awaitEqual("sum by (agent_id) (agent_execution_errors_total)", failed);
	}

	private void awaitEqual(String expression, Map<String, Double> expected) {
		await(() -> this.prometheus.query(expression).equals(expected));
		assertThat(this.prometheus.query(expression)).isEqualTo(expected);
	}

	private int leader() {
		await(() -> this.prometheus.query("agent_metrics_publisher_leader == 1").size() == 1);
		String instance = this.prometheus.query("agent_metrics_publisher_leader == 1").keySet().iterator().next();
		return instance.contains(this.apis.getFirst().management().getAuthority()) ? 0 : 1;
	}

	/** Only our own: what libraries export is theirs. */
	private static void assertNoFindings(String metrics) throws IOException, InterruptedException {
		String own = metrics.lines()
			.filter((line) -> line.matches("(# (HELP|TYPE) )?agent_.*"))
			.map((line) -> line + "\n")
			.collect(Collectors.joining());
		assertThat(own).isNotEmpty();
		assertThat(PrometheusServer.check(own)).isEmpty();
	}

	private void write(long seed, int executions) throws Exception {
		try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
			List<Callable<Void>> all = new ArrayList<>();
			for (int writer = 0; writer < 4; writer++) {
				Random random = new Random(seed + writer);
				all.add(() -> write(random, executions));
			}
			for (Future<Void> one : writers.invokeAll(all)) {
				one.get();
			}
		}
	}

	private Void write(Random random, int executions) throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			int written = 0;
			while (written < executions) {
				int rows = Math.min(executions - written, 1 + random.nextInt(250));
				statement.execute(
						"""
								insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms, error_type)
								select (array(select id from agents))[1 + (random() * 8)::int], gen_random_uuid(),
									(array['COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED', 'RUNNING'])[1 + (random() * 4)::int],
									now(), random() * 100000, (array['ToolError', null])[1 + (random())::int]
								from generate_series(1, %d)
								"""
							.formatted(rows));
				statement.execute("select pg_sleep(%s)".formatted(random.nextDouble() / 2));
				if (random.nextInt(5) == 0) {
					connection.rollback();
				}
				else {
					connection.commit();
					written += rows;
				}
			}
		}
		return null;
	}

	private void execute(String sql) throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static String get(URI address) throws IOException, InterruptedException {
		try (HttpClient client = HttpClient.newHttpClient()) {
			return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString()).body();
		}
	}

	private static void await(BooleanSupplier condition) {
		long end = System.nanoTime() + SOON.toNanos();
		while (!condition.getAsBoolean() && System.nanoTime() < end) {
			LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
		}
		assertThat(condition.getAsBoolean()).isTrue();
	}

}
