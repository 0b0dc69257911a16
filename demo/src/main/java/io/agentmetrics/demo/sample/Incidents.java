package io.agentmetrics.demo.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What went wrong when: in some weeks something of an agent's own, in some the model
 * provider for everybody.
 */
final class Incidents {

	private static final long WEEK_SECONDS = Duration.ofDays(7).toSeconds();

	private static final double AGENT_WEEKS = 0.18;

	private static final double PROVIDER_WEEKS = 0.4;

	private final Seed seed;

	Incidents(Seed seed) {
		this.seed = seed;
	}

	/**
	 * Returns the incidents that an agent may feel within an hour.
	 * @param agent the place of the agent in the list of all
	 * @param hour the beginning of the hour
	 * @return the incidents of this week and the one before, which may reach into it
	 */
	List<Incident> around(int agent, Instant hour) {
		List<Incident> incidents = new ArrayList<>();
		long week = Math.floorDiv(hour.getEpochSecond(), WEEK_SECONDS);
		for (long each = week - 1; each <= week; each++) {
			addProviderIncident(incidents, each);
			addAgentIncident(incidents, agent, each);
		}
		return incidents;
	}

	private void addProviderIncident(List<Incident> incidents, long week) {
		RandomGenerator random = this.seed.at(-1).at(week).random();
		if (random.nextDouble() < PROVIDER_WEEKS) {
			Instant start = Instant.ofEpochSecond(week * WEEK_SECONDS + random.nextLong(WEEK_SECONDS));
			incidents.add(new Incident(start, Duration.ofMinutes(random.nextLong(25, 120)), random.nextDouble(10, 40),
					random.nextDouble(1.3, 2.5), ErrorKind.OVERLOADED));
		}
	}

	private void addAgentIncident(List<Incident> incidents, int agent, long week) {
		RandomGenerator random = this.seed.at(agent).at(week).random();
		if (random.nextDouble() < AGENT_WEEKS) {
			Instant start = Instant.ofEpochSecond(week * WEEK_SECONDS + random.nextLong(WEEK_SECONDS));
			List<ErrorKind> errors = SampleAgents.ALL.get(agent).errors();
			incidents.add(new Incident(start, Duration.ofMinutes(random.nextLong(60, 14 * 60)),
					random.nextDouble(25, 75), random.nextDouble(1.2, 4), errors.get(random.nextInt(errors.size()))));
		}
	}

}
