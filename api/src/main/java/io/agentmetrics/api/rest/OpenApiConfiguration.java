package io.agentmetrics.api.rest;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.agentmetrics.api.problem.ProblemKind;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;

/**
 * What the description at {@code /v3/api-docs} says of the whole.
 */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

	private static final String TOKEN = "token";

	private static final String PROBLEM = "Problem";

	@Bean
	ModelResolver modelResolver() {
		return new RecordResolver();
	}

	@Bean
	OpenApiCustomizer mistakes() {
		Content content = new Content().addMediaType(MediaType.APPLICATION_PROBLEM_JSON_VALUE,
				new io.swagger.v3.oas.models.media.MediaType()
					.schema(new Schema<>().$ref(Components.COMPONENTS_SCHEMAS_REF + PROBLEM)));
		ApiResponse refused = new ApiResponse().description("Why there is no answer.").content(content);
		return (description) -> {
			describeAsWhole(description.getComponents());
			description.getComponents().addSchemas(PROBLEM, problem());
			description.getPaths()
				.values()
				.stream()
				.flatMap((path) -> path.readOperations().stream())
				.forEach((operation) -> operation.getResponses().addApiResponse(ApiResponses.DEFAULT, refused));
		};
	}

	/** Answers have all their properties always, some with null. */
	@SuppressWarnings({ "rawtypes", "unchecked" }) // as the describing library has it
	private static void describeAsWhole(Components components) {
		components.getSchemas()
			.values()
			.forEach((Schema schema) -> schema.setRequired(List.copyOf(schema.getProperties().keySet())));
	}

	private static Schema<?> problem() {
		Schema<?> problem = new JsonSchema().types(Set.of("object"));
		problem.addProperty("title", text("The status in words."));
		problem.addProperty("status", new JsonSchema().types(Set.of("integer")).description("The status code."));
		problem.addProperty("detail", text("What was wrong, and what is allowed."));
		problem.addProperty("instance", text("The path that was asked for."));
		Schema<Object> kind = text("One to switch on.");
		kind.setEnum(Arrays.stream(ProblemKind.values()).<Object>map(Enum::name).toList());
		problem.addProperty("kind", kind);
		problem.setRequired(List.of("title", "status", "detail", "kind"));
		return problem;
	}

	private static Schema<Object> text(String description) {
		Schema<Object> text = new JsonSchema();
		text.setTypes(Set.of("string"));
		text.setDescription(description);
		return text;
	}

	@Bean
	OpenAPI openApi() {
		SecurityScheme token = new SecurityScheme().type(SecurityScheme.Type.HTTP)
			.scheme("bearer")
			.bearerFormat("JWT")
			.description("A token with the scope metrics:read, unless agent-metrics.security.mode is none.");
		return new OpenAPI()
			// relative to the description, wherever a proxy shows it
			.addServersItem(new Server().url(".."))
			.info(new Info().title("Agent Metrics")
				.version("v1")
				.description("How AI agents are doing, over plain HTTP. Mistakes are answered with problem details "
						+ "(RFC 9457) that say what is allowed; the property 'kind' is one to switch on."))
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
