package io.agentmetrics.model.error;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.agentmetrics.model.number.SaturatingSum;
import org.jspecify.annotations.Nullable;

/**
 * Errors by group: the {@value #MAX_GROUPS} most frequent groups, and all others as one.
 * <p>
 * The total is exact. So are the counts of the groups until there are more than
 * {@value #MAX_GROUPS}; from then on what was counted under the rest stays there, and the
 * count of a group that came and went is a lower bound.
 */
public final class ErrorGroups {

	/** The most groups that are told apart. */
	public static final int MAX_GROUPS = 100;

	private static final ErrorGroups EMPTY = new ErrorGroups(List.of());

	private static final Comparator<ErrorGroup> MOST_FREQUENT_FIRST = Comparator.comparingLong(ErrorGroup::count)
		.reversed()
		.thenComparing(ErrorGroup::fingerprint);

	private final List<ErrorGroup> groups;

	private ErrorGroups(List<ErrorGroup> groups) {
		this.groups = List.copyOf(groups);
	}

	/**
	 * Returns no errors.
	 * @return no groups, a total of 0
	 */
	public static ErrorGroups empty() {
		return EMPTY;
	}

	/**
	 * Brings groups together, for example as they were stored.
	 * @param groups any groups, in any order, of any masking version
	 * @return all of them; those of another masking version masked again from their
	 * example
	 */
	public static ErrorGroups of(Collection<ErrorGroup> groups) {
		Builder builder = builder();
		groups.forEach(builder::add);
		return builder.build();
	}

	/**
	 * Adds up many at once, which loses less to the rest than one after the other.
	 */
	public static ErrorGroups merged(Collection<ErrorGroups> parts) {
		Builder builder = builder();
		parts.forEach(builder::add);
		return builder.build();
	}

	/**
	 * Returns a builder without errors.
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Adds other errors to these.
	 */
	public ErrorGroups plus(ErrorGroups more) {
		if (this.groups.isEmpty()) {
			return more;
		}
		return more.groups.isEmpty() ? this : merged(List.of(this, more));
	}

	/**
	 * Returns what there is to store: every group, the most frequent first, of equally
	 * frequent ones the lower fingerprint first, and last, if there is one, the rest.
	 * @return at most {@value #MAX_GROUPS} groups and the rest
	 */
	public List<ErrorGroup> groups() {
		return this.groups;
	}

	/**
	 * Returns the most frequent groups, without the rest.
	 * @param first how many at most, not negative
	 * @return that many groups or fewer, the most frequent first
	 */
	public List<ErrorGroup> top(int first) {
		if (first < 0) {
			throw new IllegalArgumentException("Cannot return " + first + " groups");
		}
		return this.groups.stream().filter((group) -> !group.isOther()).limit(first).toList();
	}

	/**
	 * Returns the errors that have no group of their own.
	 * @return the rest, or empty if every error has a group
	 */
	public Optional<ErrorGroup> other() {
		return this.groups.stream().filter(ErrorGroup::isOther).findFirst();
	}

	/**
	 * Returns how many errors {@link #top} leaves out, those of the rest included.
	 * @param first how many groups at most, not negative
	 */
	public long countBeyond(int first) {
		return this.groups.stream().skip(top(first).size()).mapToLong(ErrorGroup::count).reduce(0, SaturatingSum::of);
	}

	/**
	 * Returns how many errors there are, with the rest.
	 * @return the total, exact
	 */
	public long total() {
		return this.groups.stream().mapToLong(ErrorGroup::count).reduce(0, SaturatingSum::of);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ErrorGroups that && this.groups.equals(that.groups);
	}

	@Override
	public int hashCode() {
		return this.groups.hashCode();
	}

	@Override
	public String toString() {
		return "ErrorGroups" + this.groups;
	}

	/**
	 * Groups error messages; for one thread at a time. It tells apart the first
	 * {@value #MAX_TRACKED} groups it meets, which bounds its memory, and counts any
	 * others under the rest.
	 */
	public static final class Builder {

		static final int MAX_TRACKED = 10_000;

		/** What a group takes beside its texts, with its place in the map. */
		private static final int GROUP_BYTES = 250;

		private final Map<String, ErrorGroup> tracked = new HashMap<>();

		private @Nullable ErrorGroup other;

		private int bytes;

		private Builder() {
		}

		/**
		 * Adds errors.
		 * @param type their type, which groups them where the message is missing or blank
		 * @param count how many, at least one
		 * @param lastSeen when the last came, not before the first
		 */
		public Builder add(@Nullable String message, @Nullable String type, long count, Instant firstSeen,
				Instant lastSeen) {
			return add(ErrorGroup.of(message, type, count, firstSeen, lastSeen));
		}

		/**
		 * Adds a group of any masking version.
		 */
		public Builder add(ErrorGroup group) {
			ErrorGroup current = group.inCurrentVersion();
			if (current.isOther()
					|| (this.tracked.size() >= MAX_TRACKED && !this.tracked.containsKey(current.fingerprint()))) {
				this.other = plusOther(this.other, current);
			}
			else {
				if (this.tracked.merge(current.fingerprint(), current, ErrorGroup::plus) == current) {
					this.bytes += GROUP_BYTES
							+ Character.BYTES * (current.fingerprint().length() + current.example().length());
				}
			}
			return this;
		}

		/**
		 * Adds many groups.
		 */
		public Builder add(ErrorGroups groups) {
			groups.groups.forEach(this::add);
			return this;
		}

		/**
		 * Returns how much memory this takes.
		 * @return about so many bytes
		 */
		public int bytes() {
			return this.bytes;
		}

		/**
		 * Keeps the {@value ErrorGroups#MAX_GROUPS} most frequent groups and counts the
		 * others under the rest, where they stay.
		 */
		public void compact() {
			if (this.tracked.size() > MAX_GROUPS) {
				ErrorGroups kept = build();
				this.tracked.clear();
				this.other = null;
				this.bytes = 0;
				add(kept);
			}
		}

		/**
		 * Returns what was added so far.
		 * @return the most frequent groups and the rest
		 */
		public ErrorGroups build() {
			List<ErrorGroup> sorted = new ArrayList<>(this.tracked.values());
			sorted.sort(MOST_FREQUENT_FIRST);
			int kept = Math.min(sorted.size(), MAX_GROUPS);
			ErrorGroup rest = this.other;
			for (ErrorGroup group : sorted.subList(kept, sorted.size())) {
				rest = plusOther(rest, group);
			}
			List<ErrorGroup> groups = new ArrayList<>(sorted.subList(0, kept));
			if (rest != null) {
				groups.add(rest);
			}
			return groups.isEmpty() ? EMPTY : new ErrorGroups(groups);
		}

		private static ErrorGroup plusOther(@Nullable ErrorGroup other, ErrorGroup more) {
			return (other != null) ? other.plus(more.asOther()) : more.asOther();
		}

	}

}
