package io.agentmetrics.api.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

/**
 * How far the aggregator has come.
 *
 * @param zone where days begin and end; UTC while it never ran
 * @param firstDay the first day with executions; empty while there is none
 * @param aggregatedThrough the last day up to which all days are closed from the first
 * with executions on; empty while that is not
 * @param closed the time of all closed days: one window for each unbroken run of them
 * @param rawFrom the first day whose executions are all still there; empty while none
 * have been dropped
 * @param revision changes whenever a closed day does
 * @param anyFailedDays whether there are agents' days that could not be aggregated
 * @param replayedUntil up to when the database knows what was written, where that is a
 * standby that lags; empty otherwise
 */
public record Ledger(ZoneId zone, Optional<LocalDate> firstDay, Optional<LocalDate> aggregatedThrough,
		List<Window> closed, Optional<LocalDate> rawFrom, long revision, boolean anyFailedDays,
		Optional<Instant> replayedUntil) {

	public Ledger {
		closed = List.copyOf(closed);
	}

	public DayCalendar calendar() {
		return new DayCalendar(this.zone);
	}

	/** Returns the day at a moment. */
	public LocalDate today(Instant now) {
		return calendar().dayOf(now);
	}

	/** Returns the version of the ledger at a moment. */
	public LedgerVersion version(Instant now) {
		return new LedgerVersion(today(now), this);
	}

	/**
	 * Returns whether the executions of a day are still there: none have been dropped.
	 */
	public boolean keepsExecutionsOf(LocalDate day) {
		return this.rawFrom.filter(day::isBefore).isEmpty();
	}

	/**
	 * Returns whether a day is closed.
	 * @return whether its numbers are stored and final
	 */
	public boolean isClosed(LocalDate day) {
		return areClosed(new Days(day, day.plusDays(1)));
	}

	private boolean areClosed(Days days) {
		Window time = days.in(this.zone);
		return this.closed.stream()
			.anyMatch((run) -> !run.from().isAfter(time.from()) && !run.to().isBefore(time.to()));
	}

	/**
	 * Returns those of some days that are closed.
	 * @return the closed ones, in order
	 */
	public List<LocalDate> closed(Days days) {
		return calendar().days(days.from(), days.to()).stream().filter(this::isClosed).toList();
	}

	/**
	 * Returns those of some days that are not closed: what is stored of them does not
	 * count.
	 * @return the others, whether or not they have executions
	 */
	public Set<LocalDate> open(Days days) {
		if (areClosed(days)) {
			return Set.of();
		}
		Set<LocalDate> open = new HashSet<>(calendar().days(days.from(), days.to()));
		open.removeIf(this::isClosed);
		return open;
	}

	/**
	 * Returns those of some days whose executions have not been counted yet. Before the
	 * first execution there is nothing to count.
	 * @return the days that are not closed, from the first with executions on, in order
	 */
	public List<LocalDate> unknown(Days days) {
		return this.firstDay.map((first) -> open(days).stream().filter((day) -> !day.isBefore(first)).sorted().toList())
			.orElse(List.of());
	}

	/**
	 * Returns a sentence about those of some days that are over, but not closed.
	 * @return a sentence with the first, the last and how many they are; empty where none
	 * is missing
	 */
	public Optional<String> missing(Days days, Instant now) {
		LocalDate today = today(now);
		List<LocalDate> missing = unknown(days).stream().filter((day) -> day.isBefore(today)).toList();
		return switch (missing.size()) {
			case 0 -> Optional.empty();
			case 1 -> Optional.of("1 of its days is not aggregated yet: " + missing.getFirst() + ".");
			default -> Optional.of(missing.size() + " of its days are not aggregated yet, from " + missing.getFirst()
					+ " to " + missing.getLast() + ".");
		};
	}

	/**
	 * Returns the time of which closed days say nothing.
	 * @return a window for each of them that is not closed, from the first with
	 * executions on
	 */
	public List<Window> unknownTime(Days days) {
		List<Window> time = new ArrayList<>();
		unknown(days).forEach((day) -> time.add(new Days(day, day.plusDays(1)).in(this.zone)));
		return time;
	}

	/**
	 * Returns the part of a window whose executions have not been dropped.
	 * @return the part of it whose executions are there, maybe nothing
	 */
	public Window recorded(Window window) {
		return this.rawFrom.map((day) -> window.since(calendar().startOf(day))).orElse(window);
	}

}
