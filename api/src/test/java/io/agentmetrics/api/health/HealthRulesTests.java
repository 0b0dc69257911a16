package io.agentmetrics.api.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

import io.agentmetrics.model.sketch.LatencySketch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HealthRulesTests {

	private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

	private static final Baseline USUAL = new Baseline(2_000, 40, 2_000, OptionalLong.of(10_000),
			OptionalLong.of(30_000), Rhythm.UNKNOWN);

	private final HealthRules rules = new HealthRules(new HealthProperties(Duration.ofSeconds(15), 28, 0.001,
			new HealthProperties.ErrorRate(10, 5, 20, 20, 50, Duration.ofDays(30)),
			new HealthProperties.Latency(20, 1.5, 3),
			new HealthProperties.Stuck(3, Duration.ofHours(1), 3, Duration.ofDays(30))));

	@ParameterizedTest
	@CsvSource({
			// finished, failed: 2 % is usual
			"9, 9, TOO_FEW", "10, 0, OK", "100, 2, OK",
			// 6 points more, but by chance once in 100 times
			"50, 4, OK",
			// significant, but only 2 points more
			"10000, 400, OK",
			// 7 points and more
			"200, 18, WARN", "200, 43, WARN",
			// 20 points and more
			"200, 44, ALERT", "10, 10, ALERT" })
	void errorRateIsJudgedAgainstTheUsualOne(long finished, long failed, HealthStatus status) {
		assertThat(this.rules.judge(finished(finished, failed), USUAL, NOW, NOW).status()).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource({
			// where 10 % are usual, 2 of 10 fail in one case of four
			"10, 2, OK", "10, 5, OK", "10, 6, ALERT", "100, 22, WARN", "100, 20, OK" })
	void highRateThatMayBeChanceSaysNothing(long finished, long failed, HealthStatus status) {
		Baseline flaky = new Baseline(1_000, 100, 0, OptionalLong.empty(), OptionalLong.empty(), Rhythm.UNKNOWN);
		assertThat(this.rules.judge(finished(finished, failed), flaky, NOW, NOW).status()).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource({ "100, 19, OK", "100, 20, WARN", "100, 49, WARN", "100, 50, ALERT" })
	void errorRateIsJudgedWithoutUsualOne(long finished, long failed, HealthStatus status) {
		AgentHealth health = this.rules.judge(finished(finished, failed), Baseline.NONE, NOW, NOW);
		assertThat(health.status()).isEqualTo(status);
		assertThat(health.findings()).singleElement()
			.extracting(HealthFinding::baseline)
			.isEqualTo(OptionalDouble.empty());
	}

	@ParameterizedTest
	@CsvSource({
			// 4 of 4 come once in 625 times where 20 % fail, 5 of 5 once in 3,125
			"4, 4, TOO_FEW", "5, 5, ALERT", "7, 7, ALERT", "9, 6, TOO_FEW", "9, 7, ALERT", "9, 0, TOO_FEW",
			// ten are enough
			"10, 0, OK", "10, 6, OK", "10, 7, ALERT" })
	void lastExecutionsAreJudgedWhereTheDayHasTooFew(int finished, int failed, HealthStatus status) {
		assertThat(this.rules.judge(last(finished, failed), Baseline.NONE, NOW, NOW).status()).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource({
			// 2 % are usual: 2 of 10 come once in 70 times, 3 of 10 once in 1,200
			"10, 2, OK", "10, 3, ALERT", "3, 2, TOO_FEW", "2, 2, ALERT" })
	void lastExecutionsAreJudgedAgainstTheUsualRate(int finished, int failed, HealthStatus status) {
		assertThat(this.rules.judge(last(finished, failed), USUAL, NOW, NOW).status()).isEqualTo(status);
	}

	@Test
	void lastExecutionsAreNotPartOfWhatIsUsual() {
		// all that failed of 28 nights are the last ones
		Baseline nightly = new Baseline(27, 6, 0, OptionalLong.empty(), OptionalLong.empty(), Rhythm.UNKNOWN);
		LastExecutions last = new LastExecutions(10, 7, 9, 6, NOW.minus(Duration.ofDays(9)));
		RecentExecutions recent = new RecentExecutions(1, 1, 1, 0, OptionalLong.empty(), 0, 0, 0, 0, Optional.empty(),
				last);
		AgentHealth health = this.rules.judge(recent, nightly, NOW, NOW);
		assertThat(health.status()).isEqualTo(HealthStatus.ALERT);
		assertThat(health.summary()).isEqualTo(
				"70 % of the last 10 finished executions failed, the first of them started 9 d 0 h ago; 0 % of 18 is usual.");
		assertThat(health.findings()).singleElement()
			.isEqualTo(new HealthFinding(HealthRule.ERROR_RATE, HealthStatus.ALERT, 70, OptionalDouble.of(0), 10, 7,
					last.since(), Optional.empty(), health.summary()));
	}

	@Test
	void lastExecutionsOfAnAgentThatDoesNothingOnlyTellThatItFails() {
		LastExecutions failed = new LastExecutions(7, 7, 7, 7, NOW.minus(Duration.ofDays(8)));
		LastExecutions fine = new LastExecutions(10, 0, 10, 0, NOW.minus(Duration.ofDays(8)));
		assertThat(this.rules.judge(idle(failed), USUAL, NOW, NOW).status()).isEqualTo(HealthStatus.ALERT);
		AgentHealth health = this.rules.judge(idle(fine), USUAL, NOW, NOW);
		assertThat(health.status()).isEqualTo(HealthStatus.NO_DATA);
		assertThat(health.summary()).isEqualTo("No executions in the last 24 hours.");
		assertThat(health).isEqualTo(this.rules.judge(RecentExecutions.NONE, Baseline.NONE, NOW, NOW));
	}

	private static RecentExecutions idle(LastExecutions last) {
		return new RecentExecutions(0, 0, 0, 0, OptionalLong.empty(), 0, 0, 0, 0, Optional.empty(), last);
	}

	@Test
	void executionIsStuckAtLastWhenItIsTakenForAbandoned() {
		Baseline slow = new Baseline(2_000, 40, 2_000, OptionalLong.of(10_000), OptionalLong.of(Long.MAX_VALUE),
				Rhythm.UNKNOWN);
		assertThat(this.rules.stuckAfter(slow)).isEqualTo(Duration.ofDays(30));
	}

	@Test
	void timesThatNoExecutionCanTakeAreNotUsual() {
		LatencySketch.Builder times = LatencySketch.builder().add(1_795_694_944_804_803L).add(Long.MAX_VALUE);
		for (int ms = 1; ms <= 38; ms++) {
			times.add(ms);
		}
		Baseline baseline = Baseline.of(40, 0, times.build(), Rhythm.UNKNOWN);
		assertThat(baseline)
			.isEqualTo(new Baseline(40, 0, 38, OptionalLong.of(37), OptionalLong.of(38), Rhythm.UNKNOWN));
		assertThat(this.rules.stuckAfter(baseline)).isEqualTo(Duration.ofHours(1));
		assertThat(Baseline.of(1, 0, LatencySketch.of(Long.MAX_VALUE), Rhythm.UNKNOWN))
			.isEqualTo(new Baseline(1, 0, 0, OptionalLong.empty(), OptionalLong.empty(), Rhythm.UNKNOWN));
	}

	@Test
	void countsBeyondAllMeasureAreJudgedAtOnce() {
		Baseline most = new Baseline(Long.MAX_VALUE, Long.MAX_VALUE / 50, 0, OptionalLong.empty(), OptionalLong.empty(),
				Rhythm.UNKNOWN);
		assertThat(this.rules.judge(finished(200, 43), most, NOW, NOW).status()).isEqualTo(HealthStatus.WARN);
		assertThat(this.rules.judge(finished(Long.MAX_VALUE, Long.MAX_VALUE / 11), most, NOW, NOW).status())
			.isEqualTo(HealthStatus.WARN);
	}

	@Test
	void rateThatIsAlwaysHighIsWorthAWarning() {
		Baseline bad = new Baseline(1_000, 300, 0, OptionalLong.empty(), OptionalLong.empty(), Rhythm.UNKNOWN);
		assertThat(this.rules.judge(finished(100, 30), bad, NOW, NOW).status()).isEqualTo(HealthStatus.WARN);
	}

	@ParameterizedTest
	@CsvSource({
			// timed, p95, how many above 10 s, of which 5 % are usual
			"100, 14999, 20, OK", "100, 15000, 20, WARN", "100, 29999, 20, WARN", "100, 30000, 20, ALERT",
			// one slow run in twenty says nothing
			"20, 90000, 2, OK", "20, 90000, 7, ALERT", "19, 90000, 19, OK" })
	void latencyIsJudgedByRatioAndSignificance(long timed, long p95Ms, long slow, HealthStatus status) {
		RecentExecutions recent = new RecentExecutions(timed, timed, 0, timed, OptionalLong.of(p95Ms), slow, 0, 0, 0,
				Optional.empty(), LastExecutions.NONE);
		assertThat(this.rules.judge(recent, USUAL, NOW, NOW).status()).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource({ "0, TOO_FEW", "1, WARN", "2, WARN", "3, ALERT" })
	void stuckExecutionsAreCounted(long stuck, HealthStatus status) {
		RecentExecutions recent = new RecentExecutions(5, 0, 0, 0, OptionalLong.empty(), 0, 5, stuck, 99_000_000,
				Optional.empty(), LastExecutions.NONE);
		AgentHealth health = this.rules.judge(recent, USUAL, NOW, NOW);
		assertThat(health.status()).isEqualTo(status);
		assertThat(health.stuckExecutionCount()).isEqualTo(stuck);
	}

	@Test
	void executionIsStuckAfterAMultipleOfTheUsualP99ButNeverBeforeTheFloor() {
		assertThat(this.rules.stuckAfter(USUAL)).isEqualTo(Duration.ofHours(1));
		assertThat(this.rules.stuckAfter(Baseline.NONE)).isEqualTo(Duration.ofHours(1));
		assertThat(this.rules
			.stuckAfter(new Baseline(20, 0, 20, OptionalLong.of(1), OptionalLong.of(7_200_000), Rhythm.UNKNOWN)))
			.isEqualTo(Duration.ofHours(6));
		// the p99 of a few is their maximum
		assertThat(this.rules
			.stuckAfter(new Baseline(19, 0, 19, OptionalLong.of(1), OptionalLong.of(7_200_000), Rhythm.UNKNOWN)))
			.isEqualTo(Duration.ofHours(1));
	}

	@Test
	void worstFindingComesFirstAndSaysWhy() {
		RecentExecutions recent = new RecentExecutions(203, 200, 18, 200, OptionalLong.of(95_000), 60, 3, 1, 5_400_000,
				Optional.empty(), LastExecutions.NONE);
		AgentHealth health = this.rules.judge(recent, USUAL, NOW, NOW);
		assertThat(health.findings()).extracting(HealthFinding::rule)
			.containsExactly(HealthRule.LATENCY, HealthRule.ERROR_RATE, HealthRule.STUCK);
		assertThat(health.findings()).extracting(HealthFinding::sentence)
			.containsExactly(
					"95 % of 200 executions of the last 24 hours took up to 1 min 35 s; 10.0 s of 2,000 is usual.",
					"9 % of 200 finished executions of the last 24 hours failed; 2 % of 2,000 is usual.",
					"1 of 3 executions in progress: longer than 1 h 0 min, the longest for 1 h 30 min; 99 % of 2,000 took up to 30.0 s.");
		assertThat(health.summary()).isEqualTo(health.findings().getFirst().sentence());
		assertThat(health.computedAt()).isEqualTo(NOW);
	}

	@Test
	void ofOneStatusTheFindingWithTheMostDamageComesFirst() {
		// 15 failed where 4 would, 30 were slow where 10 are, 2 hang
		RecentExecutions recent = new RecentExecutions(202, 200, 19, 200, OptionalLong.of(15_000), 30, 2, 2, 5_400_000,
				Optional.empty(), LastExecutions.NONE);
		AgentHealth health = this.rules.judge(recent, USUAL, NOW, NOW);
		assertThat(health.findings()).extracting(HealthFinding::status).containsOnly(HealthStatus.WARN);
		assertThat(health.findings()).extracting(HealthFinding::rule)
			.containsExactly(HealthRule.LATENCY, HealthRule.ERROR_RATE, HealthRule.STUCK);
		assertThat(health.findings()).extracting(HealthFinding::damage).containsExactly(20L, 15L, 2L);
		assertThat(health.damage()).isEqualTo(37);
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = {
			// finished and failed of 1.0, 2.0 and those that do not say
			"100, 2, 100, 40, 0, 0, 2.0", "100, 40, 100, 2, 50, 1, 1.0",
			// the others have the same trouble
			"100, 30, 100, 60, 0, 0, -",
			// no more than chance
			"100, 20, 100, 24, 0, 0, -",
			// too few
			"100, 2, 8, 6, 0, 0, -",
			// it has no name
			"100, 2, 100, 2, 100, 60, -",
			// no others
			"0, 0, 200, 80, 0, 0, -" })
	void findingNamesTheReleaseThatCarriesIt(long finished, long failed, long finishedOf2, long failedOf2,
			long finishedOfNone, long failedOfNone, @Nullable String release) {
		List<ReleaseExecutions> releases = Stream
			.of(new ReleaseExecutions(Optional.of("1.0"), finished, failed, 0, 0),
					new ReleaseExecutions(Optional.of("2.0"), finishedOf2, failedOf2, 0, 0),
					new ReleaseExecutions(Optional.empty(), finishedOfNone, failedOfNone, 0, 0))
			.filter((executions) -> executions.finished() > 0)
			.toList();
		HealthFinding finding = this.rules.judge(finished(200, 80), USUAL, NOW, NOW).findings().getFirst();
		assertThat(this.rules.withRelease(finding, releases, USUAL).release()).isEqualTo(Optional.ofNullable(release));
	}

	@Test
	void releaseThatIsSlowIsNamed() {
		RecentExecutions recent = new RecentExecutions(200, 200, 4, 200, OptionalLong.of(30_000), 60, 0, 0, 0,
				Optional.empty(), LastExecutions.NONE);
		List<ReleaseExecutions> releases = List.of(new ReleaseExecutions(Optional.of("1.0"), 100, 2, 100, 5),
				new ReleaseExecutions(Optional.of("2.0"), 100, 2, 100, 55));
		HealthFinding finding = this.rules.judge(recent, USUAL, NOW, NOW).findings().getFirst();
		assertThat(this.rules.withRelease(finding, releases, USUAL).sentence()).endsWith(
				" Release 2.0 carries it: 55 % of its 100 took longer than 95 % usually do, of the others 5 % of 100.");
	}

	@Test
	void withTooFewExecutionsItSaysSo() {
		assertThat(this.rules.judge(finished(3, 3), USUAL, NOW, NOW).summary())
			.isEqualTo("Finished executions of the last 24 hours: 3, too few to judge by; it takes 10.");
	}

	@Test
	void warningAboveItsAlertIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new HealthProperties.Latency(20, 4, 3))
			.withMessage("agent-metrics.health.latency.warn-ratio must not exceed agent-metrics.health.latency"
					+ ".alert-ratio, but 4.0 is more than 3.0");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HealthProperties.ErrorRate(1, 5, 4, 20, 50, Duration.ofDays(30)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HealthProperties.ErrorRate(1, 5, 20, 60, 50, Duration.ofDays(30)));
	}

	private static RecentExecutions finished(long finished, long failed) {
		return new RecentExecutions(finished, finished, failed, 0, OptionalLong.empty(), 0, 0, 0, 0, Optional.empty(),
				LastExecutions.NONE);
	}

	/** An agent with executions of the last 24 hours, but too few finished ones. */
	private static RecentExecutions last(int finished, int failed) {
		return new RecentExecutions(1, 1, Math.min(failed, 1), 0, OptionalLong.empty(), 0, 0, 0, 0, Optional.empty(),
				new LastExecutions(finished, failed, 0, 0, NOW.minus(Duration.ofDays(6))));
	}

}
