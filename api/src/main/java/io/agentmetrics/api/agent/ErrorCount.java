package io.agentmetrics.api.agent;

import java.time.Instant;
import java.util.List;

import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.model.error.ErrorGroup;
import io.agentmetrics.model.number.Percent;

/**
 * How often errors of one kind came; the type of the same name of the GraphQL schema.
 *
 * @param fingerprint what their messages have in common
 * @param share how many percent of all errors they are
 * @param isNew whether none came in the time before
 */
record ErrorCount(String fingerprint, String error, long count, double share, Instant firstSeen, Instant lastSeen,
		boolean isNew) {

	static List<ErrorCount> top(AgentMetrics answer, int first) {
		long all = answer.errors().total();
		return answer.errors()
			.top(first)
			.stream()
			.map((group) -> of(group, all, !answer.earlierErrors().contains(group.fingerprint())))
			.toList();
	}

	private static ErrorCount of(ErrorGroup group, long all, boolean isNew) {
		return new ErrorCount(group.fingerprint(), group.example(), group.count(), Percent.of(group.count(), all),
				group.firstSeen(), group.lastSeen(), isNew);
	}

}
