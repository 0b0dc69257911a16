package io.agentmetrics.api.agent;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.api.metrics.source.Metrics;
import io.agentmetrics.api.metrics.source.UsageTotals;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.Significance;
import io.agentmetrics.model.number.Percent;
import io.agentmetrics.model.sketch.DistributionDistance;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * Two slices of an agent's executions side by side, and whether they differ by more than
 * chance; the type of the same name of the GraphQL schema.
 * <p>
 * Success rates are compared by the two-proportion test, times and tokens by the
 * Kolmogorov-Smirnov test. What the three say is corrected for there being three (S.
 * Holm, Scandinavian Journal of Statistics 6, 1979): of slices that are alike, at most
 * one comparison in 20 finds any difference at all. That supposes executions that do not
 * depend on each other.
 *
 * @param note why nothing is tested; empty if it is
 */
record Comparison(AgentMetrics baseline, AgentMetrics candidate, Optional<String> note, Difference successRate,
		Difference executionTime, Difference tokens, Difference cost) {

	/** Of fewer times or tokens the largest distance says little. */
	private static final int FEWEST = 20;

	private static final String IN_COMMON = "The slices have executions in common, so that their differences cannot be tested: name two windows, releases or environments that exclude each other.";

	static Comparison between(AgentMetrics baseline, AgentMetrics candidate) {
		Optional<String> note = baseline.mayShareExecutionsWith(candidate) ? Optional.of(IN_COMMON) : Optional.empty();
		Metrics one = baseline.metrics();
		Metrics other = candidate.metrics();
		Map<Test, OptionalDouble> chances = new EnumMap<>(Test.class);
		if (note.isEmpty()) {
			chances.put(Test.SUCCESS_RATE, chanceOfRates(one.counts(), other.counts()));
			chances.put(Test.EXECUTION_TIME, chanceOfDistributions(times(one), times(other)));
			chances.put(Test.TOKENS, chanceOfDistributions(tokens(one), tokens(other)));
		}
		List<Test> significant = significant(chances);
		Function<Test, Result> result = (test) -> new Result(Optional.ofNullable(chances.get(test)),
				significant.contains(test));
		return new Comparison(baseline, candidate, note,
				successRate(one.counts(), other.counts(), result.apply(Test.SUCCESS_RATE)),
				executionTime(times(one), times(other), result.apply(Test.EXECUTION_TIME)),
				tokens(tokens(one), tokens(other), result.apply(Test.TOKENS)), cost(one, other));
	}

	/** Returns what differs by more than chance, in a sentence or two. */
	public String summary() {
		if (this.note.isPresent()) {
			return this.note.get();
		}
		List<Difference> tested = List.of(this.successRate, this.executionTime, this.tokens);
		List<String> found = tested.stream()
			.filter((difference) -> difference.verdict().isSignificant())
			.map(Difference::sentence)
			.toList();
		if (!found.isEmpty()) {
			return String.join(" ", found);
		}
		return tested.stream().allMatch((difference) -> difference.verdict() == Verdict.TOO_FEW)
				? "There are too few executions to tell whether the slices differ."
				: "Nothing that can be tested differs by more than chance.";
	}

	private static LatencySketch times(Metrics metrics) {
		return metrics.distribution().orElse(LatencySketch.empty());
	}

	private static LatencySketch tokens(Metrics metrics) {
		return metrics.tokens().orElse(LatencySketch.empty());
	}

	private static OptionalDouble chanceOfRates(ExecutionCounts one, ExecutionCounts other) {
		if (Math.min(one.finished(), other.finished()) >= FEWEST
				&& (one.failed() + other.failed() == 0 || one.successful() + other.successful() == 0)) {
			// all of both: nothing to be tested could be more alike
			return OptionalDouble.of(1);
		}
		return Significance.chanceOfRates(one.successful(), one.finished(), other.successful(), other.finished());
	}

	private static OptionalDouble chanceOfDistributions(LatencySketch one, LatencySketch other) {
		return (Math.min(one.count(), other.count()) < FEWEST) ? OptionalDouble.empty()
				: OptionalDouble.of(DistributionDistance.between(one, other).chance());
	}

	/**
	 * Returns the tests that find a difference: from the least likely on, as long as each
	 * is less likely than the level shared among those that are left.
	 */
	private static List<Test> significant(Map<Test, OptionalDouble> chances) {
		List<Test> made = chances.keySet()
			.stream()
			.filter((test) -> chanceOf(chances, test).isPresent())
			.sorted(Comparator.comparing((test) -> chanceOf(chances, test).orElseThrow()))
			.toList();
		List<Test> significant = new ArrayList<>();
		for (Test test : made) {
			if (chanceOf(chances, test).orElseThrow() >= Significance.LEVEL / (made.size() - significant.size())) {
				break;
			}
			significant.add(test);
		}
		return significant;
	}

	private static OptionalDouble chanceOf(Map<Test, OptionalDouble> chances, Test test) {
		return chances.getOrDefault(test, OptionalDouble.empty());
	}

	private static Difference successRate(ExecutionCounts one, ExecutionCounts other, Result result) {
		ComparedValue rate = new ComparedValue(ComparedValue.Name.RATE, rate(one), rate(other));
		String numbers = words("Of %,d finished executions %s were successful, of %,d of the baseline %s",
				other.finished(), percent(rate.candidate()), one.finished(), percent(rate.baseline()));
		return result.of(one.finished(), other.finished(), List.of(rate), numbers);
	}

	private static Difference executionTime(LatencySketch one, LatencySketch other, Result result) {
		return ofDistributions(one, other, "ms", result);
	}

	private static Difference tokens(LatencySketch one, LatencySketch other, Result result) {
		return ofDistributions(one, other, "tokens", result);
	}

	private static Difference ofDistributions(LatencySketch one, LatencySketch other, String unit, Result result) {
		List<ComparedValue> values = List.of(
				new ComparedValue(ComparedValue.Name.AVERAGE, Rounding.average(one.sumMs(), one.count()),
						Rounding.average(other.sumMs(), other.count())),
				quantiles(ComparedValue.Name.P50, 0.5, one, other), quantiles(ComparedValue.Name.P95, 0.95, one, other),
				quantiles(ComparedValue.Name.P99, 0.99, one, other));
		String numbers = words("%s took %s, %s of the baseline %s", executions(other.count()), amounts(other, unit),
				executions(one.count()), amounts(one, unit));
		return result.of(one.count(), other.count(), values, numbers);
	}

	private static Difference cost(Metrics one, Metrics other) {
		UsageTotals usage = one.usage();
		UsageTotals otherUsage = other.usage();
		Cost cost = Cost.of(one);
		Cost otherCost = Cost.of(other);
		List<ComparedValue> values = List.of(
				new ComparedValue(ComparedValue.Name.AVERAGE, real(cost.perExecutionUsd()),
						real(otherCost.perExecutionUsd())),
				new ComparedValue(ComparedValue.Name.PER_SUCCESSFUL_EXECUTION, real(cost.perSuccessfulExecutionUsd()),
						real(otherCost.perSuccessfulExecutionUsd())));
		String sentence = words(
				"%s cost %s each and %s per successful one, %s of the baseline %s and %s. Costs are stored as sums, whose differences cannot be tested.",
				executions(otherUsage.costExecutions()), usd(otherCost.perExecutionUsd()),
				usd(otherCost.perSuccessfulExecutionUsd()), executions(usage.costExecutions()),
				usd(cost.perExecutionUsd()), usd(cost.perSuccessfulExecutionUsd()));
		return new Difference(usage.costExecutions(), otherUsage.costExecutions(), values, OptionalDouble.empty(),
				Verdict.NOT_TESTED, sentence);
	}

	private static OptionalDouble rate(ExecutionCounts counts) {
		return (counts.finished() > 0) ? OptionalDouble.of(Percent.of(counts.successful(), counts.finished()))
				: OptionalDouble.empty();
	}

	private static ComparedValue quantiles(ComparedValue.Name name, double rank, LatencySketch one,
			LatencySketch other) {
		return new ComparedValue(name, real(one.quantileMs(rank)), real(other.quantileMs(rank)));
	}

	private static OptionalDouble real(OptionalLong value) {
		return value.isPresent() ? OptionalDouble.of(value.getAsLong()) : OptionalDouble.empty();
	}

	private static OptionalDouble real(Optional<BigDecimal> value) {
		return value.map((usd) -> OptionalDouble.of(usd.doubleValue())).orElse(OptionalDouble.empty());
	}

	private static String executions(long count) {
		return (count == 1) ? "1 execution" : words("%,d executions", count);
	}

	private static String percent(OptionalDouble rate) {
		return rate.isPresent() ? words("%s %%", rate.getAsDouble()) : "none";
	}

	private static String amounts(LatencySketch sketch, String unit) {
		return (sketch.count() == 0) ? "none" : words("up to %,d %s (half), %,d (95 %%)",
				sketch.quantileMs(0.5).orElseThrow(), unit, sketch.quantileMs(0.95).orElseThrow());
	}

	private static String usd(Optional<BigDecimal> usd) {
		return usd.map((value) -> value.toPlainString() + " USD").orElse("nothing that is known");
	}

	private static String words(String format, Object... values) {
		return String.format(Locale.ROOT, format, values);
	}

	/**
	 * The tests that are made.
	 */
	private enum Test {

		SUCCESS_RATE, EXECUTION_TIME, TOKENS

	}

	/**
	 * What a test has found.
	 *
	 * @param pValue empty if it was not made; inside empty if there were too few
	 * @param significant whether it has found a difference
	 */
	private record Result(Optional<OptionalDouble> pValue, boolean significant) {

		private Difference of(long baselineCount, long candidateCount, List<ComparedValue> values, String numbers) {
			Verdict verdict = verdict(values);
			OptionalDouble chance = this.pValue.orElse(OptionalDouble.empty());
			String conclusion = switch (verdict) {
				case LOWER -> "lower by more than chance" + inBrackets(chance);
				case HIGHER -> "higher by more than chance" + inBrackets(chance);
				case DIFFERENT -> "different by more than chance" + inBrackets(chance);
				case NOT_SIGNIFICANT -> "which may be chance" + inBrackets(chance);
				case TOO_FEW -> "too few to tell";
				case NOT_TESTED -> "not tested";
			};
			return new Difference(baselineCount, candidateCount, values, chance, verdict,
					numbers + ": " + conclusion + ".");
		}

		private Verdict verdict(List<ComparedValue> values) {
			if (this.pValue.isEmpty()) {
				return Verdict.NOT_TESTED;
			}
			if (this.pValue.get().isEmpty()) {
				return Verdict.TOO_FEW;
			}
			if (!this.significant) {
				return Verdict.NOT_SIGNIFICANT;
			}
			boolean rose = values.stream().anyMatch((value) -> value.direction() > 0);
			boolean fell = values.stream().anyMatch((value) -> value.direction() < 0);
			if (rose == fell) {
				return Verdict.DIFFERENT;
			}
			return rose ? Verdict.HIGHER : Verdict.LOWER;
		}

		private static String inBrackets(OptionalDouble chance) {
			double p = chance.orElse(1);
			return (p < 0.001) ? " (p < 0.001)" : words(" (p = %.3f)", p);
		}

	}

}
