package io.agentmetrics.api.graphql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import graphql.schema.SelectedField;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SelectedFieldsTests {

	private static final String SCHEMA = """
			type Query { thing: Thing node: Node }
			interface Node { id: ID }
			type Thing implements Node { id: ID a: Int b: Int inner(size: Size! = SMALL): Thing }
			enum Size { SMALL LARGE }
			""";

	private static final int DEPTH = 4;

	private static final List<String> LEAVES = List.of("id", "a", "b");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{ thing { a } }                                                           | a
			{ thing { x: a y: b z: a } }                                              | a b
			{ thing { a __typename } }                                                | __typename a
			{ thing { a } thing { b } }                                               | a b
			{ thing { ... { a } ... on Thing { b } ... on Node { id } } }             | a b id
			{ node { ... on Thing { a ... on Node { id } } } }                        | a id
			{ thing { ...f } } fragment f on Thing { a ...g } fragment g on Node { id } | a id
			{ thing { a @skip(if: true) b @include(if: false) id @skip(if: false) @include(if: true) } } | id
			{ thing { a ... @include(if: false) { b } ...f @skip(if: true) } } fragment f on Thing { id } | a
			query ($on: Boolean!) { thing { a @include(if: $on) b @skip(if: $on) } }  | a
			query ($no: Boolean = false) { thing { a @include(if: $no) b @skip(if: $no) } } | b
			{ thing { inner { a } } }                                                 | inner
			""")
	void fieldsAreThoseThatAreAnswered(String query, String names) {
		assertThat(names(selected(query, Map.of("on", true)))).isEqualTo(Set.of(names.split(" ")));
	}

	@Test
	void fieldsBelowAreThoseOfAllAliases() {
		SelectedFields fields = selected(
				"{ thing { x: inner { a } y: inner(size: LARGE) { ...f } inner @skip(if: true) { id } } } "
						+ "fragment f on Thing { inner { b } }",
				Map.of());
		assertThat(names(fields.below("inner"))).containsExactlyInAnyOrder("a", "inner");
		assertThat(names(fields.below("inner").below("inner"))).containsExactly("b");
		assertThat(names(fields.below("a").below("inner"))).isEmpty();
		assertThat(fields.below("inner").hasAny(Set.of("b", "inner"))).isTrue();
		assertThat(fields.below("inner").hasAny(Set.of("b", "id"))).isFalse();
	}

	@Test
	void enumValuesAreThoseOfTheQueryItsVariablesAndElseTheDefault() {
		SelectedFields fields = selected(
				"query ($size: Size!, $unset: Size) { thing { a: inner { a } b: inner(size: LARGE) { a } "
						+ "c: inner(size: $size) { a } d: inner(size: $unset) { a } } }",
				Map.of("size", "SMALL"));
		assertThat(fields.enumValues("inner", "size")).containsExactly(Optional.empty(), Optional.of("LARGE"),
				Optional.of("SMALL"), Optional.empty());
	}

	@RepeatedTest(200)
	void randomQueriesSelectWhatTheEngineSays() {
		long seed = new Random().nextLong();
		String query = new RandomQuery(new Random(seed)).text();
		DataFetchingEnvironment thing = thing(query, Map.of("on", true, "off", false));
		assertThat(paths(SelectedFields.of(thing), "", DEPTH)).as("seed %d: %s", seed, query)
			.isEqualTo(paths(thing.getSelectionSet(), ""));
	}

	private static Set<String> names(SelectedFields fields) {
		return List.of("__typename", "id", "a", "b", "inner").stream().filter(fields::has).collect(Collectors.toSet());
	}

	private static Set<String> paths(SelectedFields fields, String above, int depth) {
		Set<String> paths = new HashSet<>();
		for (String name : names(fields)) {
			paths.add(above + name);
		}
		if (depth > 0 && fields.has("inner")) {
			paths.addAll(paths(fields.below("inner"), above + "inner.", depth - 1));
		}
		return paths;
	}

	private static Set<String> paths(DataFetchingFieldSelectionSet fields, String above) {
		Set<String> paths = new HashSet<>();
		for (SelectedField field : fields.getImmediateFields()) {
			paths.add(above + field.getName());
			paths.addAll(paths(field.getSelectionSet(), above + field.getName() + "."));
		}
		return paths;
	}

	private static SelectedFields selected(String query, Map<String, Object> variables) {
		return SelectedFields.of(thing(query, variables));
	}

	/** Returns the query as it is when the outermost thing is fetched. */
	private static DataFetchingEnvironment thing(String query, Map<String, Object> variables) {
		List<DataFetchingEnvironment> fetched = new ArrayList<>();
		RuntimeWiring wiring = RuntimeWiring.newRuntimeWiring()
			.type("Query", (type) -> type.defaultDataFetcher((environment) -> {
				fetched.add(environment);
				return Map.of();
			}))
			.type("Node", (type) -> type.typeResolver((node) -> node.getSchema().getObjectType("Thing")))
			.build();
		GraphQL engine = GraphQL
			.newGraphQL(new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse(SCHEMA), wiring))
			.build();
		ExecutionResult result = engine.execute(ExecutionInput.newExecutionInput(query).variables(variables).build());
		assertThat(result.getErrors()).isEmpty();
		return fetched.getFirst();
	}

	/**
	 * A valid query of nested fields, fragments and conditions.
	 */
	private static final class RandomQuery {

		private final Random random;

		private final StringBuilder fragments = new StringBuilder();

		private int names;

		private RandomQuery(Random random) {
			this.random = random;
		}

		private String text() {
			// a variable that is not used would be an error
			return "query ($on: Boolean!, $off: Boolean!) { __typename @include(if: $on) @skip(if: $off) thing "
					+ selected(DEPTH) + " }" + this.fragments;
		}

		private String selected(int depth) {
			StringBuilder selected = new StringBuilder("{ __typename ");
			for (int i = this.random.nextInt(4); i >= 0; i--) {
				selected.append(selection(depth)).append(' ');
			}
			return selected.append('}').toString();
		}

		private String selection(int depth) {
			if (depth == 0) {
				return leaf();
			}
			return switch (this.random.nextInt(5)) {
				case 0 -> "n" + this.names++ + ": inner" + condition() + " " + selected(depth - 1);
				case 1 -> "..." + condition() + " " + selected(depth - 1);
				case 2 -> "... on Thing" + condition() + " " + selected(depth - 1);
				case 3 -> {
					String name = "f" + this.names++;
					String body = selected(depth - 1);
					this.fragments.append(" fragment ").append(name).append(" on Thing ").append(body);
					yield "..." + name + condition();
				}
				default -> leaf();
			};
		}

		private String leaf() {
			return "n" + this.names++ + ": " + LEAVES.get(this.random.nextInt(LEAVES.size())) + condition();
		}

		private String condition() {
			return switch (this.random.nextInt(8)) {
				case 0 -> " @skip(if: $on)";
				case 1 -> " @include(if: $off)";
				case 2 -> " @skip(if: false)";
				case 3 -> " @include(if: $on) @skip(if: $off)";
				default -> "";
			};
		}

	}

}
