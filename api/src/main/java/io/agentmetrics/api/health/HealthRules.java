package io.agentmetrics.api.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.model.metrics.Significance;
import io.agentmetrics.model.number.Percent;

import org.springframework.stereotype.Component;

/**
 * Judges an agent; the rules and why they are as they are stand in
 * {@code docs/decisions/0010-health-rules.md}.
 */
@Component
final class HealthRules {

	/** A rate is taken for that of so many executions where it is no estimate. */
	private static final long KNOWN_FOR_SURE = 1_000_000_000;

	/** So many times as long as what is worth a warning a silence is worth an alert. */
	private static final double ALERT_LIMITS = 2;

	/** What takes longer than 95 % usually do is one of so many. */
	private static final long ONE_OF_SLOW = 20;

	private static final double HOUR_MS = Duration.ofHours(1).toMillis();

	private final HealthProperties properties;

	HealthRules(HealthProperties properties) {
		this.properties = properties;
	}

	/**
	 * Judges an agent.
	 * @param heardUntil until when it would be known that it has run
	 * @return its health; {@link HealthStatus#TOO_FEW} or {@link HealthStatus#NO_DATA} if
	 * no rule had enough to judge by
	 */
	AgentHealth judge(RecentExecutions recent, Baseline baseline, Instant heardUntil, Instant now) {
		List<HealthFinding> findings = new ArrayList<>();
		errorRate(recent, baseline, now).ifPresent(findings::add);
		latency(recent, baseline, now).ifPresent(findings::add);
		boolean judged = !findings.isEmpty();
		// that nothing is stuck, or that it runs at all, does not make an agent healthy
		// of which nothing else is known
		Stream.of(stuck(recent, baseline, now), silent(recent, baseline.rhythm(), heardUntil))
			.flatMap(Optional::stream)
			.filter((finding) -> judged || finding.status() != HealthStatus.OK)
			.forEach(findings::add);
		if (findings.isEmpty()) {
			return unjudged(recent, now);
		}
		findings.sort(HealthFinding.WORST_FIRST);
		HealthFinding first = findings.getFirst();
		return new AgentHealth(first.status(), first.sentence(), List.copyOf(findings), recent.stuck(), now);
	}

	/**
	 * Returns for how long an execution may be in progress.
	 * @return the limit, whole ms; no longer than until executions are taken for
	 * abandoned
	 */
	Duration stuckAfter(Baseline baseline) {
		HealthProperties.Stuck rule = this.properties.stuck();
		if (baseline.timed() < this.properties.latency().minTimed() || baseline.p99Ms().isEmpty()) {
			return rule.floor();
		}
		double usualMs = Math.min(rule.factor() * baseline.p99Ms().getAsLong(), rule.forgottenAfter().toMillis());
		return (usualMs > rule.floor().toMillis()) ? Duration.ofMillis((long) usualMs) : rule.floor();
	}

	/** Whether so many executions are finished that their error rate says something. */
	boolean isRanked(long finished) {
		return finished >= this.properties.errorRate().minFinished();
	}

	private Optional<HealthFinding> errorRate(RecentExecutions recent, Baseline baseline, Instant now) {
		HealthProperties.ErrorRate rule = this.properties.errorRate();
		if (!isRanked(recent.finished())) {
			return errorRateOfLast(recent, baseline, now);
		}
		double percent = recent.errorRatePercent();
		HealthStatus status = status(percent, isTold(recent.failed(), recent.finished(), baseline), recent.failed(),
				recent.finished(), baseline);
		String sentence = sentence("%s %% of %,d finished executions of the last 24 hours failed; %s.", number(percent),
				recent.finished(), usualErrorRate(baseline));
		return Optional.of(new HealthFinding(HealthRule.ERROR_RATE, status, Percent.rounded(percent),
				comparableErrorRate(baseline), recent.finished(),
				aboveUsual(recent.failed(), recent.finished(), baseline), dayBefore(now), Optional.empty(), sentence));
	}

	/**
	 * Returns whether a high rate says something by itself: where it is always high or
	 * nothing is known, but not where 2 of 10 failed by chance.
	 */
	private boolean isTold(long failed, long finished, Baseline baseline) {
		HealthProperties.ErrorRate rule = this.properties.errorRate();
		return baseline.finished() < rule.minFinished() || baseline.errorRatePercent() >= rule.warnPercent()
				|| FisherExactTest.chanceOfSoMany(failed, finished, baseline.failed(),
						baseline.finished()) < this.properties.significance();
	}

	/**
	 * Judges an agent of which too few executions are finished in 24 hours by the last
	 * ones before. Few of them tell only what is no chance: also a high rate has to be
	 * beyond one that is worth a warning. That the last ones were fine says nothing of an
	 * agent that does not run.
	 */
	private Optional<HealthFinding> errorRateOfLast(RecentExecutions recent, Baseline baseline, Instant now) {
		HealthProperties.ErrorRate rule = this.properties.errorRate();
		LastExecutions last = recent.last();
		Baseline before = baseline.without(last.usualFinished(), last.usualFailed());
		double percent = last.errorRatePercent();
		boolean high = FisherExactTest.chanceOfSoMany(last.failed(), last.finished(),
				Math.round(rule.warnPercent() / 100 * KNOWN_FOR_SURE), KNOWN_FOR_SURE) < this.properties.significance();
		HealthStatus status = status(percent, high, last.failed(), last.finished(), before);
		if (status == HealthStatus.OK && (last.finished() < rule.last() || recent.isIdle())) {
			return Optional.empty();
		}
		String sentence = sentence(
				"%s %% of the last %,d finished executions failed, the first of them started %s ago; %s.",
				number(percent), last.finished(), words(Duration.between(last.since(), now).toMillis()),
				usualErrorRate(before));
		return Optional.of(new HealthFinding(HealthRule.ERROR_RATE, status, Percent.rounded(percent),
				comparableErrorRate(before), last.finished(), aboveUsual(last.failed(), last.finished(), before),
				last.since(), Optional.empty(), sentence));
	}

	/**
	 * Judges an error rate.
	 * @param high whether it is worth something even where it is usual
	 */
	private HealthStatus status(double percent, boolean high, long failed, long finished, Baseline baseline) {
		HealthProperties.ErrorRate rule = this.properties.errorRate();
		boolean comparable = baseline.finished() >= rule.minFinished();
		double increase = comparable ? percent - baseline.errorRatePercent() : 0.0;
		boolean significant = comparable && FisherExactTest.chanceOfSoMany(failed, finished, baseline.failed(),
				baseline.finished()) < this.properties.significance();
		if (high && percent >= rule.alertPercent() || significant && increase >= rule.alertPoints()) {
			return HealthStatus.ALERT;
		}
		if (high && percent >= rule.warnPercent() || significant && increase >= rule.warnPoints()) {
			return HealthStatus.WARN;
		}
		return HealthStatus.OK;
	}

	/**
	 * Names the release that carries a finding: one that is worse than the others of the
	 * agent by more than chance, while the others by themselves are no finding. That
	 * there are several releases to choose from is made up for by a smaller level (C. E.
	 * Bonferroni).
	 * @param releases all of the last 24 hours
	 */
	HealthFinding withRelease(HealthFinding finding, List<ReleaseExecutions> releases, Baseline baseline) {
		if (!finding.isOfReleases() || releases.size() < 2) {
			return finding;
		}
		boolean failures = finding.rule() == HealthRule.ERROR_RATE;
		ReleaseExecutions sum = releases.stream().reduce(ReleaseExecutions::plus).orElseThrow();
		for (ReleaseExecutions release : releases) {
			ReleaseExecutions others = sum.minus(release);
			long part = failures ? release.failed() : release.slow();
			long all = failures ? release.finished() : release.timed();
			long otherPart = failures ? others.failed() : others.slow();
			long otherAll = failures ? others.finished() : others.timed();
			OptionalDouble chance = Significance.chanceOfRates(part, all, otherPart, otherAll);
			if (release.version().isPresent() && chance.isPresent()
					&& chance.getAsDouble() < Significance.LEVEL / releases.size()
					&& (double) part / all > (double) otherPart / otherAll && isFine(others, failures, baseline)) {
				return finding.carriedBy(release.version().get(),
						sentence("Release %s carries it: %s %% of its %,d %s, of the others %s %% of %,d.",
								release.version().get(), number(100.0 * part / all), all,
								failures ? "failed" : "took longer than 95 % usually do",
								number(100.0 * otherPart / otherAll), otherAll));
			}
		}
		return finding;
	}

	private boolean isFine(ReleaseExecutions executions, boolean failures, Baseline baseline) {
		if (failures) {
			return status(100.0 * executions.failed() / executions.finished(),
					isTold(executions.failed(), executions.finished(), baseline), executions.failed(),
					executions.finished(), baseline) == HealthStatus.OK;
		}
		return FisherExactTest.chanceOfSoMany(executions.slow(), executions.timed(), baseline.slow(),
				baseline.timed()) >= this.properties.significance();
	}

	/**
	 * Returns how many failed beyond what is usual; all of them while that is not known.
	 */
	private long aboveUsual(long failed, long finished, Baseline baseline) {
		boolean comparable = baseline.finished() >= this.properties.errorRate().minFinished();
		return Math.max(0, Math.round(failed - (comparable ? baseline.errorRatePercent() / 100 * finished : 0)));
	}

	private OptionalDouble comparableErrorRate(Baseline baseline) {
		return (baseline.finished() >= this.properties.errorRate().minFinished())
				? OptionalDouble.of(Percent.rounded(baseline.errorRatePercent())) : OptionalDouble.empty();
	}

	private String usualErrorRate(Baseline baseline) {
		OptionalDouble usual = comparableErrorRate(baseline);
		return usual.isPresent() ? sentence("%s %% of %,d is usual", number(usual.getAsDouble()), baseline.finished())
				: "what is usual is not known yet";
	}

	private Optional<HealthFinding> latency(RecentExecutions recent, Baseline baseline, Instant now) {
		HealthProperties.Latency rule = this.properties.latency();
		if (recent.timed() < rule.minTimed() || baseline.timed() < rule.minTimed() || recent.p95Ms().isEmpty()
				|| baseline.p95Ms().isEmpty()) {
			return Optional.empty();
		}
		long ms = recent.p95Ms().getAsLong();
		long usualMs = baseline.p95Ms().getAsLong();
		double ratio = (double) ms / Math.max(1, usualMs);
		boolean significant = FisherExactTest.chanceOfSoMany(recent.slow(), recent.timed(), baseline.slow(),
				baseline.timed()) < this.properties.significance();
		HealthStatus status = HealthStatus.OK;
		if (significant && ratio >= rule.alertRatio()) {
			status = HealthStatus.ALERT;
		}
		else if (significant && ratio >= rule.warnRatio()) {
			status = HealthStatus.WARN;
		}
		String sentence = sentence("95 %% of %,d executions of the last 24 hours took up to %s; %s of %,d is usual.",
				recent.timed(), words(ms), words(usualMs), baseline.timed());
		return Optional.of(new HealthFinding(HealthRule.LATENCY, status, ms, OptionalDouble.of(usualMs), recent.timed(),
				Math.max(0, recent.slow() - recent.timed() / ONE_OF_SLOW), dayBefore(now), Optional.empty(), sentence));
	}

	private Optional<HealthFinding> stuck(RecentExecutions recent, Baseline baseline, Instant now) {
		if (recent.inProgress() == 0) {
			return Optional.empty();
		}
		HealthStatus status = HealthStatus.OK;
		if (recent.stuck() > 0) {
			status = (recent.stuck() >= this.properties.stuck().alertCount()) ? HealthStatus.ALERT : HealthStatus.WARN;
		}
		boolean known = baseline.timed() >= this.properties.latency().minTimed();
		String usual = (known && baseline.p99Ms().isPresent())
				? sentence("99 %% of %,d took up to %s", baseline.timed(), words(baseline.p99Ms().getAsLong()))
				: "what is usual is not known yet";
		String sentence = sentence("%,d of %,d executions in progress: longer than %s, the longest for %s; %s.",
				recent.stuck(), recent.inProgress(), words(stuckAfter(baseline).toMillis()), words(recent.longestMs()),
				usual);
		return Optional.of(new HealthFinding(HealthRule.STUCK, status, recent.longestMs(),
				(known && baseline.p99Ms().isPresent()) ? OptionalDouble.of(baseline.p99Ms().getAsLong())
						: OptionalDouble.empty(),
				recent.inProgress(), recent.stuck(), now.minusMillis(recent.longestMs()), Optional.empty(), sentence));
	}

	/**
	 * Judges how long nothing has been seen of an agent, in its usual hours. One that
	 * runs is not silent.
	 */
	private static Optional<HealthFinding> silent(RecentExecutions recent, Rhythm rhythm, Instant heardUntil) {
		if (!rhythm.isKnown() || recent.isRunning()) {
			return Optional.empty();
		}
		Instant last = recent.lastSeen().filter(rhythm.lastRun()::isBefore).orElse(rhythm.lastRun());
		double hours = rhythm.gap(last, heardUntil);
		HealthStatus status = HealthStatus.OK;
		if (hours >= rhythm.limit()) {
			status = (hours >= ALERT_LIMITS * rhythm.limit()) ? HealthStatus.ALERT : HealthStatus.WARN;
		}
		String sentence = sentence(
				"No execution started or ended for %s, %s of its usual hours; the longest of %,d gaps had %s, and one of %s is more than chance.",
				words(Math.max(0, Duration.between(last, heardUntil).toMillis())), number(hours), rhythm.gaps(),
				number(rhythm.longestGap()), number(rhythm.limit()));
		return Optional.of(new HealthFinding(HealthRule.SILENT, status, Math.round(hours * HOUR_MS),
				OptionalDouble.of(Math.round(rhythm.longestGap() * HOUR_MS)), rhythm.gaps(),
				(status == HealthStatus.OK) ? 0 : Math.round(hours * rhythm.runsPerHour()), last, Optional.empty(),
				sentence));
	}

	private AgentHealth unjudged(RecentExecutions recent, Instant now) {
		if (recent.isIdle()) {
			return new AgentHealth(HealthStatus.NO_DATA, "No executions in the last 24 hours.", List.of(),
					recent.stuck(), now);
		}
		String tooFew = sentence("Finished executions of the last 24 hours: %,d, too few to judge by; it takes %,d.",
				recent.finished(), this.properties.errorRate().minFinished());
		return new AgentHealth(HealthStatus.TOO_FEW, tooFew, List.of(), recent.stuck(), now);
	}

	private static Instant dayBefore(Instant now) {
		return TimeRange.LAST_1_DAY.until(now).from();
	}

	private static String sentence(String format, Object... values) {
		return String.format(Locale.ROOT, format, values);
	}

	private static String number(double value) {
		double rounded = Percent.rounded(value);
		return (rounded == Math.rint(rounded)) ? String.valueOf((long) rounded) : String.valueOf(rounded);
	}

	/** As a person would say it, with two units at most. */
	private static String words(long ms) {
		Duration duration = Duration.ofMillis(ms);
		if (ms < 1_000) {
			return ms + " ms";
		}
		if (ms < 60_000) {
			return sentence("%.1f s", ms / 1_000.0);
		}
		if (duration.toHours() == 0) {
			return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
		}
		if (duration.toDays() == 0) {
			return duration.toHours() + " h " + duration.toMinutesPart() + " min";
		}
		return duration.toDays() + " d " + duration.toHoursPart() + " h";
	}

}
