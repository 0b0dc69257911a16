package io.agentmetrics.api.push;

import java.util.List;
import java.util.concurrent.Executors;

import io.agentmetrics.api.graphql.ProblemError;
import io.agentmetrics.api.graphql.RequestBounds;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.problem.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.execution.SubscriptionExceptionResolver;

/**
 * Subscriptions over WebSocket and server-sent events.
 */
@Configuration(proxyBeanMethods = false)
class PushConfiguration {

	/** A virtual thread for each task: most of them wait for the database or a client. */
	@Bean(destroyMethod = "dispose")
	Scheduler pushScheduler() {
		return Schedulers.fromExecutorService(
				Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("push-", 0).factory()), "push");
	}

	/** Virtual threads have no timer. */
	@Bean(destroyMethod = "dispose")
	Scheduler lookScheduler() {
		return Schedulers.newSingle("push-look", true);
	}

	/** Sends the failure of a subscription as a problem. */
	@Bean
	SubscriptionExceptionResolver subscriptionProblems() {
		return (failure) -> Mono.just(List.of(ProblemError.of(Problem.of(failure))));
	}

	@Bean
	Subscriptions subscriptions(ExecutionGraphQlService queries, RequestBounds bounds, ChangeRepository repository,
			AnswerCaches caches, PushProperties properties, Scheduler pushScheduler, Scheduler lookScheduler,
			MeterRegistry meters) {
		Changes changes = new Changes(repository, caches, properties, lookScheduler);
		Subscriptions subscriptions = new Subscriptions(queries, bounds, changes, pushScheduler,
				properties.maximumSubscriptions());
		Gauge.builder("agent.metrics.subscriptions", subscriptions, Subscriptions::active)
			.description("Subscriptions that are open")
			.register(meters);
		return subscriptions;
	}

}
