package io.agentmetrics.api.agent;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

import graphql.GraphQLContext;
import io.agentmetrics.api.health.AgentHealth;
import io.agentmetrics.api.health.HealthOverview;
import io.agentmetrics.api.health.HealthSource;
import io.agentmetrics.api.health.HealthStatus;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.api.metrics.source.MetricsFields;
import io.agentmetrics.api.metrics.source.MetricsQuestion;
import io.agentmetrics.api.metrics.source.MetricsSource;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.model.agent.Agent;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import org.jspecify.annotations.Nullable;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.stereotype.Controller;

/**
 * Answers queries for agents.
 */
@Controller
final class AgentController {

	private static final Period LAST_DAY = new Period.Latest(TimeRange.LAST_1_DAY);

	private final AgentRepository agents;

	private final HealthSource health;

	private final MetricsSource metrics;

	AgentController(AgentRepository agents, HealthSource health, MetricsSource metrics) {
		this.agents = agents;
		this.health = health;
		this.metrics = metrics;
	}

	@QueryMapping
	Optional<Agent> agent(@Argument String id) {
		return this.agents.agent(Arguments.id("id", id));
	}

	/** Of all that has an id, agents are what can be asked for by it. */
	@QueryMapping
	Optional<Agent> node(@Argument String id) {
		return agent(id);
	}

	@QueryMapping
	AgentConnection agents(@Argument int first, @Argument @Nullable String after, @Argument @Nullable String search,
			@Argument @Nullable Set<HealthStatus> health, @Argument AgentOrder orderBy,
			@Argument ExecutionFilter.@Nullable Input filter, GraphQLContext request) {
		int limit = Arguments.first(first);
		AgentList list = new AgentList((search != null) ? Arguments.text("search", search) : "",
				Arguments.choice("health", health, EnumSet.allOf(HealthStatus.class)), orderBy,
				ExecutionFilter.of(filter));
		AgentPosition position = (after != null) ? list.position(after) : AgentPosition.START;
		AgentRanks ranks = ranks(list, request);
		List<Agent> found = this.agents.agents(list.search(), ranks, position, limit + 1);
		return AgentConnection.of(found, limit, list, ranks, after != null);
	}

	private AgentRanks ranks(AgentList list, GraphQLContext request) {
		if (list.isPlain()) {
			return AgentRanks.EQUAL;
		}
		if (list.filter().isAll()) {
			return AgentRanks.of(list, this.health.overview(request));
		}
		HealthOverview overview = this.health.overview(request);
		Map<UUID, Optional<HealthOverview.Entry>> matching = new HashMap<>();
		Set<UUID> agents = this.metrics.agents(list.filter());
		if (list.order().isOfExecutions()) {
			this.metrics
				.read(agents,
						new MetricsQuestion(LAST_DAY, MetricType.REALTIME, list.filter(), MetricsFields.statistics()))
				.forEach((agent, slice) -> matching.put(agent, Optional.of(entry(overview.of(agent), slice))));
		}
		else {
			agents.forEach((agent) -> matching.put(agent, Optional.ofNullable(overview.agents().get(agent))));
		}
		return AgentRanks.of(list, overview, matching);
	}

	private HealthOverview.Entry entry(AgentHealth health, AgentMetrics slice) {
		ExecutionCounts counts = slice.metrics().counts();
		return new HealthOverview.Entry(health, counts.total(), counts.failed(), counts.finished(),
				this.health.isRanked(counts.finished()),
				slice.metrics().times().map(ExecutionTimes::p95Ms).orElseGet(OptionalLong::empty));
	}

	@SchemaMapping
	long totalCount(AgentConnection connection) {
		return this.agents.count(connection.search(), connection.ranks());
	}

}
