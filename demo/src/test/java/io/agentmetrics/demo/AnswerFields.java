package io.agentmetrics.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of GraphQL answers that can be null with an error: those that the schema
 * lets be null; an error of any other takes the next of these around it along.
 */
final class AnswerFields {

	/** By what the request of what fails is known. */
	static final String REQUEST_ID = "injected-request";

	/** Stands in a path for each element of a list. */
	private static final String EACH = "*";

	private static final Pattern ALIAS = Pattern.compile("(\\w+): (\\w+)(?:\\(| \\{)");

	private final Map<String, JsonNode> types = new HashMap<>();

	AnswerFields(GraphQlClient graphQl) throws IOException, InterruptedException {
		graphQl.data("""
				{ __schema { types { name fields { name type { kind name ofType { kind name ofType { kind name
				ofType { kind name } } } } } } } }""")
			.path("__schema")
			.path("types")
			.forEach((type) -> type.path("fields")
				.forEach((field) -> this.types.put(type.path("name").asString() + "." + field.path("name").asString(),
						field.path("type"))));
	}

	/** The paths of an answer at which there may be null with an error. */
	Set<List<String>> nullable(String query, JsonNode data) {
		Map<String, String> aliases = ALIAS.matcher(query)
			.results()
			.collect(Collectors.toMap((MatchResult match) -> match.group(1), (match) -> match.group(2),
					(one, same) -> same));
		Set<List<String>> found = new LinkedHashSet<>();
		collect(data, "Query", List.of(), aliases, found);
		return found;
	}

	private void collect(JsonNode value, String typeName, List<String> path, Map<String, String> aliases,
			Set<List<String>> found) {
		if (value.isArray()) {
			value.forEach((element) -> collect(element, typeName, with(path, EACH), aliases, found));
			return;
		}
		value.properties().forEach((entry) -> {
			String name = aliases.getOrDefault(entry.getKey(), entry.getKey());
			JsonNode type = this.types.get(typeName + "." + name);
			if (type == null) {
				return;
			}
			List<String> here = with(path, entry.getKey());
			if (!type.path("kind").asString().equals("NON_NULL")) {
				found.add(here);
			}
			JsonNode base = type;
			while (base.path("name").isNull()) {
				base = base.path("ofType");
			}
			if (entry.getValue().isContainer()) {
				collect(entry.getValue(), base.path("name").asString(), here, aliases, found);
			}
		});
	}

	/** The message of what has failed at a path. */
	static String messageOf(List<String> path) {
		return "No " + String.join(".", path) + ".";
	}

	/** The answer as it is when the fields at a path have failed. */
	static JsonNode failing(JsonNode answer, List<String> path) {
		List<List<Object>> failed = new ArrayList<>();
		nullify(answer.path("data"), path, List.of(), failed);
		if (!failed.isEmpty()) {
			ArrayNode errors = ((ObjectNode) answer).putArray("errors");
			failed.forEach((place) -> {
				ObjectNode error = errors.addObject().put("message", messageOf(path));
				error.putPOJO("path", place);
				error.putObject("extensions").put("kind", "INTERNAL").put("requestId", REQUEST_ID);
			});
		}
		return answer;
	}

	private static void nullify(JsonNode parent, List<String> path, List<Object> here, List<List<Object>> failed) {
		String name = path.getFirst();
		List<String> rest = path.subList(1, path.size());
		if (name.equals(EACH)) {
			for (int index = 0; index < parent.size(); index++) {
				nullify(parent.path(index), rest, with(here, index), failed);
			}
		}
		else if (parent instanceof ObjectNode object && object.has(name)) {
			if (rest.isEmpty()) {
				object.putNull(name);
				failed.add(with(here, name));
			}
			else {
				nullify(object.path(name), rest, with(here, name), failed);
			}
		}
	}

	private static <T> List<T> with(List<? extends T> path, T name) {
		List<T> longer = new ArrayList<>(path);
		longer.add(name);
		return longer;
	}

}
