package io.agentmetrics.api.rest;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.graphql.execution.GraphQlSource;

/**
 * The queries that stand behind addresses, and the OpenAPI description at
 * {@code /v3/api-docs}.
 */
@Configuration(proxyBeanMethods = false)
class RestConfiguration {

	private static final String TOKEN = "token";

	@Bean
	RestQuery agentMetricsQuery(GraphQlSource source) {
		return new RestQuery("rest/agent-metrics.graphql", source.schema());
	}

	@Bean
	RestQuery dashboardQuery(GraphQlSource source) {
		return new RestQuery("rest/dashboard.graphql", source.schema());
	}

	@Bean
	RestQuery receivedSpansQuery(GraphQlSource source) {
		return new RestQuery("rest/received-spans.graphql", source.schema());
	}

	@Bean
	ModelResolver modelResolver() {
		return new RecordResolver();
	}

	@Bean
	OpenApiCustomizer answers(List<RestQuery> queries) {
		return (description) -> {
			describeAsWhole(description.getComponents());
			queries.forEach((query) -> description.getComponents().addSchemas(query.typeName(), query.description()));
		};
	}

	/** Answers have all their properties always, some with null. */
	@SuppressWarnings({ "rawtypes", "unchecked" }) // as the describing library has it
	private static void describeAsWhole(Components components) {
		components.getSchemas()
			.values()
			.forEach((Schema schema) -> schema.setRequired(List.copyOf(schema.getProperties().keySet())));
	}

	@Bean
	OpenAPI openApi() {
		SecurityScheme token = new SecurityScheme().type(SecurityScheme.Type.HTTP)
			.scheme("bearer")
			.bearerFormat("JWT")
			.description("A token with the scope metrics:read, unless the installation is open to all.");
		return new OpenAPI()
			// relative to the description, wherever a proxy shows it
			.addServersItem(new Server().url(".."))
			.info(new Info().title("Agent Metrics")
				.version("v1")
				.description("How AI agents are doing, over plain HTTP. Mistakes are answered with problem details "
						+ "(RFC 9457) that say what is allowed; the property 'kind' is for programs."))
			.components(new Components().addSecuritySchemes(TOKEN, token))
			.addSecurityItem(new SecurityRequirement().addList(TOKEN));
	}

	/**
	 * The names and the nulls that JSON has; the describing library knows Jackson 2
	 * alone.
	 */
	private static final class RecordResolver extends ModelResolver {

		RecordResolver() {
			super(Json.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
			openapi31(true);
		}

		@Override
		@SuppressWarnings("rawtypes") // as the describing library has it
		public @Nullable Schema resolve(AnnotatedType type, ModelConverterContext context,
				Iterator<ModelConverter> others) {
			Schema schema = super.resolve(type, context, others);
			// components are primitive unless they may be null
			Class<?> named = this._mapper.constructType(type.getType()).getRawClass();
			if (schema != null && schema.get$ref() == null
					&& (named == Optional.class || Number.class.isAssignableFrom(named))) {
				schema.addType("null");
			}
			return schema;
		}

	}

}
