package io.agentmetrics.api.export;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the description at {@code /v3/api-docs} says of the whole.
 */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

	private static final String TOKEN = "token";

	/** The names that JSON has; the describing library knows Jackson 2 alone. */
	@Bean
	ModelResolver modelResolver() {
		return new ModelResolver(Json.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
	}

	@Bean
	OpenAPI openApi() {
		SecurityScheme token = new SecurityScheme().type(SecurityScheme.Type.HTTP)
			.scheme("bearer")
			.bearerFormat("JWT")
			.description("A token with the scope metrics:read, unless agent-metrics.security.mode is none.");
		return new OpenAPI()
			.info(new Info().title("Agent Metrics")
				.version("v1")
				.description("How AI agents are doing, over plain HTTP. Mistakes are answered with problem details "
						+ "(RFC 9457) that say what is allowed; the property 'kind' is one to switch on."))
			.components(new Components().addSecuritySchemes(TOKEN, token))
			.addSecurityItem(new SecurityRequirement().addList(TOKEN));
	}

}
