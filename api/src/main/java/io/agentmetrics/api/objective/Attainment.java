package io.agentmetrics.api.objective;

import java.util.OptionalDouble;

import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.metrics.source.CountWithin;
import io.agentmetrics.api.metrics.source.SegmentCounts;
import io.agentmetrics.model.number.Percent;
import io.agentmetrics.model.number.SaturatingSum;

/**
 * How many executions an objective asks about, and how many of them missed it.
 *
 * @param executions the finished ones, or those with a time
 * @param missed those that failed, or took longer
 * @param error by how many the missed ones may be off; 0 where they are exact
 */
record Attainment(long executions, double missed, double error) {

	private static final double MILLION = 1_000_000;

	/**
	 * Of fewer executions than one may miss of, so many that miss are no chance if they
	 * come less often than this where the target is just kept.
	 */
	private static final double SIGNIFICANCE = 0.001;

	static Attainment ofSuccess(SegmentCounts counts) {
		return new Attainment(SaturatingSum.of(counts.successful(), counts.failed()), counts.failed(), 0);
	}

	static Attainment ofTimes(SegmentCounts counts, int limit) {
		CountWithin within = counts.within().get(limit);
		return new Attainment(counts.timed(), Math.max(0, counts.timed() - within.executions()), within.error());
	}

	/** Returns whether the objective is met. */
	ObjectiveStatus status(Target target) {
		if (this.executions == 0) {
			return ObjectiveStatus.NO_DATA;
		}
		// whole numbers as far as they are exact, so that a budget that is just used up
		// is
		double allowed = (double) this.executions * target.missingOfMillion();
		boolean broken = (this.missed - this.error) * MILLION > allowed;
		if (allowed < MILLION) {
			return (broken && chanceOfSoMany(target) < SIGNIFICANCE) ? ObjectiveStatus.BROKEN : ObjectiveStatus.TOO_FEW;
		}
		if (broken) {
			return ObjectiveStatus.BROKEN;
		}
		return ((this.missed + this.error) * MILLION <= allowed) ? ObjectiveStatus.MET : ObjectiveStatus.UNDECIDED;
	}

	/** Returns the percentage of executions that did not miss; empty without any. */
	OptionalDouble attainedPercent() {
		if (this.executions == 0) {
			return OptionalDouble.empty();
		}
		long missedAtLeast = Math.min(this.executions, (this.missed > 0) ? Math.max(1, Math.round(this.missed)) : 0);
		return OptionalDouble.of(Percent.of(this.executions - missedAtLeast, this.executions));
	}

	/** Returns the share of executions that did not miss, 0 to 1; empty without any. */
	OptionalDouble attainedShare() {
		return (this.executions == 0) ? OptionalDouble.empty() : OptionalDouble.of(1 - this.missed / this.executions);
	}

	/** Returns how far the percentage may be off, never rounded down. */
	double errorPercent() {
		return (this.executions == 0) ? 0 : Rounding.bound(100 * this.error / this.executions);
	}

	/** Returns how many more may miss; negative where more have than may. */
	double budgetLeft(Target target) {
		return target.budget(this.executions) - this.missed;
	}

	/**
	 * Returns which share of those that may miss has not.
	 * @return 1 if none has, 0 if the budget is just used up, negative beyond; empty
	 * without executions
	 */
	OptionalDouble budgetLeftShare(Target target) {
		return (this.executions == 0) ? OptionalDouble.empty()
				: OptionalDouble.of(1 - this.missed / target.budget(this.executions));
	}

	/** Returns the same in percent, with two decimals. */
	OptionalDouble budgetLeftPercent(Target target) {
		OptionalDouble share = budgetLeftShare(target);
		return share.isPresent() ? OptionalDouble.of(Rounding.decimal(100 * share.getAsDouble())) : share;
	}

	/**
	 * Returns the share as far as it is certain: only negative where the objective is
	 * broken for sure.
	 */
	OptionalDouble budgetLeftShareAtMost(Target target) {
		return new Attainment(this.executions, Math.max(0, this.missed - this.error), 0).budgetLeftShare(target);
	}

	/**
	 * Returns how many times as fast the budget is used up as it may be.
	 * @return 1 where it is just used up at the end of the window; empty without
	 * executions
	 */
	OptionalDouble burnRate(Target target) {
		return (this.executions == 0) ? OptionalDouble.empty()
				: OptionalDouble.of(this.missed / target.budget(this.executions));
	}

	/** How likely so many or more miss where each does with the share that may. */
	private double chanceOfSoMany(Target target) {
		double miss = target.missShare();
		double term = Math.exp(this.executions * Math.log1p(-miss));
		double fewer = 0;
		for (long k = 0; k < Math.round(this.missed); k++) {
			fewer += term;
			term *= (double) (this.executions - k) / (k + 1) * miss / (1 - miss);
		}
		return Math.max(0, 1 - fewer);
	}

}
