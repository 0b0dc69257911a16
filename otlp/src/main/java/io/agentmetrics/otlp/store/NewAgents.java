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
		SortedMap<String, String> services = new TreeMap<>();
		for (TraceSpan span : spans) {
			String agent = span.agentKey();
			if (span.role() == SpanRole.AGENT && agent != null) {
				services.put(agent, span.service());
			}
		}
		forgetKnown(services);
		return services.isEmpty() ? Map.of()
				: faults(services, ReceiptTable.newAgents(this.connection), new HashMap<>());
	}

	/**
	 * Counts the agents that are new with these runs. Whoever else counts some waits for
	 * the end of the transaction, so that two do not both take the last place.
	 * @return why runs are not allowed, by their keys
	 */
	Map<String, String> count(List<StoredRun> runs) throws SQLException {
		SortedMap<String, String> services = new TreeMap<>();
		runs.forEach((run) -> services.put(run.agentKey(), run.service()));
		forgetKnown(services);
		if (services.isEmpty()) {
			return Map.of();
		}
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(AdvisoryLock.NEW_AGENTS.key().inTransaction());
		}
		Map<String, Long> counted = new TreeMap<>();
		Map<String, String> reasons = faults(services, ReceiptTable.newAgents(this.connection), counted);
		ReceiptTable.addNewAgents(this.connection, counted);
		services.keySet().stream().filter((agent) -> !reasons.containsKey(agent)).forEach(this.known::add);
		Map<String, String> faults = new HashMap<>();
		for (StoredRun run : runs) {
			String reason = reasons.get(run.agentKey());
			if (reason != null) {
				faults.put(run.key(), reason);
			}
		}
		return faults;
	}

	/** Leaves the agents that there are not. */
	private void forgetKnown(SortedMap<String, String> services) throws SQLException {
		if (this.perService == SpanStore.ANY_NUMBER) {
			services.clear();
		}
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
	 * @param allowed takes how many more of each service are allowed
	 */
	private Map<String, String> faults(SortedMap<String, String> services, Map<String, Long> before,
			Map<String, Long> allowed) {
		Map<String, String> faults = new HashMap<>();
		long ofAll = before.values().stream().mapToLong(Long::longValue).sum();
		for (Map.Entry<String, String> agent : services.entrySet()) {
			String service = agent.getValue();
			if (before.getOrDefault(service, 0L) + allowed.getOrDefault(service, 0L) >= this.perService) {
				faults.put(agent.getKey(),
						"its service has brought %d new agents in this hour already".formatted(this.perService));
			}
			else if (ofAll >= (long) this.perService * SERVICES) {
				faults.put(agent.getKey(), "all services together have brought %d new agents in this hour already"
					.formatted((long) this.perService * SERVICES));
			}
			else {
				allowed.merge(service, 1L, Long::sum);
				ofAll++;
			}
		}
		return faults;
	}

}
