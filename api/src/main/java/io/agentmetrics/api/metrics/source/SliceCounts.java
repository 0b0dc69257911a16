package io.agentmetrics.api.metrics.source;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

/**
 * Counts the executions of all agents of a plan between moments, exactly; for one thread
 * at a time. Days and hours of stored days that lie between two moments are taken as they
 * are stored. Those that a moment cuts are left to be counted from raw executions; where
 * these have been dropped, all of the hour counts where it starts.
 */
final class SliceCounts implements Buckets {

	private static final Duration HOUR = Duration.ofHours(1);

	private final Plan plan;

	private final NavigableMap<Instant, SliceCount> segments = new TreeMap<>();

	/** The stored cells of agents' days that a moment cuts, by these days. */
	private final Map<RawRange, List<Bucket>> cutDays = new LinkedHashMap<>();

	private final NavigableMap<LocalDate, Long> untold = new TreeMap<>();

	/**
	 * Creates counts of nothing.
	 * @param edges where the segments begin and end, the earliest first
	 */
	SliceCounts(Plan plan, List<Instant> edges) {
		this.plan = plan;
		edges.subList(0, edges.size() - 1).forEach((start) -> this.segments.put(start, SliceCount.NONE));
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
		DayCalendar calendar = this.plan.ledger().calendar();
		LocalDate date = calendar.dayOf(cell.start());
		Window day = new Window(cell.start(), calendar.startOf(date.plusDays(1)));
		if (isCut(day)) {
			this.cutDays.computeIfAbsent(new RawRange(agent, day, day.from()), (first) -> new ArrayList<>()).add(cell);
		}
		else {
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
		DayCalendar calendar = this.plan.ledger().calendar();
		return days.from()
			.datesUntil(days.to())
			.filter((day) -> isCut(new Window(calendar.startOf(day), calendar.startOf(day.plusDays(1)))))
			.collect(Collectors.toSet());
	}

	private boolean isCut(Window time) {
		Instant edge = this.segments.higherKey(time.from());
		return edge != null && edge.isBefore(time.to());
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
		Set<RawRange> again = new LinkedHashSet<>();
		this.cutDays.forEach((day, cells) -> again.addAll(addHours(day, cells)));
		this.cutDays.clear();
		List<RawRange> raw = new ArrayList<>();
		cut(this.plan.raw(), raw);
		cut(again, raw);
		return raw;
	}

	/**
	 * Adds the hours of an agent's day that no moment cuts; of a day with hours that
	 * cannot be read, nothing.
	 * @return what is left to be counted from raw executions
	 */
	private Set<RawRange> addHours(RawRange day, List<Bucket> cells) {
		LocalDate date = this.plan.ledger().calendar().dayOf(day.origin());
		boolean kept = this.plan.ledger().rawFrom().filter(date::isBefore).isEmpty();
		if (kept && cells.stream().anyMatch((cell) -> cell.hours().isEmpty())) {
			return Set.of(day);
		}
		Set<RawRange> cutHours = new LinkedHashSet<>();
		for (Bucket cell : cells) {
			cell.hours()
				.ifPresentOrElse((hours) -> addHours(day, cell, hours, kept, cutHours),
						() -> add(day.agentId(), Optional.empty(), cell));
		}
		return cutHours;
	}

	private void addHours(RawRange day, Bucket cell, HourlyCounts hours, boolean kept, Set<RawRange> cutHours) {
		for (int n = 0; n < hours.hours(); n++) {
			if (hours.total(n) > 0) {
				Instant end = cell.start(n).plus(HOUR);
				Window hour = new Window(cell.start(n), end.isBefore(day.window().to()) ? end : day.window().to());
				if (kept && isCut(hour)) {
					cutHours.add(new RawRange(day.agentId(), hour, day.origin()));
				}
				else {
					add(hour.from(), hours.total(n), hours.successful(n), hours.failed(n));
				}
			}
		}
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
