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
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.time.DayCalendar;

/**
 * Adds up what is read of the segments of a question, in any order; for one thread at a
 * time.
 */
final class SegmentSums {

	private static final String UNREADABLE = "The times of %,d days cannot be read and are left out; the days have to be aggregated again.";

	private static final String UNTOLD = "%,d executions are stored without release and environment; those of them that match the filter are not counted.";

	private final SegmentsQuestion question;

	private final DayCalendar calendar;

	private final Map<UUID, List<SegmentCounts>> counts = new HashMap<>();

	private final Map<UUID, Set<LocalDate>> unreadable = new HashMap<>();

	private final Map<UUID, Long> untold = new HashMap<>();

	private final Map<UUID, Integer> lastUntold = new HashMap<>();

	SegmentSums(SegmentsQuestion question, DayCalendar calendar) {
		this.question = question;
		this.calendar = calendar;
		SegmentCounts empty = SegmentCounts.empty(question.limitsMs().size());
		question.agents()
			.forEach((agent) -> this.counts.put(agent,
					new ArrayList<>(Collections.nCopies(question.segments(), empty))));
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

	void add(UUID agent, int segment, SegmentCounts more) {
		List<SegmentCounts> ofAgent = Objects.requireNonNull(this.counts.get(agent));
		ofAgent.set(segment, ofAgent.get(segment).plus(more));
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
		return Objects.requireNonNull(this.counts.get(agent));
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

}
