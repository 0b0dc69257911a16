package io.agentmetrics.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;

/**
 * Every question that a schema lets clients ask, derived from it, so that a new field is
 * asked for without anybody thinking of it.
 */
final class SchemaQueries {

	/** Asked for wherever a type has it, to tell whose answer it is. */
	private static final String ID = "id";

	private final List<String> queries = new ArrayList<>();

	private final UUID agent;

	private final boolean everyWay;

	/** Fields that have been visited, where each is visited once. */
	private final Set<String> visited = new HashSet<>();

	private SchemaQueries(UUID agent, boolean everyWay) {
		this.agent = agent;
		this.everyWay = everyWay;
	}

	/**
	 * Derives one query for each field that has fields of its own and each subject: one
	 * agent, a list of agents, all agents together.
	 * @param schema the schema
	 * @param agent the agent that is asked about where an id is wanted
	 * @return documents, with the defaults of all arguments that have one
	 */
	static List<String> oneForEachField(GraphQLSchema schema, UUID agent) {
		return of(schema, new SchemaQueries(agent, false));
	}

	/**
	 * Derives one query for every way to such a field, and for each value of each
	 * enumeration among the arguments on it.
	 * @param schema the schema
	 * @param agent the agent that is asked about where an id is wanted
	 * @return thousands of documents
	 */
	static List<String> inEveryWay(GraphQLSchema schema, UUID agent) {
		return of(schema, new SchemaQueries(agent, true));
	}

	private static List<String> of(GraphQLSchema schema, SchemaQueries queries) {
		queries.visit(schema.getQueryType(), "{ ", " }", List.of(schema.getQueryType()));
		return queries.queries;
	}

	private void visit(GraphQLFieldsContainer type, String before, String after, List<GraphQLFieldsContainer> path) {
		List<String> plain = new ArrayList<>();
		for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
			if (!(GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLFieldsContainer)) {
				plain.add(field.getName() + arguments(field).getFirst());
			}
		}
		if (!plain.isEmpty()) {
			this.queries.add(before + String.join(" ", plain) + after);
		}
		String id = plain.contains(ID) ? ID + " " : "";
		for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
			if (GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLFieldsContainer of
					&& Collections.frequency(path, of) < 2 && isWanted(before, type, field)) {
				List<GraphQLFieldsContainer> longer = new ArrayList<>(path);
				longer.add(of);
				for (String arguments : arguments(field)) {
					visit(of, before + id + field.getName() + arguments + " { ", " }" + after, longer);
				}
			}
		}
	}

	private boolean isWanted(String before, GraphQLFieldsContainer type, GraphQLFieldDefinition field) {
		String subject = before.startsWith("{ agents(") ? "list" : before.startsWith("{ dashboard") ? "all" : "one";
		return this.everyWay || this.visited.add(subject + " " + type.getName() + "." + field.getName());
	}

	/** With the defaults first, then with each value of each enumeration. */
	private List<String> arguments(GraphQLFieldDefinition field) {
		List<String> required = new ArrayList<>();
		List<String> choices = new ArrayList<>();
		for (GraphQLArgument argument : field.getArguments()) {
			GraphQLInputType type = argument.getType();
			if (argument.getName().equals("first")) {
				required.add("first: 100");
			}
			else if (GraphQLTypeUtil.isNonNull(type) && !argument.hasSetDefaultValue()) {
				required.add(argument.getName() + ": " + value((GraphQLNamedType) GraphQLTypeUtil.unwrapAll(type)));
			}
			else if (this.everyWay && GraphQLTypeUtil.unwrapNonNull(type) instanceof GraphQLEnumType choice) {
				choice.getValues()
					.stream()
					.map(GraphQLEnumValueDefinition::getName)
					.forEach((value) -> choices.add(argument.getName() + ": " + value));
			}
		}
		List<String> all = new ArrayList<>();
		all.add(inBrackets(required));
		for (String choice : choices) {
			List<String> chosen = new ArrayList<>(required);
			chosen.add(choice);
			all.add(inBrackets(chosen));
		}
		return all;
	}

	private static String inBrackets(List<String> arguments) {
		return arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")";
	}

	private String value(GraphQLNamedType type) {
		return switch (type.getName()) {
			case "ID" -> '"' + this.agent.toString() + '"';
			case "Float" -> "0.95";
			case "Int", "Long" -> "1000";
			case "SliceInput" -> "{}";
			default -> throw new IllegalStateException("No value is known for the type " + type.getName());
		};
	}

}
