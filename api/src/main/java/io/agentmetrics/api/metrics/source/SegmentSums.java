package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.DayCalendar;

/**
 * Adds up what is read of the segments of a question, in any order; for one thread at a
 * time. Where no times are asked for, days that a moment cuts count by their hours.
 */
final class SegmentSums implements Buckets {

	private static final String UNREADABLE = "The times of %,d days cannot be read and are left out; the days have to be aggregated again.";

	private static final String UNTOLD = "%,d executions are stored without release and environment; those of them that match the filter are not counted.";

	private final SegmentsQuestion question;

	private final Plan plan;

	private final DayCalendar calendar;

	private final CutDays cutDays;

	private final Map<UUID, List<Sum>> sums = new HashMap<>();

	private final Map<UUID, Set<LocalDate>> unreadable = new HashMap<>();

	private final Map<UUID, Long> untold = new HashMap<>();

	private final Map<UUID, Integer> lastUntold = new HashMap<>();

	SegmentSums(SegmentsQuestion question, Plan plan) {
		this.question = question;
		this.plan = plan;
		this.calendar = plan.ledger().calendar();
		this.cutDays = new CutDays(plan, question.edges().subList(0, question.segments()));
		question.agents()
			.forEach((agent) -> this.sums.put(agent,
					Stream.generate(() -> new Sum(question.limitsMs().size())).limit(question.segments()).toList()));
	}

	SegmentsQuestion question() {
		return this.question;
	}

	/**
	 * Returns for each cut the first day that counts after it. A day that a cut divides
	 * counts before it: it is only read as a whole where its executions are gone.
	 */
	List<LocalDate> firstDays() {
		return this.question.cuts().stream().map((cut) -> {
			LocalDate day = this.calendar.dayOf(cut);
			return isDivided(cut) ? day.plusDays(1) : day;
		}).toList();
	}

	private boolean isDivided(Instant cut) {
		return cut.isAfter(this.calendar.startOf(this.calendar.dayOf(cut)));
	}

	@Override
	public Plan plan() {
		return this.plan;
	}

	@Override
	public MetricsFields fields() {
		return MetricsFields.none();
	}

	/**
	 * Returns the stored days that count by their hours. Where the executions have been
	 * dropped, of which the rest of an hour would have to be counted, the whole day
	 * counts.
	 */
	Set<LocalDate> byHours() {
		if (!this.question.limitsMs().isEmpty()) {
			return Set.of();
		}
		return this.cutDays.of(this.plan.stored().days())
			.stream()
			.filter((day) -> this.plan.ledger().keepsExecutionsOf(day) && !this.plan.stored().without().contains(day))
			.collect(Collectors.toSet());
	}

	/**
	 * Returns what is to be counted from raw executions, also of the days that count by
	 * their hours, once they are added.
	 */
	List<RawRange> raw() {
		Instant first = this.question.edges().getFirst();
		return Stream.concat(this.plan.raw().stream(),
				this.cutDays.count((agent, start, total, successful, failed) -> add(agent, start, successful, failed))
					.stream())
			.filter((range) -> range.window().to().isAfter(first))
			.map((range) -> new RawRange(range.agentId(), range.window().since(first), range.origin()))
			.toList();
	}

	@Override
	public void add(UUID agent, Optional<String> version, Bucket day) {
		if (!this.cutDays.add(agent, day)) {
			throw new IllegalStateException("No moment cuts the day of " + day.start());
		}
	}

	@Override
	public void add(UUID agent, Optional<String> version, Bucket cell, int cells) {
		add(agent, version, cell);
	}

	@Override
	public void addUntold(UUID agent, LocalDate day, ExecutionCounts counts) {
		addUntold(agent, segment(this.calendar.startOf(day.plusDays(1)).minusNanos(1)), counts.total());
	}

	/** What started before the first moment, on its day, does not count. */
	private void add(UUID agent, Instant start, long successful, long failed) {
		int segment = segment(start);
		if (segment >= 0) {
			add(agent, segment, successful, failed);
		}
	}

	/** Returns the segment of a moment; -1 before the first. */
	private int segment(Instant moment) {
		int found = Collections.binarySearch(this.question.edges(), moment);
		return (found >= 0) ? found : -found - 2;
	}

	void add(UUID agent, int segment, long successful, long failed) {
		Sum sum = sum(agent, segment);
		sum.successful = SaturatingSum.of(sum.successful, successful);
		sum.failed = SaturatingSum.of(sum.failed, failed);
	}

	/**
	 * Adds times that lie between two limits.
	 * @param executions how many executions took so long
	 * @param above how many limits they are beyond
	 */
	void addTimes(UUID agent, int segment, long executions, int above) {
		Sum sum = sum(agent, segment);
		sum.timed = SaturatingSum.of(sum.timed, executions);
		for (int limit = above; limit < sum.within.length; limit++) {
			sum.within[limit] += executions;
		}
	}

	void addTimes(UUID agent, int segment, LatencySketch times) {
		Sum sum = sum(agent, segment);
		sum.timed = SaturatingSum.of(sum.timed, times.count());
		for (int limit = 0; limit < sum.within.length; limit++) {
			CountWithin within = CountWithin.of(times, this.question.limitsMs().get(limit));
			sum.within[limit] += within.executions();
			sum.errors[limit] += within.error();
		}
	}

	/**
	 * Adds what was added of whole days before, for the same agents, segments and limits.
	 */
	void add(StoredSegments days) {
		days.counts().forEach((agent, segments) -> {
			for (int segment = 0; segment < segments.size(); segment++) {
				sum(agent, segment).add(segments.get(segment));
			}
		});
		days.unreadable()
			.forEach((agent, unread) -> this.unreadable.computeIfAbsent(agent, (first) -> new HashSet<>())
				.addAll(unread));
		days.untold().forEach((agent, executions) -> this.untold.merge(agent, executions, SaturatingSum::of));
		days.lastUntold().forEach((agent, segment) -> this.lastUntold.merge(agent, segment, Math::max));
	}

	/** Returns all that has been added, so that it can be added again. */
	StoredSegments toStored() {
		Map<UUID, List<SegmentCounts>> counts = HashMap.newHashMap(this.sums.size());
		this.sums.keySet().forEach((agent) -> counts.put(agent, of(agent)));
		return new StoredSegments(counts, this.unreadable, this.untold, this.lastUntold);
	}

	private Sum sum(UUID agent, int segment) {
		return Objects.requireNonNull(this.sums.get(agent)).get(segment);
	}

	/** Notes a day whose times cannot be read. */
	void addUnreadable(UUID agent, LocalDate day) {
		this.unreadable.computeIfAbsent(agent, (first) -> new HashSet<>()).add(day);
	}

	/** Notes executions of which it cannot be told whether they match the filter. */
	void addUntold(UUID agent, int segment, long executions) {
		this.untold.merge(agent, executions, SaturatingSum::of);
		this.lastUntold.merge(agent, segment, Math::max);
	}

	List<SegmentCounts> of(UUID agent) {
		return Objects.requireNonNull(this.sums.get(agent)).stream().map(Sum::counts).toList();
	}

	/** Returns what is left out of an agent's answer. */
	List<Gap> gaps(UUID agent) {
		List<Gap> gaps = new ArrayList<>();
		Set<LocalDate> days = this.unreadable.getOrDefault(agent, Set.of());
		if (!days.isEmpty()) {
			gaps.add(Gap.ofDays(days, this.calendar, String.format(Locale.ROOT, UNREADABLE, days.size())));
		}
		if (this.untold.containsKey(agent)) {
			int last = Objects.requireNonNull(this.lastUntold.get(agent));
			gaps.add(new Gap(this.question.edges().get(last + 1),
					String.format(Locale.ROOT, UNTOLD, this.untold.get(agent))));
		}
		return gaps;
	}

	/**
	 * The sum of one agent's executions in one segment.
	 */
	private static final class Sum {

		private long successful;

		private long failed;

		private long timed;

		/** For each limit. */
		private final double[] within;

		/** For each limit by how many they may be off. */
		private final double[] errors;

		Sum(int limits) {
			this.within = new double[limits];
			this.errors = new double[limits];
		}

		void add(SegmentCounts more) {
			this.successful = SaturatingSum.of(this.successful, more.successful());
			this.failed = SaturatingSum.of(this.failed, more.failed());
			this.timed = SaturatingSum.of(this.timed, more.timed());
			for (int limit = 0; limit < this.within.length; limit++) {
				this.within[limit] += more.within().get(limit).executions();
				this.errors[limit] += more.within().get(limit).error();
			}
		}

		SegmentCounts counts() {
			return new SegmentCounts(this.successful, this.failed, this.timed,
					IntStream.range(0, this.within.length)
						.mapToObj((limit) -> new CountWithin(this.within[limit], this.errors[limit]))
						.toList());
		}

	}

}
