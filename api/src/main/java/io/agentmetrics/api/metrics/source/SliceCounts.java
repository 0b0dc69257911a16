package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

/**
 * Counts the executions of all agents of a plan between moments, exactly; for one thread
 * at a time. Days and hours of stored days that lie between two moments are taken as they
 * are stored. Those that a moment cuts are left to be counted from raw executions; where
 * these have been dropped, all of the hour counts where it starts.
 */
final class SliceCounts implements Buckets {

	private final Plan plan;

	private final NavigableMap<Instant, SliceCount> segments = new TreeMap<>();

	private final CutDays cutDays;

	private final NavigableMap<LocalDate, Long> untold = new TreeMap<>();

	/**
	 * Creates counts of nothing.
	 * @param edges where the segments begin and end, the earliest first
	 */
	SliceCounts(Plan plan, List<Instant> edges) {
		this.plan = plan;
		edges.subList(0, edges.size() - 1).forEach((start) -> this.segments.put(start, SliceCount.NONE));
		this.cutDays = new CutDays(plan, this.segments.navigableKeySet());
	}

	@Override
	public Plan plan() {
		return this.plan;
	}

	@Override
	public MetricsFields fields() {
		return MetricsFields.none();
	}

	@Override
	public void add(UUID agent, Optional<String> version, Bucket bucket) {
		add(bucket.start(), bucket.counts().total(), bucket.counts().successful(), bucket.counts().failed());
	}

	@Override
	public void add(UUID agent, Optional<String> version, Bucket cell, int cells) {
		if (!this.cutDays.add(agent, cell)) {
			add(agent, version, cell);
		}
	}

	/** Adds what all agents did on a stored day that no moment cuts. */
	void add(LocalDate day, SliceCount count) {
		add(this.plan.ledger().calendar().startOf(day), count.total(), count.successful(), count.failed());
	}

	@Override
	public void addUntold(UUID agent, LocalDate day, ExecutionCounts counts) {
		addUntold(day, counts.total());
	}

	/**
	 * Notes executions of a stored day of which it cannot be told whether they match the
	 * filter.
	 */
	void addUntold(LocalDate day, long executions) {
		this.untold.merge(day, executions, SaturatingSum::of);
	}

	/** Returns which of some days a moment cuts. */
	Set<LocalDate> cut(Days days) {
		return this.cutDays.of(days);
	}

	/** What started before the first moment, on its day, does not count. */
	private void add(Instant start, long total, long successful, long failed) {
		Instant segment = this.segments.floorKey(start);
		if (segment != null) {
			this.segments.merge(segment, new SliceCount(total, successful, failed), SliceCount::plus);
		}
	}

	/**
	 * Returns what is left to be counted from raw executions, in ranges of which each
	 * lies in one segment.
	 */
	List<RawRange> raw() {
		Set<RawRange> again = this.cutDays
			.count((agent, start, total, successful, failed) -> add(start, total, successful, failed));
		List<RawRange> raw = new ArrayList<>();
		cut(this.plan.raw(), raw);
		cut(again, raw);
		return raw;
	}

	private void cut(Collection<RawRange> ranges, List<RawRange> into) {
		for (RawRange range : ranges) {
			Instant from = range.window().from();
			Instant to = range.window().to();
			for (Instant edge : this.segments.subMap(from, false, to, false).keySet()) {
				addCounted(range, from, edge, into);
				from = edge;
			}
			addCounted(range, from, to, into);
		}
	}

	private void addCounted(RawRange range, Instant from, Instant to, List<RawRange> into) {
		if (!from.isBefore(this.segments.firstKey())) {
			into.add(new RawRange(range.agentId(), new Window(from, to), range.origin()));
		}
	}

	/** Returns the counts of the segments, the earliest first. */
	List<SliceCount> counts() {
		return List.copyOf(this.segments.values());
	}

	/** Returns what the counts since a moment leave out, one sentence each. */
	List<String> missing(Instant since) {
		List<String> sentences = new ArrayList<>();
		if (this.plan.window().from().isAfter(since)) {
			this.plan.missing().ifPresent(sentences::add);
		}
		this.plan.unknownAfter().ifPresent(sentences::add);
		Map<LocalDate, Long> days = this.untold.tailMap(this.plan.ledger().calendar().dayOf(since));
		if (!days.isEmpty()) {
			long executions = days.values().stream().reduce(0L, SaturatingSum::of);
			sentences.add(MetricsAccumulator.untoldSentence(executions, days.size()));
		}
		return sentences;
	}

	/**
	 * Returns the last day of which it cannot be told of all executions whether they
	 * match the filter.
	 */
	Optional<LocalDate> lastUntold() {
		return this.untold.isEmpty() ? Optional.empty() : Optional.of(this.untold.lastKey());
	}

}
