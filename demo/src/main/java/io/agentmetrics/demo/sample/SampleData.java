package io.agentmetrics.demo.sample;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * The executions of the sample. Each hour of each agent is drawn from a seed of its own,
 * so that any stretch of time can be asked for, today or next month, and is always the
 * same.
 */
final class SampleData {

	private static final int USERS = 400;

	private static final double CANCELLED = 0.012;

	/** Executions whose end nobody ever reported. */
	private static final double LOST = 0.0002;

	/** Executions that got over an error and completed. */
	private static final double RECOVERED = 0.003;

	/** One in so many takes many times as long, without a reason that could be seen. */
	private static final double STRAGGLERS = 0.01;

	/** Executions that somebody tries something with, not on behalf of a user. */
	private static final double STAGING = 0.06;

	private static final double TREND_DAYS = 70;

	private static final String[] CHANNELS = { "api", "chat", "email", "schedule", "webhook" };

	private final Seed seed;

	private final Incidents incidents;

	SampleData(long seed) {
		this.seed = new Seed(seed);
		this.incidents = new Incidents(this.seed.at(1));
	}

	/**
	 * Hands over the executions that start within a stretch of time, in the order of
	 * their start.
	 * @param from the first moment
	 * @param to the moment after the last, which is also what they are known as of
	 * @param sink what takes them
	 */
	void forEach(Instant from, Instant to, Consumer<SampleExecution> sink) {
		for (Instant hour = from.truncatedTo(ChronoUnit.HOURS); hour
			.isBefore(to); hour = hour.plus(1, ChronoUnit.HOURS)) {
			List<SampleExecution> executions = new ArrayList<>();
			for (int agent = 0; agent < SampleAgents.ALL.size(); agent++) {
				addHour(executions, agent, hour);
			}
			executions.stream()
				.filter((execution) -> !execution.start().isBefore(from) && execution.start().isBefore(to))
				.sorted(Comparator.comparing(SampleExecution::start).thenComparing(SampleExecution::id))
				.map((execution) -> execution.asOf(to))
				.forEach(sink);
		}
	}

	/**
	 * Returns what has become of one execution.
	 * @param id its id
	 * @param agentId its agent
	 * @param start its start
	 * @param now the moment of asking
	 * @return the execution, or {@code null} if it is none of the sample
	 */
	@Nullable SampleExecution find(UUID id, UUID agentId, Instant start, Instant now) {
		for (int agent = 0; agent < SampleAgents.ALL.size(); agent++) {
			if (SampleAgents.ALL.get(agent).id().equals(agentId)) {
				List<SampleExecution> executions = new ArrayList<>();
				addHour(executions, agent, start.truncatedTo(ChronoUnit.HOURS));
				for (SampleExecution execution : executions) {
					if (execution.id().equals(id)) {
						return execution.asOf(now);
					}
				}
			}
		}
		return null;
	}

	private void addHour(List<SampleExecution> executions, int index, Instant hour) {
		SampleAgent agent = SampleAgents.ALL.get(index);
		double expected = agent.perWeekday() * agent.rhythm().share(hour.atOffset(ZoneOffset.UTC));
		Seed place = this.seed.at(2).at(index).at(hour.getEpochSecond());
		RandomGenerator arrivals = place.at(-1).random();
		List<Incident> incidents = this.incidents.around(index, hour);
		int number = 0;
		// the gaps of a Poisson process are exponential; with nothing expected the first
		// is infinite
		double position = arrivals.nextExponential() / expected;
		while (position < 1) {
			Instant start = hour.plusMillis((long) (position * 3_600_000));
			executions.add(execution(agent, index, place.at(number++), start, incidents));
			position += arrivals.nextExponential() / expected;
		}
	}

	private SampleExecution execution(SampleAgent agent, int index, Seed place, Instant start,
			List<Incident> incidents) {
		RandomGenerator random = place.random();
		@Nullable Incident incident = incidents.stream().filter((each) -> each.isOnAt(start)).findFirst().orElse(null);
		UUID user = this.seed.at(3).at(random.nextInt(USERS)).uuid();
		String input = inputData(random);
		Release release = Releases.at(index, start);
		long timeMs = timeMs(agent, random, release.slowdown() * ((incident != null) ? incident.slowdown() : 1));
		double failurePercent = failurePercent(agent, index, start) + release.failurePoints();
		Outcome outcome = outcome(agent, random, timeMs, failurePercent, incident);
		RandomGenerator besides = place.at(3).random();
		@Nullable Instant end = outcome.ends() ? start.plusMillis(outcome.timeMs()) : null;
		@Nullable Long time = outcome.ends() && outcome.timed() ? outcome.timeMs() : null;
		return new SampleExecution(place.uuid(), agent.id(), user, input, outcome.status(), start, end, time,
				(outcome.error() != null) ? outcome.error().type() : null, outcome.message(), release.version(),
				(besides.nextDouble() < STAGING) ? "staging" : "production",
				outcome.ends() ? ModelUsage.draw(besides, release.tokens()) : ModelUsage.NONE);
	}

	private static @Nullable String inputData(RandomGenerator random) {
		if (random.nextInt(10) == 0) {
			return null;
		}
		return "{\"channel\": \"%s\", \"tokens\": %d}".formatted(CHANNELS[random.nextInt(CHANNELS.length)],
				(int) StrictMath.exp(6.5 + 0.9 * random.nextGaussian()));
	}

	private static long timeMs(SampleAgent agent, RandomGenerator random, double slowdown) {
		double factor = StrictMath.exp(agent.spread() * random.nextGaussian()) * slowdown;
		if (random.nextDouble() < STRAGGLERS) {
			// Pareto: no mean to speak of, cut off by the timeout
			factor *= 3 / StrictMath.pow(1 - random.nextDouble(), 0.8);
		}
		return Math.max(1, (long) Math.min(agent.median().toMillis() * factor, Duration.ofDays(365).toMillis()));
	}

	private static Outcome outcome(SampleAgent agent, RandomGenerator random, long timeMs, double failurePercent,
			@Nullable Incident incident) {
		long timeoutMs = agent.timeout().toMillis();
		double chance = random.nextDouble();
		double partOfTheTime = random.nextDouble();
		if (chance < LOST) {
			return new Outcome("RUNNING", timeMs, false, false, null, null);
		}
		if (chance < CANCELLED) {
			return new Outcome("CANCELLED", 1 + (long) (Math.min(timeMs, timeoutMs) * partOfTheTime), true,
					random.nextBoolean(), null, null);
		}
		if (incident != null && random.nextDouble() * 100 < incident.failurePercent()) {
			return failed(incident.error(), 1 + (long) (Math.min(timeMs, timeoutMs) * partOfTheTime), random,
					timeoutMs);
		}
		if (timeMs >= timeoutMs) {
			return new Outcome("TIMEOUT", timeoutMs, true, true, ErrorKind.TIMEOUT,
					ErrorKind.TIMEOUT.message(random, timeoutMs));
		}
		if (random.nextDouble() * 100 < failurePercent) {
			List<ErrorKind> errors = agent.errors();
			// the minimum of two draws: the first kinds come more often
			ErrorKind error = errors.get(Math.min(random.nextInt(errors.size()), random.nextInt(errors.size())));
			return failed(error, 1 + (long) (timeMs * partOfTheTime), random, timeoutMs);
		}
		if (random.nextDouble() < RECOVERED) {
			ErrorKind error = agent.errors().getFirst();
			return new Outcome("COMPLETED", timeMs, true, true, error,
					"Recovered at the second attempt: " + error.message(random, timeoutMs));
		}
		return new Outcome("COMPLETED", timeMs, true, true, null, null);
	}

	/** Agents get better and worse in slow waves, each in its own time. */
	private double failurePercent(SampleAgent agent, int index, Instant start) {
		double phase = this.seed.at(4).at(index).random().nextDouble();
		double waves = start.getEpochSecond() / (TREND_DAYS * 86_400) + phase;
		return agent.failurePercent() * (1 + 0.6 * StrictMath.sin(2 * Math.PI * waves));
	}

	private static Outcome failed(ErrorKind error, long timeMs, RandomGenerator random, long timeoutMs) {
		return new Outcome("FAILED", timeMs, true, true, error, error.message(random, timeoutMs));
	}

	private record Outcome(String status, long timeMs, boolean ends, boolean timed, @Nullable ErrorKind error,
			@Nullable String message) {
	}

}
