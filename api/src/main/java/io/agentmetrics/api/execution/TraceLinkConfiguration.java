package io.agentmetrics.api.execution;

import java.util.Objects;

import graphql.TrivialDataFetcher;
import io.agentmetrics.model.execution.Execution;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.graphql.execution.RuntimeWiringConfigurer;

/**
 * The field {@code link} of executions. It needs a setting, which no static method of the
 * controller has, and any other would get a thread of its own for each execution.
 */
@Configuration(proxyBeanMethods = false)
class TraceLinkConfiguration {

	@Bean
	RuntimeWiringConfigurer traceLink(TraceLinks links) {
		TrivialDataFetcher<@Nullable String> link = (environment) -> {
			Execution execution = Objects.requireNonNull(environment.<Execution>getSource());
			return execution.externalId().flatMap(links::link).orElse(null);
		};
		return (wiring) -> wiring.type("Execution", (execution) -> execution.dataFetcher("link", link));
	}

}
