package io.agentmetrics.api.metrics;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;

/**
 * Sorts what was measured into the hours, days or weeks of a window; for one thread at a
 * time.
 */
public final class SeriesBuilder {

	/** The most points of a series: 100 days of hours. */
	public static final int MAX_POINTS = 2_400;

	private static final String SATURATED = "The times of some points add up to more than can be said, so that they have no average.";

	private final Granularity granularity;

	private final NavigableMap<Instant, Point> points = new TreeMap<>();

	/**
	 * Cuts a window.
	 * @param now what ends after this is open
	 * @throws ProblemException if that makes more than {@value #MAX_POINTS} points
	 */
	public SeriesBuilder(Window window, Granularity granularity, ZoneId zone, Instant now) {
		this.granularity = granularity.settledFor(window);
		for (Instant start = window.from(); start.isBefore(window.to());) {
			if (this.points.size() == MAX_POINTS) {
				throw new ProblemException(ProblemKind.BAD_INPUT, "The series would have more than " + MAX_POINTS
						+ " points: ask for a coarser granularity than " + this.granularity + " or a shorter window.");
			}
			Instant end = this.granularity.around(start, zone).to();
			Instant cut = end.isBefore(window.to()) ? end : window.to();
			this.points.put(start, new Point(cut, end.isAfter(now)));
			start = cut;
		}
	}

	/**
	 * Refuses what would make too long a series, before anything is read for it.
	 * @param period what is to be cut
	 * @throws ProblemException if a series of it may have more than {@value #MAX_POINTS}
	 * points
	 */
	public static void requireFewPoints(Period period, Granularity granularity) {
		// where the period begins does not matter for its length
		Window window = period.window(Instant.EPOCH);
		// both ends may be cut, and a day may be an hour longer
		if (granularity.settledFor(window) == Granularity.HOUR && window.length().toHours() + 3 > MAX_POINTS) {
			throw new ProblemException(ProblemKind.BAD_INPUT, "A series has at most " + MAX_POINTS
					+ " points: ask for the granularity DAY or WEEK, or for a shorter window.");
		}
	}

	/**
	 * Returns what the window is cut into.
	 * @return never {@link Granularity#AUTO}
	 */
	public Granularity granularity() {
		return this.granularity;
	}

	/**
	 * Counts executions that lie within one point.
	 * @param start when the first of them started, or the start of their hour
	 * @throws IllegalArgumentException if the start is not in the window
	 */
	public void add(Instant start, long total, long successful, long failed) {
		at(start).add(total, successful, failed);
	}

	/**
	 * Adds the times of executions that lie within one point.
	 * @param start when the first of them started, or the start of their hour or day
	 * @param times how long they took; empty if that is not known, and then the point's
	 * times are not either
	 * @throws IllegalArgumentException if the start is not in the window
	 */
	public void add(Instant start, Optional<LatencySketch> times) {
		at(start).add(times);
	}

	/**
	 * Forgets the times of the points that start before a moment.
	 * @param moment the first moment whose times are known
	 */
	public void withoutTimesBefore(Instant moment) {
		this.points.headMap(moment, false).values().forEach((point) -> point.add(Optional.empty()));
	}

	/**
	 * Returns the series.
	 * @param percentilesNote why times are missing where they are
	 */
	public MetricsSeries build(List<Window> unknown, Optional<String> percentilesNote) {
		List<SeriesPoint> built = this.points.entrySet()
			.stream()
			.map((point) -> point.getValue().build(point.getKey(), isKnown(point.getKey(), point.getValue(), unknown)))
			.toList();
		boolean saturated = built.stream()
			.anyMatch((point) -> point.times().filter(ExecutionTimes::isSumSaturated).isPresent());
		Optional<String> note = saturated
				? Optional.of(percentilesNote.map((sentence) -> sentence + " ").orElse("") + SATURATED)
				: percentilesNote;
		return new MetricsSeries(this.granularity, note, built);
	}

	private static boolean isKnown(Instant start, Point point, List<Window> unknown) {
		return unknown.stream().noneMatch((time) -> time.from().isBefore(point.to) && time.to().isAfter(start));
	}

	private Point at(Instant start) {
		Map.Entry<Instant, Point> point = this.points.floorEntry(start);
		if (point == null || !start.isBefore(point.getValue().to)) {
			throw new IllegalArgumentException(start + " is not in the window");
		}
		return point.getValue();
	}

	/**
	 * One hour, day or week so far.
	 */
	private static final class Point {

		private final Instant to;

		private final boolean open;

		private long total;

		private long successful;

		private long failed;

		private boolean timed = true;

		private final LatencySketch.Builder times = LatencySketch.builder();

		private Point(Instant to, boolean open) {
			this.to = to;
			this.open = open;
		}

		private void add(long moreTotal, long moreSuccessful, long moreFailed) {
			this.total = SaturatingSum.of(this.total, moreTotal);
			this.successful = SaturatingSum.of(this.successful, moreSuccessful);
			this.failed = SaturatingSum.of(this.failed, moreFailed);
		}

		private void add(Optional<LatencySketch> moreTimes) {
			moreTimes.ifPresentOrElse(this.times::add, () -> this.timed = false);
		}

		private SeriesPoint build(Instant from, boolean known) {
			return new SeriesPoint(from, this.to, this.open, known, this.total, this.successful, this.failed,
					this.timed ? Optional.of(ExecutionTimes.of(this.times.build())) : Optional.empty());
		}

	}

}
