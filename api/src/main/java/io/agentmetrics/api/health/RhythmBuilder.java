package io.agentmetrics.api.health;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;

import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Days;

/**
 * Finds out when agents usually run from the hours of their stored days; one agent after
 * the other, for one thread at a time.
 */
final class RhythmBuilder {

	/**
	 * Every hour of the week has to be seen twice, so that one can be told by another.
	 */
	private static final int FEWEST_HOURS = 2 * Rhythm.HOURS_OF_WEEK;

	private static final double HOURS_OF_DAY = 24;

	private final DayCalendar calendar;

	private final Days days;

	private final double chance;

	/** The hour of the window that each hour of a day is. */
	private final int[][] hourOf;

	/** The hours of days that are stored. */
	private final BitSet known = new BitSet();

	private final BitSet active = new BitSet();

	private long runs;

	/**
	 * Creates a builder.
	 * @param days the days that are looked at
	 * @param chance how likely a gap beyond the limit may be by chance on a day
	 */
	RhythmBuilder(DayCalendar calendar, Days days, Iterable<LocalDate> open, double chance) {
		this.calendar = calendar;
		this.days = days;
		this.chance = chance;
		this.hourOf = new int[Math.toIntExact(ChronoUnit.DAYS.between(days.from(), days.to()))][];
		for (int day = 0; day < this.hourOf.length; day++) {
			this.hourOf[day] = hoursOf(days.from().plusDays(day));
			this.known.set(this.hourOf[day][0], this.hourOf[day][HourlyCounts.MAX_HOURS - 1] + 1);
		}
		open.forEach((day) -> {
			int[] hours = this.hourOf[offset(day)];
			this.known.clear(hours[0], hours[HourlyCounts.MAX_HOURS - 1] + 1);
		});
	}

	/** Adds a day of the agent. */
	void add(int offset, HourlyCounts hours) {
		int[] hourOf = this.hourOf[offset];
		for (int hour = 0; hour < hours.hours(); hour++) {
			if (hours.total(hour) > 0) {
				this.active.set(hourOf[hour]);
			}
		}
		this.runs += hours.total();
	}

	/** Returns the rhythm of the agent, and begins with the next. */
	Rhythm build() {
		Rhythm rhythm = rhythm();
		this.active.clear();
		this.runs = 0;
		return rhythm;
	}

	private Rhythm rhythm() {
		int first = this.active.nextSetBit(0);
		int last = this.active.length() - 1;
		if (first < 0 || last - first < FEWEST_HOURS) {
			return Rhythm.UNKNOWN;
		}
		int[] seen = new int[Rhythm.HOURS_OF_WEEK];
		int[] ran = new int[Rhythm.HOURS_OF_WEEK];
		for (int hour = first; hour <= last; hour++) {
			if (this.known.get(hour)) {
				seen[hour % Rhythm.HOURS_OF_WEEK]++;
				ran[hour % Rhythm.HOURS_OF_WEEK] += this.active.get(hour) ? 1 : 0;
			}
		}
		int gaps = 0;
		double gap = 0;
		double longest = 1;
		for (int hour = first + 1; hour <= last; hour++) {
			if (!this.known.get(hour)) {
				// nobody knows whether it ran: the next gap begins with its next run
				hour = this.active.nextSetBit(hour);
				gap = 0;
				continue;
			}
			boolean runs = this.active.get(hour);
			gap += shareOfOthers(seen[hour % Rhythm.HOURS_OF_WEEK], ran[hour % Rhythm.HOURS_OF_WEEK], runs);
			if (runs) {
				gaps++;
				longest = Math.max(longest, gap);
				gap = 0;
			}
		}
		return (gaps == 0) ? Rhythm.UNKNOWN : rhythm(seen, ran, last, gaps, longest, (last - first) / HOURS_OF_DAY);
	}

	private Rhythm rhythm(int[] seen, int[] ran, int last, int gaps, double longest, double days) {
		double[] before = new double[Rhythm.HOURS_OF_WEEK + 1];
		int firstHour = Math.floorMod(localHour(this.days.from(), 0), Rhythm.HOURS_OF_WEEK);
		for (int hour = 0; hour < Rhythm.HOURS_OF_WEEK; hour++) {
			int ofWindow = Math.floorMod(hour - firstHour, Rhythm.HOURS_OF_WEEK);
			before[hour + 1] = before[hour] + ((seen[ofWindow] > 0) ? (double) ran[ofWindow] / seen[ofWindow] : 0);
		}
		double limit = longest * factor(gaps, this.chance * days / gaps);
		return new Rhythm(this.calendar.zone(), before, startOf(last), gaps, longest, limit,
				(double) this.runs / this.active.cardinality());
	}

	/**
	 * Returns in which share of the other weeks the agent has run in an hour of the week.
	 * Measured by itself a gap would look shorter than the next one will.
	 */
	private static double shareOfOthers(int seen, int ran, boolean runs) {
		return (seen > 1) ? (double) (ran - (runs ? 1 : 0)) / (seen - 1) : 0;
	}

	/**
	 * Returns how many times as long as the longest of some gaps another one has to be.
	 * The longest of n exponential gaps of mean 1 is a sum of exponential ones with means
	 * 1, 1/2, … 1/n (A. Rényi, Acta Mathematica Hungarica 4, 1953), so another exceeds x
	 * times it with the probability 1/(1+x) · 2/(2+x) · … · n/(n+x), whatever the mean.
	 * Gaps whose end gets ever likelier are that long less often.
	 * @param gaps how many there are, at least 1
	 * @param chance how likely that may be
	 * @return the factor, at least 1
	 */
	static double factor(int gaps, double chance) {
		double enough = 1;
		while (logChanceOfLonger(gaps, enough) > Math.log(chance)) {
			enough *= 2;
		}
		double tooFew = 1;
		while (enough - tooFew > 0.001) {
			double between = (tooFew + enough) / 2;
			if (logChanceOfLonger(gaps, between) > Math.log(chance)) {
				tooFew = between;
			}
			else {
				enough = between;
			}
		}
		return enough;
	}

	private static double logChanceOfLonger(int gaps, double factor) {
		return FisherExactTest.logFactorial(gaps) + FisherExactTest.logFactorial(factor)
				- FisherExactTest.logFactorial(gaps + factor);
	}

	private int[] hoursOf(LocalDate day) {
		int first = Math.toIntExact(localHour(this.days.from(), 0));
		int[] hours = new int[HourlyCounts.MAX_HOURS];
		for (int hour = 0; hour < hours.length; hour++) {
			// what is stored beyond the end of a day is of another zone
			int last = this.calendar.hoursOf(day) - 1;
			hours[hour] = Math.toIntExact(localHour(day, Math.clamp(hour, 0, Math.max(0, last)))) - first;
		}
		return hours;
	}

	private long localHour(LocalDate day, int hour) {
		Instant start = this.calendar.startOf(day).plus(Duration.ofHours(hour));
		return (long) Math.floor(Rhythm.localHours(start, this.calendar.zone()));
	}

	private Instant startOf(int hourOfWindow) {
		for (int day = this.hourOf.length - 1; day >= 0; day--) {
			for (int hour = HourlyCounts.MAX_HOURS - 1; hour >= 0; hour--) {
				if (this.hourOf[day][hour] == hourOfWindow) {
					LocalDate date = this.days.from().plusDays(day);
					int last = this.calendar.hoursOf(date) - 1;
					return this.calendar.startOf(date).plus(Duration.ofHours(Math.min(hour, last)));
				}
			}
		}
		throw new IllegalArgumentException("Not an hour of these days: " + hourOfWindow);
	}

	private int offset(LocalDate day) {
		return Math.toIntExact(ChronoUnit.DAYS.between(this.days.from(), day));
	}

}
