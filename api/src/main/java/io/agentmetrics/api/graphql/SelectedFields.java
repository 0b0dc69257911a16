package io.agentmetrics.api.graphql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import graphql.language.Argument;
import graphql.language.BooleanValue;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.EnumValue;
import graphql.language.Field;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.VariableReference;
import graphql.schema.DataFetchingEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a query selects below a field of an object type, directly or by
 * fragments, without those that {@code @skip} and {@code @include} leave out.
 */
public final class SelectedFields {

	// graphql-java's own selection set would normalize the whole query for each answer

	private final DataFetchingEnvironment query;

	private final Map<String, List<Field>> byName = new HashMap<>();

	private SelectedFields(DataFetchingEnvironment query, Collection<Field> parents) {
		this.query = query;
		parents.forEach((parent) -> add(parent.getSelectionSet()));
	}

	/** Returns what is selected below the field that is being fetched. */
	public static SelectedFields of(DataFetchingEnvironment query) {
		return new SelectedFields(query, query.getMergedField().getFields());
	}

	/** Returns what is selected below fields of a name, under whatever aliases. */
	public SelectedFields below(String name) {
		return new SelectedFields(this.query, named(name));
	}

	public boolean has(String name) {
		return this.byName.containsKey(name);
	}

	public boolean hasAny(Set<String> names) {
		return !Collections.disjoint(this.byName.keySet(), names);
	}

	/**
	 * Returns the enum values that an argument has in fields of a name.
	 * @return one for each of the fields; empty where the schema's default is meant
	 */
	public Stream<Optional<String>> enumValues(String name, String argument) {
		return named(name).stream().map((field) -> value(field.getArguments(), argument).map(Object::toString));
	}

	private List<Field> named(String name) {
		return this.byName.getOrDefault(name, List.of());
	}

	private void add(@Nullable SelectionSet selected) {
		if (selected == null) {
			return;
		}
		for (Selection<?> selection : selected.getSelections()) {
			if (isIncluded((DirectivesContainer<?>) selection)) {
				switch (selection) {
					case Field field ->
						this.byName.computeIfAbsent(field.getName(), (name) -> new ArrayList<>()).add(field);
					case InlineFragment fragment -> add(fragment.getSelectionSet());
					case FragmentSpread fragment ->
						add(Objects.requireNonNull(this.query.getFragmentsByName().get(fragment.getName()))
							.getSelectionSet());
					default -> throw new IllegalStateException("Unknown selection " + selection);
				}
			}
		}
	}

	private boolean isIncluded(DirectivesContainer<?> selection) {
		return selection.getDirectives().stream().allMatch((directive) -> switch (directive.getName()) {
			case "include" -> holds(directive);
			case "skip" -> !holds(directive);
			default -> true;
		});
	}

	private boolean holds(Directive directive) {
		return value(directive.getArguments(), "if").equals(Optional.of(true));
	}

	private Optional<Object> value(List<Argument> arguments, String name) {
		return arguments.stream()
			.filter((argument) -> argument.getName().equals(name))
			.findFirst()
			.map(Argument::getValue)
			.map((value) -> switch (value) {
				case BooleanValue constant -> constant.isValue();
				case EnumValue constant -> constant.getName();
				case VariableReference variable -> this.query.getVariables().get(variable.getName());
				default -> throw new IllegalArgumentException("'" + name + "' is neither a boolean nor an enum");
			});
	}

}
