package io.agentmetrics.api.graphql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every argument of the schema that takes text is sent some that means harm; which they
 * are is read off the schema.
 */
class HostileTextIntegrationTests extends ApiTest {

	private static final Set<String> TEXT = Set.of("ID", "String", "DateTime", "Date");

	/** The arguments that are free text; all others have a form. */
	private static final Set<String> FREE = Set.of("Query.agents.search", "Query.receivedSpans.service");

	@Autowired
	private GraphQlSource source;

	@Test
	void argumentsThatTakeTextAreAllFound() {
		assertThat(attacks("x", UUID.randomUUID()).keySet()).contains("Query.agent.id", "Query.agents.after",
				"Query.agents.search", "Query.annotations.environment", "Query.receivedSpans.service",
				"Query.agentMetrics.agentId", "Query.agentMetrics.between.from", "Query.agentMetrics.between.to",
				"Query.agentMetrics.filter.versions", "Query.compare.baseline.filter.environments",
				"Query.compare.candidate.between.to", "Agent.releases.filter.versions", "Agent.metrics.between.from",
				"Agent.executions.after", "Agent.executions.between.to", "Dashboard.series.between.from");
	}

	@ParameterizedTest
	@ValueSource(strings = { "'; drop table agents; --", "' or '1'='1", "1) union select 1,2,3 --", "$$; select 1; $$",
			"%27%20or%201=1", "\\\\' or 1=1 --", ":agent", "?" })
	void sqlIsTextOrRefused(String hostile) {
		UUID agent = executions().agent("not hostile");
		attacks(hostile, agent)
			.forEach((argument, query) -> graphQl().document(query).execute().errors().satisfy((errors) -> {
				if (FREE.contains(argument)
						|| argument.matches(".*\\.(filter\\.(versions|environments)|annotations\\.environment)")) {
					assertThat(errors).as(query).isEmpty();
				}
				else {
					assertThat(errors).as(query)
						.isNotEmpty()
						.allSatisfy((error) -> assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT"));
				}
			}));
		assertThat(JdbcClient.create(this.dataSource)
			.sql("select count(*) from agents where id = :agent")
			.param("agent", agent)
			.query(Long.class)
			.single()).isOne();
	}

	/** Returns a query for each argument, by the argument's name. */
	private Map<String, String> attacks(String hostile, UUID agent) {
		GraphQLSchema schema = this.source.schema();
		Attacks attacks = new Attacks(hostile, agent);
		attacks.on(schema.getQueryType(), "%s", new HashSet<>());
		return attacks.queries;
	}

	/**
	 * A walk through the schema from the query type on, each type once.
	 */
	private static final class Attacks {

		private final Map<String, String> queries = new TreeMap<>();

		private final String hostile;

		private final UUID agent;

		Attacks(String hostile, UUID agent) {
			this.hostile = hostile;
			this.agent = agent;
		}

		void on(GraphQLObjectType type, String around, Set<String> seen) {
			if (!seen.add(type.getName())) {
				return;
			}
			for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
				GraphQLType of = GraphQLTypeUtil.unwrapAll(field.getType());
				String fields = (of instanceof GraphQLObjectType) ? " { __typename }" : "";
				for (GraphQLArgument argument : field.getArguments()) {
					for (Hostile value : hostile(argument)) {
						String call = field.getName() + "(" + required(field, argument.getName()) + argument.getName()
								+ ": " + value.literal() + ")" + fields;
						this.queries.put(type.getName() + "." + field.getName() + "." + value.path(),
								"{ " + around.formatted(call) + " }");
					}
				}
				if (of instanceof GraphQLObjectType object) {
					String required = required(field, "");
					on(object,
							around.formatted(
									field.getName() + (required.isEmpty() ? "" : "(" + required + ")") + " { %s }"),
							seen);
				}
			}
		}

		private String required(GraphQLFieldDefinition field, String except) {
			StringBuilder required = new StringBuilder();
			for (GraphQLArgument argument : field.getArguments()) {
				if (GraphQLTypeUtil.isNonNull(argument.getType()) && !argument.hasSetDefaultValue()
						&& !argument.getName().equals(except)) {
					required.append(argument.getName()).append(": ").append(good(argument)).append(", ");
				}
			}
			return required.toString();
		}

		private String good(GraphQLArgument argument) {
			GraphQLType type = GraphQLTypeUtil.unwrapAll(argument.getType());
			return switch (((GraphQLNamedType) type).getName()) {
				case "ID" -> "\"" + this.agent + "\"";
				case "SliceInput" -> "{}";
				default -> "1";
			};
		}

		private List<Hostile> hostile(GraphQLArgument argument) {
			return hostile(argument.getName(), argument.getType());
		}

		private List<Hostile> hostile(String path, GraphQLInputType of) {
			GraphQLType type = GraphQLTypeUtil.unwrapAll(of);
			if (type instanceof GraphQLScalarType scalar && TEXT.contains(scalar.getName())) {
				return List.of(new Hostile(path, "\"" + this.hostile + "\""));
			}
			List<Hostile> values = new ArrayList<>();
			if (type instanceof GraphQLInputObjectType input) {
				for (GraphQLInputObjectField field : input.getFieldDefinitions()) {
					String others = input.getFieldDefinitions()
						.stream()
						.filter((other) -> other != field && GraphQLTypeUtil.isNonNull(other.getType())
								&& !other.hasSetDefaultValue())
						.map((other) -> ", " + other.getName() + ": \"2026-01-01T00:00:00Z\"")
						.reduce("", String::concat);
					for (Hostile value : hostile(path + "." + field.getName(), field.getType())) {
						values.add(new Hostile(value.path(),
								"{ " + field.getName() + ": " + value.literal() + others + " }"));
					}
				}
			}
			return values;
		}

	}

	/**
	 * A harmful value.
	 *
	 * @param path of what it is one
	 * @param literal as it stands in a query
	 */
	private record Hostile(String path, String literal) {
	}

}
