package io.agentmetrics.api.dashboard;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.SeriesBuilder;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The series of all agents by hours, days or weeks. Counts are exact. Times of closed
 * days that have not changed come from the ledger, all others from raw executions, up to
 * a limit.
 */
@Component
class AllAgentsSeries {

	private static final String TOO_MANY = "Times are kept by the day; all others are read from at most %,d executions, "
			+ "the newest first, and points that need more have none.";

	private static final String DROPPED = "The executions before %s were dropped: only whole closed days know their times.";

	private static final String CORRUPT = "The stored times of some days cannot be read; they have to be aggregated again.";

	private final ExactCounts counts;

	private final DashboardRepository repository;

	private final long mostRead;

	AllAgentsSeries(ExactCounts counts, DashboardRepository repository, DashboardProperties properties) {
		this.counts = counts;
		this.repository = repository;
		this.mostRead = properties.series().executionsRead();
	}

	/**
	 * Cuts a window, all from one snapshot.
	 * @param times whether average and percentiles are asked for
	 * @param now what ends after this is open
	 * @return every hour, day or week of the window
	 */
	@Transactional(readOnly = true)
	public MetricsSeries series(Window window, Granularity granularity, boolean times, Ledger ledger, Instant now) {
		SeriesBuilder series = new SeriesBuilder(window, granularity, ledger.zone(), now);
		// weeks are made of what is known of their days
		Granularity finest = (series.granularity() == Granularity.HOUR) ? Granularity.HOUR : Granularity.DAY;
		List<Bucket> buckets = buckets(new SeriesBuilder(window, finest, ledger.zone(), now), ledger.zone());
		for (Bucket bucket : buckets) {
			series.add(bucket.window().from(), bucket.count().total(), bucket.count().successful(),
					bucket.count().failed());
		}
		Set<String> notes = times ? addTimes(series, buckets, ledger) : Set.of();
		return series.build(List.of(), notes.stream().reduce((one, other) -> one + " " + other));
	}

	private List<Bucket> buckets(SeriesBuilder empty, ZoneId zone) {
		List<Window> windows = empty.build(List.of(), Optional.empty())
			.points()
			.stream()
			.map((point) -> new Window(point.from(), point.to()))
			.toList();
		List<Instant> edges = Stream.concat(windows.stream().map(Window::from), Stream.of(windows.getLast().to()))
			.toList();
		List<ExactCounts.Count> between = this.counts.between(edges);
		List<Bucket> buckets = new ArrayList<>(windows.size());
		for (Window window : windows) {
			buckets.add(Bucket.of(window, between.get(buckets.size()), zone));
		}
		return buckets;
	}

	/** Returns why times are missing. */
	private Set<String> addTimes(SeriesBuilder series, List<Bucket> buckets, Ledger ledger) {
		Set<String> notes = new LinkedHashSet<>();
		List<LocalDate> stored = new ArrayList<>();
		List<Window> read = new ArrayList<>();
		long left = this.mostRead;
		for (Bucket bucket : buckets.reversed()) {
			if (bucket.count().total() == 0) {
				continue;
			}
			if (bucket.storedDay().isPresent()) {
				stored.add(bucket.storedDay().get());
			}
			else if (!ledger.recorded(bucket.window()).equals(bucket.window())) {
				series.add(bucket.window().from(), Optional.empty());
				notes.add(DROPPED.formatted(ledger.rawFrom().orElseThrow()));
			}
			else if (bucket.count().total() <= left) {
				left -= bucket.count().total();
				read.addFirst(bucket.window());
			}
			else {
				left = 0;
				series.add(bucket.window().from(), Optional.empty());
				notes.add(String.format(Locale.ROOT, TOO_MANY, this.mostRead));
			}
		}
		this.repository.storedTimes(stored).forEach((day, times) -> {
			series.add(ledger.calendar().startOf(day), times);
			if (times.isEmpty()) {
				notes.add(CORRUPT);
			}
		});
		this.repository.times(read).forEach((start, times) -> series.add(start, Optional.of(times)));
		return notes;
	}

	/**
	 * An hour, or a day or the part of one that lies in the window.
	 *
	 * @param window when it is
	 * @param count its executions
	 * @param storedDay the day whose stored times are those of these executions; empty
	 * where they have to be read
	 */
	private record Bucket(Window window, ExactCounts.Count count, Optional<LocalDate> storedDay) {

		static Bucket of(Window window, ExactCounts.Count count, ZoneId zone) {
			LocalDate day = new DayCalendar(zone).dayOf(window.from());
			boolean stored = count.fromLedger() && new Days(day, day.plusDays(1)).in(zone).equals(window);
			return new Bucket(window, count, stored ? Optional.of(day) : Optional.empty());
		}

	}

}
