package io.agentmetrics.otlp.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import io.agentmetrics.db.lock.AdvisoryLock;
import io.agentmetrics.otlp.SpanRole;
import io.agentmetrics.otlp.TraceSpan;

/**
 * The agents that spans of one transaction bring, as far as they are new: so many are
 * allowed by service and hour, and ten times as many of all services.
 */
final class NewAgents {

	/** A service can call itself anything, so all of them have a limit together. */
	private static final int SERVICES = 10;

	private final Connection connection;

	private final int perService;

	private final Set<String> known = new HashSet<>();

	/** The services of agents that are new and allowed, and not counted yet. */
	private final Map<String, String> allowed = new HashMap<>();

	/**
	 * Looks for new agents in a transaction.
	 * @param perService how many a service may bring in an hour of the clock, or
	 * {@link SpanStore#ANY_NUMBER}
	 */
	NewAgents(Connection connection, int perService) {
		this.connection = connection;
		this.perService = perService;
	}

	/**
	 * Returns why spans need not be looked at any further, by the keys of their agents:
	 * more agents were brought already than may be. Whoever makes names up all the time
	 * costs no more than reading them.
	 */
	Map<String, String> faults(Collection<TraceSpan> spans) throws SQLException {
		if (this.perService == SpanStore.ANY_NUMBER) {
			return Map.of();
		}
		SortedMap<String, String> services = new TreeMap<>();
		for (TraceSpan span : spans) {
			String agent = span.agentKey();
			if (isSurelyOfAnAgent(span) && agent != null) {
				services.put(agent, span.service());
			}
		}
		forgetKnown(services);
		if (services.isEmpty()) {
			return Map.of();
		}
		Map<String, Long> before = ReceiptTable.newAgents(this.connection);
		// what has been counted by then may be these
		forgetKnown(services);
		return faults(services, before);
	}

	/** A caller's side may turn out to be none, as may what is no agent by itself. */
	static boolean isSurelyOfAnAgent(TraceSpan span) {
		return span.role() == SpanRole.AGENT && !span.client();
	}

	/**
	 * Judges the runs of agents that are new. Whoever else judges some waits for the end
	 * of the transaction, so that two neither both take the last place nor wait for each
	 * other's agents in a circle.
	 * @return why runs are not allowed, by their keys
	 */
	Map<String, String> judge(List<StoredRun> runs) throws SQLException {
		SortedMap<String, String> services = new TreeMap<>();
		runs.forEach((run) -> services.put(run.agentKey(), run.service()));
		this.allowed.clear();
		forgetKnown(services);
		if (services.isEmpty()) {
			return Map.of();
		}
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(AdvisoryLock.NEW_AGENTS.key().inTransaction());
		}
		if (this.perService == SpanStore.ANY_NUMBER) {
			return Map.of();
		}
		// those who had the lock may have brought the same ones
		forgetKnown(services);
		Map<String, String> reasons = faults(services, ReceiptTable.newAgents(this.connection));
		this.allowed.putAll(services);
		this.allowed.keySet().removeAll(reasons.keySet());
		Map<String, String> faults = new HashMap<>();
		for (StoredRun run : runs) {
			String reason = reasons.get(run.agentKey());
			if (reason != null) {
				faults.put(run.key(), reason);
			}
		}
		return faults;
	}

	/** Counts the new agents among those of runs that were judged and stored. */
	void count(List<StoredRun> stored) throws SQLException {
		Map<String, Long> counted = new TreeMap<>();
		for (StoredRun run : stored) {
			String service = this.allowed.remove(run.agentKey());
			if (service != null) {
				counted.merge(service, 1L, Long::sum);
				this.known.add(run.agentKey());
			}
		}
		ReceiptTable.addNewAgents(this.connection, counted);
	}

	/** Leaves the agents that there are not. */
	private void forgetKnown(SortedMap<String, String> services) throws SQLException {
		services.keySet().removeAll(this.known);
		if (!services.isEmpty()) {
			Set<String> found = RunTable.knownAgents(this.connection, services.keySet());
			this.known.addAll(found);
			services.keySet().removeAll(found);
		}
	}

	/**
	 * Returns why agents are not allowed, by their keys.
	 * @param services of each agent
	 * @param before how many each service has brought already
	 */
	private Map<String, String> faults(SortedMap<String, String> services, Map<String, Long> before) {
		Map<String, String> faults = new HashMap<>();
		Map<String, Long> brought = new HashMap<>(before);
		long ofAll = before.values().stream().mapToLong(Long::longValue).sum();
		for (Map.Entry<String, String> agent : services.entrySet()) {
			String service = agent.getValue();
			if (brought.getOrDefault(service, 0L) >= this.perService) {
				faults.put(agent.getKey(),
						"its service has brought %d new agents in this hour already".formatted(this.perService));
			}
			else if (ofAll >= (long) this.perService * SERVICES) {
				faults.put(agent.getKey(), "all services together have brought %d new agents in this hour already"
					.formatted((long) this.perService * SERVICES));
			}
			else {
				brought.merge(service, 1L, Long::sum);
				ofAll++;
			}
		}
		return faults;
	}

}
