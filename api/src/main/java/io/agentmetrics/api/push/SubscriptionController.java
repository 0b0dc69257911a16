package io.agentmetrics.api.push;

import java.util.Optional;

import graphql.GraphQLContext;
import io.agentmetrics.api.dashboard.Dashboard;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.api.push.Subscriptions.Subscribed;
import reactor.core.publisher.Flux;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.SubscriptionMapping;
import org.springframework.stereotype.Controller;

/**
 * Reads the arguments of subscriptions; {@link Subscriptions} answers them.
 */
@Controller
final class SubscriptionController {

	@SubscriptionMapping
	Flux<Dashboard> dashboard(GraphQLContext context) {
		context.put(Subscribed.class, new Subscribed(Optional.empty()));
		return Flux.never();
	}

	@SubscriptionMapping
	Flux<AgentMetrics> agentMetrics(@Argument String agentId, GraphQLContext context) {
		context.put(Subscribed.class, new Subscribed(Optional.of(Arguments.id("agentId", agentId))));
		return Flux.never();
	}

}
