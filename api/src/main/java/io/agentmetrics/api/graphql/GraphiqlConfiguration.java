package io.agentmetrics.api.graphql;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.io.ClassPathResource;
import org.springframework.graphql.server.webmvc.GraphiQlHandler;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * GraphiQL for the demo, with its scripts from this jar: the page that Spring brings
 * loads them from another host.
 */
@Profile("demo")
@Configuration(proxyBeanMethods = false)
class GraphiqlConfiguration {

	@Bean
	RouterFunction<ServerResponse> graphiql() {
		GraphiQlHandler handler = new GraphiQlHandler("/graphql", null, new ClassPathResource("graphiql.html"));
		return RouterFunctions.route().GET("/graphiql", handler::handleRequest).build();
	}

}
