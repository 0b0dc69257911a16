package io.agentmetrics.api.evidence;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

import io.agentmetrics.api.series.Granularity;
import io.agentmetrics.api.series.MetricsSeries;
import io.agentmetrics.api.series.SeriesBuilder;
import io.agentmetrics.api.window.Days;
import io.agentmetrics.api.window.Window;
import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.DayCalendar;

/**
 * Adds up the parts of one agent's window.
 */
final class AgentEvidence {

	private static final String UNREADABLE = "Some stored times cannot be read; their days have to be aggregated again.";

	private static final String UNREADABLE_HOURS = "The stored hours of some days cannot be read; they have to be aggregated again.";

	private final Frame frame;

	private final Selection selection;

	private final Map<Granularity, SeriesBuilder> series = new EnumMap<>(Granularity.class);

	private final NavigableMap<Instant, HourlyCounts> hours = new TreeMap<>();

	private final List<Window> unreadableDays = new ArrayList<>();

	private final LatencySketch.Builder times;

	private ExecutionCounts counts = ExecutionCounts.empty();

	private boolean readable = true;

	/**
	 * Starts without any part.
	 * @param frame the time it is about
	 * @param selection what to make of the parts
	 * @param timesSideBySide of how many parts the times may be kept until all are there
	 */
	AgentEvidence(Frame frame, Selection selection, int timesSideBySide) {
		this.frame = frame;
		this.selection = selection;
		// a distribution outlives the question, so it has to be small
		this.times = LatencySketch.builder(selection.distribution() ? 0 : timesSideBySide);
		for (Granularity granularity : selection.series()) {
			this.series.put(granularity, new SeriesBuilder(frame.window(), granularity, frame.zone(), frame.now()));
		}
	}

	void add(Part part) {
		this.counts = this.counts.plus(part.counts());
		part.times().ifPresentOrElse(this.times::add, () -> this.readable = false);
		this.series.values().forEach((builder) -> add(part, builder));
		part.hours()
			.ifPresentOrElse((hours) -> this.hours.put(part.start(), hours),
					() -> this.unreadableDays.add(day(part.start())));
	}

	private Window day(Instant start) {
		LocalDate date = new DayCalendar(this.frame.zone()).dayOf(start);
		return new Days(date, date.plusDays(1)).in(this.frame.zone());
	}

	private static void add(Part part, SeriesBuilder builder) {
		if (builder.granularity() != Granularity.HOUR) {
			ExecutionCounts counts = part.counts();
			builder.add(part.start(), counts.total(), counts.successful(), counts.failed());
			builder.add(part.start(), part.times());
			return;
		}
		part.hours().ifPresent((hours) -> add(part, hours, builder));
	}

	private static void add(Part part, HourlyCounts hours, SeriesBuilder builder) {
		for (int hour = 0; hour < hours.hours(); hour++) {
			builder.add(part.start(hour), hours.total(hour), hours.successful(hour), hours.failed(hour));
			builder.add(part.start(hour), part.isSingleHour() ? part.times() : Optional.empty());
		}
	}

	Evidence build() {
		LatencySketch merged = this.times.build();
		Optional<ExecutionTimes> executionTimes = this.readable ? Optional.of(ExecutionTimes.of(merged))
				: Optional.empty();
		Optional<LatencySketch> distribution = Optional
			.of(this.selection.distribution() ? merged : LatencySketch.empty())
			.filter((sketch) -> this.readable);
		Map<Granularity, MetricsSeries> built = new EnumMap<>(Granularity.class);
		this.series.forEach((granularity, builder) -> built.put(granularity, build(builder)));
		return new Evidence(new WindowStatistics(this.counts, executionTimes, trend()), distribution, built);
	}

	private MetricsSeries build(SeriesBuilder builder) {
		List<Window> unknown = new ArrayList<>(this.frame.unknown());
		Optional<String> note = this.readable ? Optional.empty() : Optional.of(UNREADABLE);
		if (builder.granularity() == Granularity.HOUR) {
			builder.withoutTimesBefore(this.frame.hourTimesFrom());
			unknown.addAll(this.unreadableDays);
			note = this.unreadableDays.isEmpty() ? note : Optional.of(UNREADABLE_HOURS);
		}
		Optional<String> unreadable = note;
		return builder.build(unknown, this.frame.percentilesNote(builder.granularity()).or(() -> unreadable));
	}

	private Optional<Trend> trend() {
		if (!this.unreadableDays.isEmpty()) {
			return Optional.empty();
		}
		LongStream.Builder successful = LongStream.builder();
		LongStream.Builder finished = LongStream.builder();
		for (HourlyCounts of : this.hours.values()) {
			for (int hour = 0; hour < of.hours(); hour++) {
				successful.add(of.successful(hour));
				finished.add(of.finished(hour));
			}
		}
		return Optional.of(Trend.ofBuckets(successful.build().toArray(), finished.build().toArray()));
	}

}
