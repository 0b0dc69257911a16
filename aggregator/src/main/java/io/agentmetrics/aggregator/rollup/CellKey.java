package io.agentmetrics.aggregator.rollup;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * A release and an environment: what tells the cells of an agent's day apart.
 *
 * @param version {@code null} if not said
 * @param environment {@code null} if not said
 */
public record CellKey(@Nullable String version, @Nullable String environment) implements Comparable<CellKey> {

	/** Of executions that say neither. */
	public static final CellKey NOT_SAID = new CellKey(null, null);

	/** As PostgreSQL's collation "C" sorts; what is not said comes first. */
	private static final Comparator<@Nullable String> BY_BYTES = Comparator.nullsFirst((one, other) -> Arrays
		.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8)));

	private static final Comparator<CellKey> BY_NAME = Comparator.comparing(CellKey::version, BY_BYTES)
		.thenComparing(CellKey::environment, BY_BYTES);

	@Override
	public int compareTo(CellKey other) {
		return BY_NAME.compare(this, other);
	}

	/** Returns about how many bytes this takes. */
	int bytes() {
		return length(this.version) + length(this.environment);
	}

	private static int length(@Nullable String text) {
		return (text != null) ? 56 + 2 * text.length() : 0;
	}

}
