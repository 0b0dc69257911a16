package io.agentmetrics.api.health;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.model.time.Days;

/**
 * What is usual for all agents, and which version of their stored days that rests on.
 *
 * @param days the days that it is known from
 * @param until when the last of them ends that it is known from without a gap
 * @param versions the version of each day, 0 where it is not closed
 * @param agents each agent that has executions on these days
 */
record Baselines(Days days, Instant until, long[] versions, Map<UUID, Known> agents) {

	/** Beyond this share of changed days all of them are read at once. */
	private static final double MANY = 0.5;

	Baseline of(UUID agent) {
		Known known = this.agents.get(agent);
		return (known != null) ? known.baseline() : Baseline.NONE;
	}

	/** Returns which days are not those of other versions, counted from 0. */
	int[] changed(long[] others) {
		return IntStream.range(0, others.length).filter((day) -> this.versions[day] != others[day]).toArray();
	}

	/**
	 * Returns whether so little has changed that agents are better looked at one by one.
	 */
	boolean isMostly(Days others, long[] othersVersions) {
		return this.days.equals(others) && changed(othersVersions).length <= MANY * this.versions.length;
	}

	/**
	 * Returns the agents of which a day has come, gone or changed.
	 * @param changed the days that may have, counted from 0
	 * @param stored the versions of all agents on these days
	 */
	Set<UUID> changed(int[] changed, Map<UUID, long[]> stored) {
		Set<UUID> agents = new HashSet<>();
		long[] none = new long[this.versions.length];
		Set<UUID> all = new HashSet<>(this.agents.keySet());
		all.addAll(stored.keySet());
		for (UUID agent : all) {
			Known known = this.agents.get(agent);
			long[] before = (known != null) ? known.versions() : none;
			long[] after = stored.getOrDefault(agent, none);
			if (IntStream.of(changed).anyMatch((day) -> before[day] != after[day])) {
				agents.add(agent);
			}
		}
		return agents;
	}

	/**
	 * Returns the same with some agents read anew.
	 * @param changed these agents
	 * @param read those of them that still have executions on these days
	 */
	Baselines with(Instant newUntil, long[] newVersions, Set<UUID> changed, Map<UUID, Known> read) {
		Map<UUID, Known> all = new HashMap<>(this.agents);
		all.keySet().removeAll(changed);
		all.putAll(read);
		return new Baselines(this.days, newUntil, newVersions, all);
	}

	/**
	 * What is known of one agent.
	 *
	 * @param versions the version of each of its days, 0 where it has none
	 */
	record Known(Baseline baseline, long[] versions) {
	}

}
