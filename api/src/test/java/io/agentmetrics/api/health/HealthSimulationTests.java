package io.agentmetrics.api.health;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import io.agentmetrics.api.health.HealthSimulation.Habit;
import io.agentmetrics.api.health.HealthSimulation.Incident;
import io.agentmetrics.api.health.HealthSimulation.Observed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How soon the rules see what goes wrong, and how often they see what does not. In the
 * build for some agents and weeks; with {@code -Dhealth.simulation=true} for a thousand
 * and a quarter, which prints the figures of docs/metrics.md.
 */
class HealthSimulationTests {

	private static final boolean LONG = Boolean.getBoolean("health.simulation");

	private static final long SEED = Long.getLong("health.simulation.seed", 1);

	private static final int AGENTS = LONG ? 1_000 : 140;

	private static final int DAYS = LONG ? 90 : 14;

	/** Of 1,000 agent-days. */
	private static final double MOST_ALERTS = 0.5;

	private static final double MOST_WARNINGS = 2;

	private static final int HOURS_OF_DAY = 24;

	/** Incidents begin on the Wednesday of the second week after the warm-up, at noon. */
	private static final int BEGIN = (HealthSimulation.WARM_UP_DAYS + 9) * HOURS_OF_DAY + 12;

	@Test
	void quietFleetRaisesFewAlarms() {
		HealthSimulation simulation = fleet(AGENTS);
		Map<HealthRule, int[]> days = new EnumMap<>(HealthRule.class);
		int stops = 0;
		for (int day = 0; day < HealthSimulation.WARM_UP_DAYS + DAYS; day++) {
			Map<HealthRule, HealthStatus[]> worst = new EnumMap<>(HealthRule.class);
			for (int hour = 0; hour < HOURS_OF_DAY; hour++) {
				Observed observed = simulation.pass(Incident.NONE);
				stops += observed.stop().isPresent() ? 1 : 0;
				note(observed, worst);
			}
			worst.forEach((rule, statuses) -> {
				int[] counts = days.computeIfAbsent(rule, (first) -> new int[HealthStatus.values().length]);
				for (HealthStatus status : statuses) {
					counts[status.ordinal()]++;
				}
			});
		}
		double agentDays = (double) AGENTS * DAYS / 1_000;
		days.forEach((rule, counts) -> System.out.printf(Locale.ROOT,
				"quiet, seed %d: %s %.2f ALERT, %.2f WARN of 1,000 agent-days%n", SEED, rule,
				counts[HealthStatus.ALERT.ordinal()] / agentDays, counts[HealthStatus.WARN.ordinal()] / agentDays));
		System.out.printf(Locale.ROOT, "quiet, seed %d: %d hours of stops%n", SEED, stops);
		days.forEach((rule, counts) -> {
			assertThat(counts[HealthStatus.ALERT.ordinal()] / agentDays).as("ALERT by %s, seed %d", rule, SEED)
				.isLessThanOrEqualTo(MOST_ALERTS);
			assertThat(counts[HealthStatus.WARN.ordinal()] / agentDays).as("WARN by %s, seed %d", rule, SEED)
				.isLessThanOrEqualTo(MOST_WARNINGS);
		});
		assertThat(stops).isZero();
	}

	private static void note(Observed observed, Map<HealthRule, HealthStatus[]> worst) {
		for (int agent = 0; agent < observed.health().size(); agent++) {
			for (HealthFinding finding : observed.health().get(agent).findings()) {
				HealthStatus[] statuses = worst.computeIfAbsent(finding.rule(), (first) -> {
					HealthStatus[] fine = new HealthStatus[AGENTS];
					Arrays.fill(fine, HealthStatus.OK);
					return fine;
				});
				if (finding.status().compareTo(statuses[agent]) < 0) {
					statuses[agent] = finding.status();
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void incidentIsSeenInTime(Trouble trouble) {
		HealthSimulation simulation = new HealthSimulation();
		int agents = LONG ? 500 : 60;
		for (int agent = 0; agent < agents; agent++) {
			simulation.add(trouble.habit, 0.02, SEED * 1_000_003 + agent);
		}
		List<Integer> seen = new ArrayList<>();
		boolean[] found = new boolean[agents];
		int stopAfter = -1;
		for (int hour = 0; hour < BEGIN + trouble.observedHours; hour++) {
			Observed observed = simulation.pass(trouble.incident(agents));
			if (simulation.hour() <= BEGIN) {
				continue;
			}
			if (observed.stop().isPresent() && stopAfter < 0) {
				stopAfter = simulation.hour() - BEGIN;
			}
			for (int agent = 0; agent < observed.health().size(); agent++) {
				boolean raised = observed.health()
					.get(agent)
					.findings()
					.stream()
					.anyMatch((finding) -> finding.rule() == trouble.rule
							&& finding.status().compareTo(HealthStatus.OK) < 0);
				if (raised && trouble.concerns(agent, agents) && !found[agent]) {
					found[agent] = true;
					seen.add(simulation.hour() - BEGIN);
				}
			}
		}
		seen.sort(Comparator.naturalOrder());
		int concerned = (int) IntStream.range(0, agents).filter((agent) -> trouble.concerns(agent, agents)).count();
		System.out.printf(Locale.ROOT, "%s, seed %d: seen by %d of %d, median %s h, 9 of 10 within %s h, stop %d%n",
				trouble, SEED, seen.size(), concerned, quantile(seen, concerned, 0.5).orElse(-1),
				quantile(seen, concerned, 0.9).orElse(-1), stopAfter);
		if (trouble == Trouble.ALL_STOP) {
			assertThat(stopAfter).isBetween(1, trouble.mostHours);
			assertThat(seen).isEmpty();
		}
		else {
			assertThat(quantile(seen, concerned, 0.5)).isPresent()
				.hasValueSatisfying((hours) -> assertThat(hours).isLessThanOrEqualTo(trouble.mostHours));
		}
	}

	private static Optional<Integer> quantile(List<Integer> seen, int all, double share) {
		int rank = (int) Math.ceil(share * all);
		return (seen.size() >= rank) ? Optional.of(seen.get(rank - 1)) : Optional.empty();
	}

	/** A fleet of all habits, from agents that never fail to ones that do so often. */
	private static HealthSimulation fleet(int agents) {
		HealthSimulation simulation = new HealthSimulation();
		Random random = new Random(SEED);
		List<Habit> habits = new ArrayList<>();
		double[] failures = { 0, 0.005, 0.02, 0.05, 0.1 };
		for (int agent = 0; agent < agents; agent++) {
			double perHour = Math.min(20, Math.exp(random.nextGaussian()));
			habits.clear();
			habits.add(Habits.allDay(perHour));
			habits.add(Habits.office(4 * perHour));
			habits.add(Habits.nightly(7, random.nextInt(HOURS_OF_DAY)));
			habits.add(Habits.nightly(5, random.nextInt(HOURS_OF_DAY)));
			habits.add(Habits.everyHour());
			habits.add(Habits.allDay(0.05));
			habits.add(Habits.sessions(0.03, 0.3, 5));
			simulation.add(habits.get(agent % habits.size()), failures[random.nextInt(failures.length)],
					random.nextLong());
		}
		return simulation;
	}

	/**
	 * What goes wrong, and within how many hours half of the agents have to be seen.
	 */
	enum Trouble {

		ERROR_BURST(Habits.allDay(10), HealthRule.ERROR_RATE, 48, 12) {
			@Override
			double failures(int hours, double usual) {
				return (hours < 6) ? 0.5 : usual;
			}
		},
		ERROR_DRIFT(Habits.allDay(10), HealthRule.ERROR_RATE, 14 * HOURS_OF_DAY, 9 * HOURS_OF_DAY) {
			@Override
			double failures(int hours, double usual) {
				return usual + 0.28 * hours / (14 * HOURS_OF_DAY);
			}
		},
		SLOW_DRIFT(Habits.allDay(10), HealthRule.LATENCY, 14 * HOURS_OF_DAY, 9 * HOURS_OF_DAY) {
			@Override
			double slowdown(int hours) {
				return 1 + 3.0 * hours / (14 * HOURS_OF_DAY);
			}
		},
		NIGHTLY_FAILS(Habits.nightly(7, 2), HealthRule.ERROR_RATE, 10 * HOURS_OF_DAY, 7 * HOURS_OF_DAY) {
			@Override
			double failures(int hours, double usual) {
				return 1;
			}
		},
		BUSY_STOPS(Habits.allDay(10), HealthRule.SILENT, 96, 6),
		HOURLY_STOPS(Habits.everyHour(), HealthRule.SILENT, 96, 4),
		OFFICE_STOPS(Habits.office(4), HealthRule.SILENT, 200, 60),
		NIGHTLY_STOPS(Habits.nightly(7, 2), HealthRule.SILENT, 200, 4 * HOURS_OF_DAY),
		ALL_STOP(Habits.allDay(10), HealthRule.SILENT, 48, 2) {
			@Override
			boolean stops(int agent, int agents) {
				return agent > agents / 50;
			}
		},
		BAD_RELEASE(Habits.allDay(10), HealthRule.ERROR_RATE, 96, 24) {
			@Override
			double failures(int hours, double usual) {
				// in one environment, which has a fifth of the runs
				return 0.8 * usual + 0.2 * 0.5;
			}
		};

		private final Habit habit;

		private final HealthRule rule;

		private final int observedHours;

		private final int mostHours;

		Trouble(Habit habit, HealthRule rule, int observedHours, int mostHours) {
			this.habit = habit;
			this.rule = rule;
			this.observedHours = observedHours;
			this.mostHours = mostHours;
		}

		double failures(int hours, double usual) {
			return usual;
		}

		double slowdown(int hours) {
			return 1;
		}

		/** Returns whether an agent does not run any more. */
		boolean stops(int agent, int agents) {
			return this.rule == HealthRule.SILENT && agent % 3 == 0;
		}

		boolean concerns(int agent, int agents) {
			return this.rule != HealthRule.SILENT || stops(agent, agents);
		}

		Incident incident(int agents) {
			return new Incident() {
				@Override
				public boolean isStopped(int agent, int hour) {
					return hour >= BEGIN && stops(agent, agents);
				}

				@Override
				public double failures(int agent, int hour, double usual) {
					return (hour >= BEGIN) ? Trouble.this.failures(hour - BEGIN, usual) : usual;
				}

				@Override
				public double slowdown(int agent, int hour) {
					return (hour >= BEGIN) ? Trouble.this.slowdown(hour - BEGIN) : 1;
				}
			};
		}

	}

	/**
	 * How agents run.
	 */
	private static final class Habits {

		private static Habit allDay(double perHour) {
			// less at night and on Sundays
			return (hour, random) -> poisson(
					perHour * (hour % HOURS_OF_DAY < 6 ? 0.3 : 1) * (hour / HOURS_OF_DAY % 7 == 6 ? 0.3 : 1), random);
		}

		private static Habit office(double perHour) {
			return (hour,
					random) -> (hour / HOURS_OF_DAY % 7 < 5 && hour % HOURS_OF_DAY >= 8 && hour % HOURS_OF_DAY < 18)
							? poisson(perHour, random) : 0;
		}

		private static Habit nightly(int daysOfWeek, int at) {
			return (hour, random) -> (hour / HOURS_OF_DAY % 7 < daysOfWeek && hour % HOURS_OF_DAY == at) ? 1 : 0;
		}

		private static Habit everyHour() {
			return (hour, random) -> 1;
		}

		/** Runs come in sessions, which begin and end by chance. */
		private static Habit sessions(double beginning, double ending, double perHour) {
			boolean[] on = { false };
			return (hour, random) -> {
				on[0] = on[0] ? random.nextDouble() >= ending : random.nextDouble() < beginning;
				return on[0] ? poisson(perHour, random) : 0;
			};
		}

		/** Knuth, The Art of Computer Programming, volume 2, 3.4.1. */
		private static int poisson(double mean, Random random) {
			int events = 0;
			double limit = Math.exp(-mean);
			for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
				events++;
			}
			return events;
		}

	}

}
