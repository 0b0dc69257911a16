package io.agentmetrics.api.metrics.source;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class UsageIntegrationTests {

	private static final MetricsFields USAGE = new MetricsFields(true, false, false, false, Set.of(), false, true,
			true);

	private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

	private static final Instant NOW = TODAY.atTime(12, 34, 56).toInstant(ZoneOffset.UTC);

	private static final long SEED = Long.getLong("seed", System.nanoTime());

	private static TestDatabase database;

	private static JdbcClient jdbc;

	private static TestMetricsSource source;

	private static List<UUID> agents;

	@BeforeAll
	static void store() {
		System.out.println("Seed: " + SEED);
		database = TestDatabase.create();
		jdbc = JdbcClient.create(database.dataSource());
		source = new TestMetricsSource(jdbc);
		agents = TestUsage.store(database.dataSource(), 3_000, NOW, Duration.ofDays(12), 3, SEED);
		new TestAggregator(database.dataSource(), ZoneOffset.UTC).close(TODAY.minusDays(13), TODAY);
	}

	@AfterAll
	static void dropDatabase() {
		database.close();
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void tokensAndCostsAreThoseOfTheExecutions(MetricType type) {
		for (Window window : List.of(new Window(NOW.minus(Duration.ofDays(9)), NOW), new Window(start(5), start(2)))) {
			source.read(agents, new MetricsQuestion(new Period.Between(window), type, USAGE))
				.forEach((agent, answer) -> assertUsage(agent, answer));
		}
	}

	@Test
	void nothingOfThemIsReadUnlessItIsSelected() {
		Window window = new Window(NOW.minus(Duration.ofDays(9)), NOW);
		for (MetricType type : MetricType.values()) {
			source.read(agents, new MetricsQuestion(new Period.Between(window), type, MetricsFields.statistics()))
				.values()
				.forEach((answer) -> {
					assertThat(answer.metrics().usage()).isEqualTo(UsageTotals.NONE);
					assertThat(answer.metrics().tokens()).contains(LatencySketch.empty());
				});
		}
	}

	private static void assertUsage(UUID agent, AgentMetrics answer) {
		UsageTotals usage = answer.metrics().usage();
		UsageTotals expected = expected(agent, answer.provenance().from(), answer.provenance().to());
		assertThat(usage.costUsd()).isEqualByComparingTo(expected.costUsd()).isPositive();
		assertThat(new UsageTotals(usage.tokenExecutions(), usage.inputTokens(), usage.outputTokens(),
				usage.cachedInputTokens(), usage.costExecutions(), expected.costUsd()))
			.isEqualTo(expected);
		LatencySketch tokens = answer.metrics().tokens().orElseThrow();
		assertThat(tokens.count()).isEqualTo(usage.tokenExecutions());
		assertThat(tokens.sumMs()).isEqualTo(usage.tokens());
		long[] sorted = sorted(agent, answer.provenance().from(), answer.provenance().to());
		for (double rank : new double[] { 0.5, 0.95, 0.99 }) {
			long value = tokens.quantileMs(rank).orElseThrow();
			double bound = tokens.rankErrorPercent(rank) / 100 + 1.0 / sorted.length;
			assertThat(share(sorted, value)).isBetween(rank - bound, 1.0);
			assertThat(share(sorted, value - 1)).isBetween(0.0, rank + bound);
		}
	}

	private static UsageTotals expected(UUID agent, Instant from, Instant to) {
		return jdbc
			.sql("""
					select count(*) filter (where input_tokens is not null or output_tokens is not null) as token_executions,
						sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens,
						sum(cached_input_tokens) as cached_input_tokens, count(cost_usd) as cost_executions,
						sum(cost_usd) as cost_usd
					from agent_executions
					where agent_id = :agent and execution_start >= :from and execution_start < :to
					""")
			.param("agent", agent)
			.param("from", from.atOffset(ZoneOffset.UTC))
			.param("to", to.atOffset(ZoneOffset.UTC))
			.query((row, number) -> new UsageTotals(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4),
					row.getLong(5), row.getObject(6, BigDecimal.class)))
			.single();
	}

	private static long[] sorted(UUID agent, Instant from, Instant to) {
		return jdbc.sql("""
				select coalesce(input_tokens, 0) + coalesce(output_tokens, 0)
				from agent_executions
				where agent_id = :agent and execution_start >= :from and execution_start < :to
					and (input_tokens is not null or output_tokens is not null)
				order by 1
				""")
			.param("agent", agent)
			.param("from", from.atOffset(ZoneOffset.UTC))
			.param("to", to.atOffset(ZoneOffset.UTC))
			.query(Long.class)
			.stream()
			.mapToLong(Long::longValue)
			.toArray();
	}

	/** The share of the values that are at or below one. */
	private static double share(long[] sorted, long value) {
		int below = 0;
		while (below < sorted.length && sorted[below] <= value) {
			below++;
		}
		return (double) below / sorted.length;
	}

	private static Instant start(int daysAgo) {
		return TODAY.minusDays(daysAgo).atStartOfDay().toInstant(ZoneOffset.UTC);
	}

}
