package io.agentmetrics.api.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

import graphql.language.Field;
import graphql.language.OperationDefinition;
import graphql.parser.Parser;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import io.agentmetrics.api.metrics.TimeRange;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;

/**
 * A GraphQL query of one field whose answer is sent as plain JSON: names are in snake
 * case, values of enums in lower case, and what has no value is null. What {@code @skip}
 * leaves out is not in the answer; what {@code @include} leaves out is null.
 */
final class RestQuery {

	private static final Pattern NEXT_WORD = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

	private final String document;

	private final Field field;

	private final GraphQLObjectType type;

	/** Reads a query. */
	RestQuery(String path, GraphQLSchema schema) {
		this.document = read(path);
		this.field = Parser.parse(this.document)
			.getFirstDefinitionOfType(OperationDefinition.class)
			.orElseThrow()
			.getSelectionSet()
			.getSelectionsOfType(Field.class)
			.getFirst();
		this.type = (GraphQLObjectType) GraphQLTypeUtil
			.unwrapAll(schema.getQueryType().getFieldDefinition(this.field.getName()).getType());
	}

	private static String read(String path) {
		try {
			return new ClassPathResource(path).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String document() {
		return this.document;
	}

	/** Returns the type of the field that is asked for. */
	String typeName() {
		return this.type.getName();
	}

	/**
	 * Returns an answer as JSON.
	 * @param data the data of a GraphQL response, or null if it has none
	 * @return empty if the field has no value
	 */
	Optional<Map<String, @Nullable Object>> json(@Nullable Map<String, Object> data) {
		return Optional.ofNullable(data)
			.map((values) -> values.get(this.field.getResultKey()))
			.map((value) -> jsonObject(this.type, this.field, (Map<?, ?>) value));
	}

	private static Map<String, @Nullable Object> jsonObject(GraphQLObjectType type, Field parent, Map<?, ?> values) {
		Map<String, @Nullable Object> json = new LinkedHashMap<>();
		for (Field field : fields(parent)) {
			if (!field.hasDirective("skip") || values.containsKey(field.getResultKey())) {
				json.put(name(field), json(type(type, field), field, values.get(field.getResultKey())));
			}
		}
		return json;
	}

	private static @Nullable Object json(GraphQLType type, Field field, @Nullable Object value) {
		if (value == null) {
			return null;
		}
		return switch (GraphQLTypeUtil.unwrapNonNull(type)) {
			case GraphQLList list ->
				((List<?>) value).stream().map((each) -> json(list.getWrappedType(), field, each)).toList();
			case GraphQLObjectType object -> jsonObject(object, field, (Map<?, ?>) value);
			case GraphQLEnumType named -> name(named, value.toString());
			default -> value;
		};
	}

	/** Describes the answers for OpenAPI. */
	Schema<?> description() {
		return describeObject(this.type, this.field);
	}

	private static Schema<?> describeObject(GraphQLObjectType type, Field parent) {
		Schema<?> description = typed("object");
		for (Field field : fields(parent)) {
			description.addProperty(name(field), description(type(type, field), field)
				.description(type.getFieldDefinition(field.getName()).getDescription()));
		}
		description.setRequired(
				fields(parent).stream().filter((field) -> !field.hasDirective("skip")).map(RestQuery::name).toList());
		return description;
	}

	private static Schema<?> description(GraphQLType type, Field field) {
		Schema<?> description = switch (GraphQLTypeUtil.unwrapNonNull(type)) {
			case GraphQLList list -> typed("array").items(description(list.getWrappedType(), field));
			case GraphQLObjectType object -> describeObject(object, field);
			case GraphQLEnumType named -> {
				JsonSchema values = typed("string");
				named.getValues().forEach((value) -> values.addEnumItemObject(name(named, value.getName())));
				if (GraphQLTypeUtil.isNullable(type)) {
					values.addEnumItemObject(null);
				}
				yield values;
			}
			default -> scalar(GraphQLTypeUtil.simplePrint(GraphQLTypeUtil.unwrapNonNull(type)));
		};
		if (GraphQLTypeUtil.isNullable(type)) {
			description.addType("null");
		}
		return description;
	}

	private static Schema<?> scalar(String name) {
		return switch (name) {
			case "Boolean" -> typed("boolean");
			case "Long" -> typed("integer").format("int64");
			case "Float" -> typed("number").format("double");
			case "Decimal" -> typed("number");
			case "Date" -> typed("string").format("date");
			case "DateTime" -> typed("string").format("date-time");
			case "String", "ID" -> typed("string");
			default -> throw new IllegalArgumentException("The scalar " + name + " has no description");
		};
	}

	private static JsonSchema typed(String type) {
		JsonSchema schema = new JsonSchema();
		schema.addType(type);
		return schema;
	}

	private static List<Field> fields(Field parent) {
		return Objects.requireNonNull(parent.getSelectionSet()).getSelectionsOfType(Field.class);
	}

	/**
	 * Returns the type of a field, which may be null where the query may leave it out.
	 */
	private static GraphQLType type(GraphQLObjectType type, Field field) {
		GraphQLType declared = type.getFieldDefinition(field.getName()).getType();
		return field.hasDirective("include") ? GraphQLTypeUtil.unwrapNonNull(declared) : declared;
	}

	private static String name(Field field) {
		return NEXT_WORD.matcher(field.getResultKey()).replaceAll("_").toLowerCase(Locale.ROOT);
	}

	private static String name(GraphQLEnumType type, String value) {
		return type.getName().equals(TimeRange.class.getSimpleName()) ? Parameters.name(TimeRange.valueOf(value))
				: value.toLowerCase(Locale.ROOT);
	}

}
