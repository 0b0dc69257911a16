package io.agentmetrics.api.health;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Days;
import org.jspecify.annotations.Nullable;

/**
 * A fleet of agents that run by chance, each in its own rhythm, hour by hour, and what
 * the rules say of each at the end of every hour. There is no database: what the rules
 * get is counted here.
 */
final class HealthSimulation {

	private static final int HOURS = 24;

	/** What is usual is known from 28 days, which end two days ago. */
	private static final int BASELINE_DAYS = 28;

	static final int WARM_UP_DAYS = BASELINE_DAYS + 2;

	/** A Monday. */
	private static final LocalDate FIRST_DAY = LocalDate.parse("2026-06-01");

	/** Times are counted in steps of 10 %, from 100 ms on. */
	private static final double STEP = Math.log(1.1);

	private static final int STEPS = 140;

	private static final HealthProperties PROPERTIES = new HealthProperties(Duration.ofSeconds(15), BASELINE_DAYS,
			0.001, new HealthProperties.ErrorRate(10, 5, 20, 20, 50, Duration.ofDays(30)),
			new HealthProperties.Latency(20, 1.5, 3),
			new HealthProperties.Stuck(3, Duration.ofHours(1), 3, Duration.ofDays(30)));

	private final HealthRules rules = new HealthRules(PROPERTIES);

	private final List<Agent> agents = new ArrayList<>();

	private int hour;

	/** Adds an agent that runs like this. */
	void add(Habit habit, double failures, long seed) {
		this.agents.add(new Agent(habit, failures, new Random(seed)));
	}

	/** Lets an hour pass, in which agents do what they usually do but for an incident. */
	Observed pass(Incident incident) {
		if (this.hour % HOURS == 0) {
			beginDay();
		}
		for (int i = 0; i < this.agents.size(); i++) {
			this.agents.get(i).run(this.hour, i, incident);
		}
		this.hour++;
		return (this.hour < WARM_UP_DAYS * HOURS) ? new Observed(List.of(), Optional.empty()) : observe();
	}

	/** Returns how many hours have passed. */
	int hour() {
		return this.hour;
	}

	private void beginDay() {
		int today = this.hour / HOURS;
		RhythmBuilder rhythms = (today < WARM_UP_DAYS) ? null
				: new RhythmBuilder(new DayCalendar(ZoneOffset.UTC),
						new Days(FIRST_DAY.plusDays(today - WARM_UP_DAYS + 1), FIRST_DAY.plusDays(today - 1)), Set.of(),
						PROPERTIES.significance());
		this.agents.forEach((agent) -> agent.beginDay(today, rhythms));
	}

	private Observed observe() {
		Instant now = at(this.hour);
		List<RecentExecutions> recent = this.agents.stream().map((agent) -> agent.recent(this.hour)).toList();
		Collection<UpstreamStop.Seen> seen = new ArrayList<>();
		for (int i = 0; i < recent.size(); i++) {
			UpstreamStop.Seen.of(this.agents.get(i).baseline.rhythm(), recent.get(i), now).ifPresent(seen::add);
		}
		Optional<UpstreamStop> stop = UpstreamStop.of(seen, now, PROPERTIES.significance());
		List<AgentHealth> health = new ArrayList<>(recent.size());
		for (int i = 0; i < recent.size(); i++) {
			health.add(this.rules.judge(recent.get(i), this.agents.get(i).baseline,
					stop.map(UpstreamStop::since).orElse(now), now));
		}
		return new Observed(health, stop);
	}

	static Instant at(int hour) {
		return FIRST_DAY.atStartOfDay().toInstant(ZoneOffset.UTC).plus(Duration.ofHours(hour));
	}

	/**
	 * What the rules say at the end of an hour.
	 *
	 * @param health of each agent
	 */
	record Observed(List<AgentHealth> health, Optional<UpstreamStop> stop) {
	}

	/**
	 * How often an agent runs.
	 */
	interface Habit {

		/**
		 * Returns how many runs begin in an hour, which is counted from a Monday's
		 * midnight on.
		 */
		int runs(int hour, Random random);

	}

	/**
	 * Something that goes wrong; by default nothing does.
	 */
	interface Incident {

		Incident NONE = new Incident() {
		};

		default boolean isStopped(int agent, int hour) {
			return false;
		}

		default double failures(int agent, int hour, double usual) {
			return usual;
		}

		default double slowdown(int agent, int hour) {
			return 1;
		}

	}

	/**
	 * Some executions.
	 */
	private static final class Counts {

		private long finished;

		private long failed;

		private final int[] times = new int[STEPS];

		private void add(Counts more, int sign) {
			this.finished += sign * more.finished;
			this.failed += sign * more.failed;
			for (int step = 0; step < STEPS; step++) {
				this.times[step] += sign * more.times[step];
			}
		}

		/** Returns the step that as many executions reach at most. */
		private int step(double share) {
			long rank = (long) Math.ceil(share * this.finished);
			int step = 0;
			for (long sum = this.times[0]; sum < rank; sum += this.times[step]) {
				step++;
			}
			return step;
		}

		private long beyond(int step) {
			long sum = 0;
			for (int longer = step + 1; longer < STEPS; longer++) {
				sum += this.times[longer];
			}
			return sum;
		}

	}

	/**
	 * One agent, and what is counted of it.
	 */
	private static final class Agent {

		private final Habit habit;

		private final double failures;

		private final Random random;

		private final Counts[] hours = new Counts[HOURS];

		private final Counts[] days = new Counts[BASELINE_DAYS + 3];

		private final HourlyCounts.Builder[] hoursOfDays = new HourlyCounts.Builder[BASELINE_DAYS + 3];

		private final Counts day = new Counts();

		private final Counts usual = new Counts();

		/** When the last runs started, and whether they failed; ten at most. */
		private final List<Run> last = new ArrayList<>();

		private Baseline baseline = Baseline.NONE;

		private int usualP95;

		private int today;

		private Agent(Habit habit, double failures, Random random) {
			this.habit = habit;
			this.failures = failures;
			this.random = random;
			for (int i = 0; i < HOURS; i++) {
				this.hours[i] = new Counts();
			}
			for (int i = 0; i < this.days.length; i++) {
				this.days[i] = new Counts();
				this.hoursOfDays[i] = HourlyCounts.builder(HOURS);
			}
		}

		private void beginDay(int today, @Nullable RhythmBuilder rhythms) {
			this.today = today;
			if (today >= 2) {
				this.usual.add(this.days[(today - 2) % this.days.length], 1);
			}
			if (today >= WARM_UP_DAYS) {
				this.usual.add(this.days[(today - WARM_UP_DAYS) % this.days.length], -1);
			}
			this.days[today % this.days.length] = new Counts();
			this.hoursOfDays[today % this.days.length] = HourlyCounts.builder(HOURS);
			if (rhythms != null) {
				for (int offset = 0; offset < BASELINE_DAYS; offset++) {
					rhythms.add(offset,
							this.hoursOfDays[(today - WARM_UP_DAYS + 1 + offset) % this.days.length].build());
				}
				Rhythm rhythm = rhythms.build();
				if (this.usual.finished == 0) {
					this.baseline = new Baseline(0, 0, 0, OptionalLong.empty(), OptionalLong.empty(), rhythm);
					return;
				}
				this.usualP95 = this.usual.step(0.95);
				this.baseline = new Baseline(this.usual.finished, this.usual.failed, this.usual.finished,
						OptionalLong.of(ms(this.usualP95)), OptionalLong.of(ms(this.usual.step(0.99))), rhythm);
			}
		}

		private void run(int hour, int number, Incident incident) {
			Counts counts = new Counts();
			// what the agent would have done is drawn in any case, so that incidents
			// change
			// nothing else
			int runs = this.habit.runs(hour, this.random);
			for (int run = 0; run < runs; run++) {
				double chance = this.random.nextDouble();
				double time = this.random.nextGaussian();
				if (incident.isStopped(number, hour)) {
					continue;
				}
				boolean failed = chance < incident.failures(number, hour, this.failures);
				counts.finished++;
				counts.failed += failed ? 1 : 0;
				double step = (Math.log(10) + time * 0.8 + Math.log(incident.slowdown(number, hour))) / STEP + 20;
				counts.times[Math.clamp(Math.round(step), 0, STEPS - 1)]++;
				if (this.last.size() == 10) {
					this.last.removeFirst();
				}
				this.last.add(new Run(hour, failed));
			}
			this.day.add(this.hours[hour % HOURS], -1);
			this.day.add(counts, 1);
			this.hours[hour % HOURS] = counts;
			this.days[this.today % this.days.length].add(counts, 1);
			this.hoursOfDays[this.today % this.days.length].add(hour % HOURS, counts.finished,
					counts.finished - counts.failed, counts.failed);
		}

		private RecentExecutions recent(int hour) {
			int usualUntil = (hour / HOURS - 1) * HOURS;
			List<Run> runs = this.last.stream().filter((run) -> run.hour >= hour - 30 * HOURS).toList();
			LastExecutions last = runs.isEmpty() ? LastExecutions.NONE
					: new LastExecutions(runs.size(), runs.stream().filter(Run::failed).count(),
							runs.stream().filter((run) -> run.hour < usualUntil).count(),
							runs.stream().filter((run) -> run.hour < usualUntil && run.failed).count(),
							at(runs.getFirst().hour));
			return new RecentExecutions(this.day.finished, this.day.finished, this.day.failed, this.day.finished,
					(this.day.finished > 0) ? OptionalLong.of(ms(this.day.step(0.95))) : OptionalLong.empty(),
					this.day.beyond(this.usualP95), 0, 0, 0,
					runs.isEmpty() ? Optional.empty() : Optional.of(at(runs.getLast().hour).plusSeconds(1_800)), last);
		}

		private static long ms(int step) {
			return Math.round(100 * Math.exp(step * STEP));
		}

	}

	/**
	 * A run of an agent.
	 */
	private record Run(int hour, boolean failed) {
	}

}
