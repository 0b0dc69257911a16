package io.agentmetrics.api.objective;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

import io.agentmetrics.api.metrics.Rounding;

/**
 * What a day has left of an objective's budget; the type of the same name of the GraphQL
 * schema.
 *
 * @param from when the day begins, or the objective's window
 * @param to when the day ends, or the window
 * @param executions the executions of the day that it is about
 * @param missed those of them that missed the objective
 * @param budgetLeft how many more might miss it when the day ended, of all that may
 * @param budgetLeftPercent the same in percent of all that may; empty where the window
 * has no executions
 */
record BurnDownDay(Instant from, Instant to, long executions, double missed, double budgetLeft,
		OptionalDouble budgetLeftPercent) {

	/**
	 * Burns a window's budget down.
	 * @param whole how many missed over the window
	 * @param days the moments at which the window and its days begin and end, in order;
	 * none if nobody wants to know
	 * @param attained how many missed between two of them
	 */
	static List<BurnDownDay> of(Attainment whole, Target target, List<Instant> days,
			BiFunction<Instant, Instant, Attainment> attained) {
		List<BurnDownDay> burnt = new ArrayList<>();
		double missed = 0;
		for (int day = 1; day < days.size(); day++) {
			Attainment ofDay = attained.apply(days.get(day - 1), days.get(day));
			missed += ofDay.missed();
			Attainment soFar = new Attainment(whole.executions(), missed, 0);
			burnt.add(new BurnDownDay(days.get(day - 1), days.get(day), ofDay.executions(),
					Rounding.decimal(ofDay.missed()), Rounding.decimal(soFar.budgetLeft(target)),
					soFar.budgetLeftPercent(target)));
		}
		return burnt;
	}

}
