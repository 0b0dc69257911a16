package io.agentmetrics.api.graphql;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * GraphiQL for the demo, with its scripts from this jar and relative addresses: Spring's
 * own page loads scripts from another host.
 */
@Profile("demo")
@Configuration(proxyBeanMethods = false)
class GraphiqlConfiguration {

	@Bean
	RouterFunction<ServerResponse> graphiql() {
		Resource page = new ClassPathResource("graphiql.html");
		return RouterFunctions.route()
			.GET("/graphiql", (request) -> ServerResponse.ok().contentType(MediaType.TEXT_HTML).body(page))
			.build();
	}

}
