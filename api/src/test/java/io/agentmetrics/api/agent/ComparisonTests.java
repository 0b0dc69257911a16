package io.agentmetrics.api.agent;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToLongFunction;

import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.api.metrics.source.Metrics;
import io.agentmetrics.api.metrics.source.MetricsFields;
import io.agentmetrics.api.metrics.source.MetricsQuestion;
import io.agentmetrics.api.metrics.source.UsageTotals;
import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ComparisonTests {

	private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

	private static final int COMPARISONS = 500;

	/** One of a thousand times as long as the median, and more. */
	private static final ToLongFunction<Random> PARETO = (
			random) -> (long) (100 / Math.pow(1 - random.nextDouble(), 0.9));

	private static final ToLongFunction<Random> LOG_NORMAL = logNormal(1);

	/** Of many executions that took the same. */
	private static final ToLongFunction<Random> FEW_VALUES = (random) -> 100L * (1 + random.nextInt(4));

	@ParameterizedTest
	@CsvSource({ "2000, 30, 30, 0.9, PARETO", "2000, 30, 30, 0.5, FEW_VALUES", "2000, 40, 400, 0.9, LOG_NORMAL",
			"2000, 300, 300, 0.98, PARETO", "1000, 900, 900, 0.7, LOG_NORMAL", "300, 2000, 1500, 0.95, LOG_NORMAL" })
	void ofSlicesThatAreAlikeAtMostOneComparisonInTwentyFindsADifference(int comparisons, int count, int otherCount,
			double successRate, String distribution) {
		Random random = random();
		ToLongFunction<Random> times = switch (distribution) {
			case "PARETO" -> PARETO;
			case "FEW_VALUES" -> FEW_VALUES;
			default -> LOG_NORMAL;
		};
		double found = 0;
		for (int i = 0; i < comparisons; i++) {
			found += finds(slice(random, "1", count, successRate, times),
					slice(random, "2", otherCount, successRate, times));
		}
		// chance exceeds this once in 10,000 times
		assertThat(found / comparisons).isLessThanOrEqualTo(0.05 + 3.72 * Math.sqrt(0.05 * 0.95 / comparisons));
	}

	/** The figures of docs/metrics.md. */
	@ParameterizedTest
	@CsvSource({ "200, 0.98, 0.93, 1.0, 55", "500, 0.98, 0.93, 1.0, 94", "500, 0.98, 0.96, 1.0, 30",
			"2000, 0.98, 0.96, 1.0, 91", "200, 0.98, 0.98, 1.5, 89", "500, 0.98, 0.98, 1.2, 51",
			"1000, 0.98, 0.98, 1.2, 85" })
	void differencesAreFoundAsOftenAsIsDocumented(int count, double successRate, double otherSuccessRate, double slower,
			int percent) {
		Random random = random();
		double found = 0;
		for (int i = 0; i < COMPARISONS; i++) {
			found += finds(slice(random, "1", count, successRate, LOG_NORMAL),
					slice(random, "2", count, otherSuccessRate, logNormal(slower)));
		}
		assertThat(100 * found / COMPARISONS).isCloseTo(percent, within(8.0));
	}

	@Test
	void worseReleaseIsToldInPlainEnglish() {
		Comparison comparison = Comparison.between(slice("1", 980, 20, 100), slice("2", 900, 100, 200));
		assertThat(comparison.note()).isEmpty();
		assertThat(comparison.successRate().verdict()).isEqualTo(Verdict.LOWER);
		assertThat(comparison.successRate().sentence()).isEqualTo(
				"Of 1,000 finished executions 90.0 % were successful, of 1,000 of the baseline 98.0 %: lower by more than chance (p < 0.001).");
		assertThat(comparison.executionTime().verdict()).isEqualTo(Verdict.HIGHER);
		assertThat(comparison.executionTime().sentence()).isEqualTo(
				"1,000 executions took up to 200 ms (half), 200 (95 %), 1,000 executions of the baseline up to 100 ms (half), 100 (95 %): higher by more than chance (p < 0.001).");
		assertThat(comparison.executionTime().values()).first()
			.satisfies((average) -> assertThat(average.difference()).hasValue(100));
		assertThat(comparison.summary()).isEqualTo(comparison.successRate().sentence() + " "
				+ comparison.executionTime().sentence() + " " + comparison.tokens().sentence());
		assertThat(comparison.cost().verdict()).isEqualTo(Verdict.NOT_TESTED);
		assertThat(comparison.cost().values()).last()
			.satisfies((perSuccess) -> assertThat(perSuccess.percent()).hasValue(8.89));
	}

	@Test
	void tooFewAreNeverCalledDifferent() {
		Comparison comparison = Comparison.between(slice("1", 19, 0, 1), slice("2", 0, 19, 1_000_000));
		assertThat(List.of(comparison.executionTime(), comparison.tokens())).extracting(Difference::verdict)
			.containsOnly(Verdict.TOO_FEW);
		comparison = Comparison.between(slice("1", 4, 0, 1), slice("2", 0, 4, 1_000_000));
		assertThat(comparison.successRate().verdict()).isEqualTo(Verdict.TOO_FEW);
		assertThat(comparison.successRate().pValue()).isEmpty();
		assertThat(comparison.summary()).isEqualTo("There are too few executions to tell whether the slices differ.");
		assertThat(Comparison.between(slice("1", 0, 0, 1), slice("2", 0, 0, 1)).summary())
			.isEqualTo("There are too few executions to tell whether the slices differ.");
	}

	@Test
	void slicesWithoutAnyFailureAreAlike() {
		Comparison comparison = Comparison.between(slice("1", 500, 0, 7), slice("2", 40, 0, 7));
		assertThat(comparison.successRate().verdict()).isEqualTo(Verdict.NOT_SIGNIFICANT);
		assertThat(comparison.summary()).isEqualTo("Nothing that can be tested differs by more than chance.");
	}

	@Test
	void whatRisesInPartAndFallsInPartIsOnlyDifferent() {
		Random random = random();
		Comparison comparison = Comparison.between(slice(random, "1", 1_000, 0.9, (any) -> 100L),
				slice(random, "2", 1_000, 0.9, (any) -> (any.nextInt(4) == 0) ? 1_000 : 10L));
		assertThat(comparison.executionTime().verdict()).isEqualTo(Verdict.DIFFERENT);
	}

	@Test
	void slicesWithExecutionsInCommonAreNotTested() {
		for (String version : new String[] { "1", "" }) {
			Comparison comparison = Comparison.between(slice("1", 980, 20, 100), slice(version, 900, 100, 200));
			assertThat(comparison.note()).isPresent();
			assertThat(List.of(comparison.successRate(), comparison.executionTime(), comparison.tokens(),
					comparison.cost()))
				.extracting(Difference::verdict)
				.containsOnly(Verdict.NOT_TESTED);
			assertThat(comparison.summary()).startsWith("The slices have executions in common");
		}
	}

	private static int finds(AgentMetrics one, AgentMetrics other) {
		Comparison comparison = Comparison.between(one, other);
		return (comparison.successRate().verdict().isSignificant()
				|| comparison.executionTime().verdict().isSignificant()
				|| comparison.tokens().verdict().isSignificant()) ? 1 : 0;
	}

	private static Random random() {
		long seed = Long.getLong("seed", 17);
		System.out.println("Seed: " + seed);
		return new Random(seed);
	}

	private static ToLongFunction<Random> logNormal(double times) {
		return (random) -> (long) (1_000 * times * Math.exp(random.nextGaussian()));
	}

	private static AgentMetrics slice(String version, int successful, int failed, long each) {
		long[] values = new long[successful + failed];
		Arrays.fill(values, each);
		return slice(version, successful, failed, LatencySketch.of(values), LatencySketch.of(values));
	}

	private static AgentMetrics slice(Random random, String version, int count, double successRate,
			ToLongFunction<Random> distribution) {
		LatencySketch.Builder times = LatencySketch.builder();
		LatencySketch.Builder tokens = LatencySketch.builder();
		int successful = 0;
		for (int i = 0; i < count; i++) {
			successful += (random.nextDouble() < successRate) ? 1 : 0;
			times.add(distribution.applyAsLong(random));
			tokens.add(LOG_NORMAL.applyAsLong(random));
		}
		return slice(version, successful, count - successful, times.build(), tokens.build());
	}

	/** Of one release, or of all without one. */
	private static AgentMetrics slice(String version, int successful, int failed, LatencySketch times,
			LatencySketch tokens) {
		Window window = new Window(NOW.minus(Duration.ofDays(7)), NOW);
		ExecutionFilter filter = version.isEmpty() ? ExecutionFilter.ALL
				: ExecutionFilter.of(new ExecutionFilter.Input(List.of(version), false, null, false));
		int count = successful + failed;
		Metrics metrics = new Metrics(new ExecutionCounts(successful, failed, 0, 0, failed),
				Optional.of(ExecutionTimes.of(times)), Optional.of(Trend.STABLE), Optional.of(times), Map.of(),
				new UsageTotals(count, tokens.sumMs(), 0, 0, count,
						new BigDecimal("0.01").multiply(BigDecimal.valueOf(count))),
				Optional.of(tokens));
		return new AgentMetrics(new UUID(0, 1),
				new MetricsQuestion(new Period.Between(window), MetricType.HYBRID, filter, MetricsFields.none()),
				metrics, ErrorGroups.empty(), Set.of(), Optional.empty(),
				new Provenance(window.from(), window.to(), "UTC", Optional.empty(), NOW, List.of()));
	}

}
