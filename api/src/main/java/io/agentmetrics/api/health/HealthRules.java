package io.agentmetrics.api.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

import io.agentmetrics.model.number.Percent;

import org.springframework.stereotype.Component;

/**
 * Judges an agent; the rules and why they are as they are stand in
 * {@code docs/decisions/0010-health-rules.md}.
 */
@Component
final class HealthRules {

	private final HealthProperties properties;

	HealthRules(HealthProperties properties) {
		this.properties = properties;
	}

	/**
	 * Judges an agent.
	 * @return its health; without enough executions to judge by it is
	 * {@link HealthStatus#NO_DATA}, unless executions are stuck
	 */
	AgentHealth judge(RecentExecutions recent, Baseline baseline, Instant now) {
		List<HealthFinding> findings = new ArrayList<>();
		errorRate(recent, baseline).ifPresent(findings::add);
		latency(recent, baseline).ifPresent(findings::add);
		boolean judged = !findings.isEmpty();
		// that nothing is stuck does not make an agent healthy of which nothing else is
		// known
		stuck(recent, baseline).filter((finding) -> judged || finding.status() != HealthStatus.OK)
			.ifPresent(findings::add);
		if (findings.isEmpty()) {
			return new AgentHealth(HealthStatus.NO_DATA, tooFew(recent), List.of(), recent.stuck(), now);
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

	/**
	 * Returns how many executions failed beyond what is usual.
	 * @param baseline what is usual for it; while that is not known, no failure is
	 * @return the number, not negative
	 */
	long failedAboveUsual(RecentExecutions recent, Baseline baseline) {
		double usual = (baseline.finished() >= this.properties.errorRate().minFinished())
				? baseline.errorRatePercent() / 100 * recent.finished() : 0;
		return Math.max(0, Math.round(recent.failed() - usual));
	}

	private Optional<HealthFinding> errorRate(RecentExecutions recent, Baseline baseline) {
		HealthProperties.ErrorRate rule = this.properties.errorRate();
		if (!isRanked(recent.finished())) {
			return Optional.empty();
		}
		double percent = recent.errorRatePercent();
		boolean comparable = baseline.finished() >= rule.minFinished();
		double increase = comparable ? percent - baseline.errorRatePercent() : 0.0;
		boolean significant = comparable && FisherExactTest.chanceOfSoMany(recent.failed(), recent.finished(),
				baseline.failed(), baseline.finished()) < this.properties.significance();
		HealthStatus status = HealthStatus.OK;
		if (percent >= rule.alertPercent() || significant && increase >= rule.alertPoints()) {
			status = HealthStatus.ALERT;
		}
		else if (percent >= rule.warnPercent() || significant && increase >= rule.warnPoints()) {
			status = HealthStatus.WARN;
		}
		String usual = comparable
				? sentence("%s %% of %,d is usual", number(baseline.errorRatePercent()), baseline.finished())
				: "what is usual is not known yet";
		String sentence = sentence("%s %% of %,d finished executions of the last 24 hours failed; %s.", number(percent),
				recent.finished(), usual);
		return Optional.of(new HealthFinding(HealthRule.ERROR_RATE, status, Percent.rounded(percent),
				comparable ? OptionalDouble.of(Percent.rounded(baseline.errorRatePercent())) : OptionalDouble.empty(),
				recent.finished(), sentence));
	}

	private Optional<HealthFinding> latency(RecentExecutions recent, Baseline baseline) {
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
				sentence));
	}

	private Optional<HealthFinding> stuck(RecentExecutions recent, Baseline baseline) {
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
		return Optional.of(new HealthFinding(
				HealthRule.STUCK, status, recent.longestMs(), (known && baseline.p99Ms().isPresent())
						? OptionalDouble.of(baseline.p99Ms().getAsLong()) : OptionalDouble.empty(),
				recent.inProgress(), sentence));
	}

	private String tooFew(RecentExecutions recent) {
		return sentence("Finished executions of the last 24 hours: %,d, too few to judge by; it takes %,d.",
				recent.finished(), this.properties.errorRate().minFinished());
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
