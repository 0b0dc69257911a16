package io.agentmetrics.api.metrics;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.agentmetrics.api.problem.Arguments;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import org.jspecify.annotations.Nullable;

/**
 * Which executions of an agent are asked about, by their release and environment.
 *
 * @param versions their releases; empty for all
 * @param environments where they ran; empty for everywhere
 */
public record ExecutionFilter(Optional<Choice> versions, Optional<Choice> environments) {

	/** Matches every execution. */
	public static final ExecutionFilter ALL = new ExecutionFilter(Optional.empty(), Optional.empty());

	/**
	 * Reads a client's argument.
	 * @param filter the argument, or null for all executions
	 * @throws ProblemException if it names nothing, or names that no execution can have
	 */
	public static ExecutionFilter of(@Nullable Input filter) {
		if (filter == null) {
			return ALL;
		}
		ExecutionFilter read = new ExecutionFilter(Choice.of("versions", filter.versions(), filter.unknownVersion()),
				Choice.of("environments", filter.environments(), filter.unknownEnvironment()));
		if (read.isAll()) {
			throw new ProblemException(ProblemKind.BAD_INPUT,
					"The argument 'filter' must name versions or environments, or be left out for all executions.");
		}
		return read;
	}

	/** Returns whether every execution matches. */
	public boolean isAll() {
		return this.equals(ALL);
	}

	/**
	 * Returns whether no execution can match both.
	 */
	public boolean isDisjointTo(ExecutionFilter other) {
		return areDisjoint(this.versions, other.versions) || areDisjoint(this.environments, other.environments);
	}

	/** Returns what is asked for as text, the same in every process. */
	public String asked() {
		return this.versions.map(Choice::asked).orElse("*") + " " + this.environments.map(Choice::asked).orElse("*");
	}

	private static boolean areDisjoint(Optional<Choice> one, Optional<Choice> other) {
		return one.isPresent() && other.isPresent() && one.get().isDisjointTo(other.get());
	}

	/**
	 * Some releases, or some environments.
	 *
	 * @param names what they are called
	 * @param unknown whether executions that say none match, too
	 */
	public record Choice(Set<String> names, boolean unknown) {

		public Choice {
			names = Set.copyOf(names);
		}

		private static Optional<Choice> of(String name, @Nullable List<String> names, boolean unknown) {
			if (names == null && !unknown) {
				return Optional.empty();
			}
			Set<String> checked = (names != null) ? Arguments.names("filter." + name, names) : Set.of();
			return Optional.of(new Choice(checked, unknown));
		}

		private String asked() {
			// lengths tell names apart whatever they contain
			return this.unknown + this.names.stream()
				.sorted()
				.map((name) -> name.length() + ":" + name)
				.collect(Collectors.joining());
		}

		private boolean isDisjointTo(Choice other) {
			return !(this.unknown && other.unknown) && this.names.stream().noneMatch(other.names::contains);
		}

	}

	/**
	 * A filter as a client gives it; the input {@code ExecutionFilter} of the GraphQL
	 * schema.
	 *
	 * @param versions releases, or null for all
	 * @param unknownVersion whether to add executions that do not say theirs
	 * @param environments environments, or null for all
	 * @param unknownEnvironment whether to add executions that do not say theirs
	 */
	public record Input(@Nullable List<String> versions, boolean unknownVersion, @Nullable List<String> environments,
			boolean unknownEnvironment) {
	}

}
