package io.agentmetrics.api.evidence;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Adds up the parts of agents' windows as they are read, in any order; for one thread at
 * a time.
 */
public final class EvidenceCollector {

	/**
	 * So many parts' times may wait side by side for their answer, which is then found
	 * sooner. At up to 14 KB each, and again as much while they are asked, they take 11
	 * MB. Few agents' all fit in.
	 */
	private static final int TIMES_SIDE_BY_SIDE = 400;

	private final Frame frame;

	private final Selection selection;

	private final Map<UUID, AgentEvidence> agents = new LinkedHashMap<>();

	/**
	 * Starts without any part.
	 * @param asked the agents that get evidence, with parts or without
	 * @param frame the time it is about
	 * @param selection what to make of the parts
	 */
	public EvidenceCollector(Collection<UUID> asked, Frame frame, Selection selection) {
		this.frame = frame;
		this.selection = selection;
		int timesOfEach = TIMES_SIDE_BY_SIDE / Math.max(1, asked.size());
		asked.forEach((agent) -> this.agents.put(agent, new AgentEvidence(frame, selection, timesOfEach)));
	}

	/**
	 * Returns whether parts need their times.
	 * @return whether anything is made of them
	 */
	public boolean needsTimes() {
		return this.selection.needsTimes();
	}

	public Frame frame() {
		return this.frame;
	}

	/**
	 * Adds a part.
	 * @param agent one of the agents
	 * @param part executions that no other part has
	 */
	public void add(UUID agent, Part part) {
		AgentEvidence evidence = this.agents.get(agent);
		if (evidence == null) {
			throw new IllegalArgumentException("Nobody asked for agent " + agent);
		}
		evidence.add(part);
	}

	/**
	 * Returns what the parts say together.
	 * @return the evidence of each agent
	 */
	public Map<UUID, Evidence> evidence() {
		Map<UUID, Evidence> all = LinkedHashMap.newLinkedHashMap(this.agents.size());
		this.agents.forEach((agent, evidence) -> all.put(agent, evidence.build()));
		return all;
	}

}
