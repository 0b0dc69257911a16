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
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

/**
 * Stored days of a plan that moments cut: of those the hours count, and only hours that a
 * moment cuts are left to be counted from raw executions. Where these have been dropped,
 * all of the hour counts where it starts.
 */
final class CutDays {

	private static final Duration HOUR = Duration.ofHours(1);

	private final Plan plan;

	private final NavigableSet<Instant> moments;

	/** The stored cells of agents' days, by these days. */
	private final Map<RawRange, List<Bucket>> cells = new LinkedHashMap<>();

	CutDays(Plan plan, Collection<Instant> moments) {
		this.plan = plan;
		this.moments = new TreeSet<>(moments);
	}

	/** Returns which of some days a moment cuts. */
	Set<LocalDate> of(Days days) {
		Set<LocalDate> cut = new LinkedHashSet<>();
		days.from().datesUntil(days.to()).filter((day) -> isCut(window(day))).forEach(cut::add);
		return cut;
	}

	/**
	 * Adds a cell of a stored day.
	 * @return whether a moment cuts that day; if not, nothing is added
	 */
	boolean add(UUID agent, Bucket cell) {
		Window day = window(calendar().dayOf(cell.start()));
		if (!isCut(day)) {
			return false;
		}
		this.cells.computeIfAbsent(new RawRange(agent, day, day.from()), (first) -> new ArrayList<>()).add(cell);
		return true;
	}

	/**
	 * Counts the hours that no moment cuts; of a day with hours that cannot be read,
	 * none.
	 * @return what is left to be counted from raw executions
	 */
	Set<RawRange> count(Counts counts) {
		Set<RawRange> left = new LinkedHashSet<>();
		this.cells.forEach((day, all) -> count(day, all, counts, left));
		this.cells.clear();
		return left;
	}

	private void count(RawRange day, List<Bucket> all, Counts counts, Set<RawRange> left) {
		boolean kept = this.plan.ledger().keepsExecutionsOf(calendar().dayOf(day.origin()));
		if (kept && all.stream().anyMatch((cell) -> cell.hours().isEmpty())) {
			left.add(day);
			return;
		}
		for (Bucket cell : all) {
			cell.hours()
				.ifPresentOrElse((hours) -> count(day, cell, hours, kept, counts, left), () -> counts.add(day.agentId(),
						cell.start(), cell.counts().total(), cell.counts().successful(), cell.counts().failed()));
		}
	}

	private void count(RawRange day, Bucket cell, HourlyCounts hours, boolean kept, Counts counts, Set<RawRange> left) {
		for (int n = 0; n < hours.hours(); n++) {
			if (hours.total(n) > 0) {
				Instant end = cell.start(n).plus(HOUR);
				Window hour = new Window(cell.start(n), end.isBefore(day.window().to()) ? end : day.window().to());
				if (kept && isCut(hour)) {
					left.add(new RawRange(day.agentId(), hour, day.origin()));
				}
				else {
					counts.add(day.agentId(), hour.from(), hours.total(n), hours.successful(n), hours.failed(n));
				}
			}
		}
	}

	private boolean isCut(Window time) {
		Instant moment = this.moments.higher(time.from());
		return moment != null && moment.isBefore(time.to());
	}

	private Window window(LocalDate day) {
		return new Window(calendar().startOf(day), calendar().startOf(day.plusDays(1)));
	}

	private DayCalendar calendar() {
		return this.plan.ledger().calendar();
	}

	/**
	 * Adds up executions that started in an hour, or on a day.
	 */
	interface Counts {

		/**
		 * Adds executions.
		 * @param start when the hour or day begins
		 */
		void add(UUID agent, Instant start, long total, long successful, long failed);

	}

}
