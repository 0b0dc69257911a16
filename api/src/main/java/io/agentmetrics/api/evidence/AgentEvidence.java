package io.agentmetrics.api.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

import io.agentmetrics.api.series.Granularity;
import io.agentmetrics.api.series.MetricsSeries;
import io.agentmetrics.api.series.SeriesBuilder;
import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * Adds up the parts of one agent's window.
 */
final class AgentEvidence {

	private static final String UNREADABLE = "Some stored times cannot be read; their days have to be aggregated again.";

	private final Frame frame;

	private final Selection selection;

	private final Map<Granularity, SeriesBuilder> series = new EnumMap<>(Granularity.class);

	private final List<Part> hours = new ArrayList<>();

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
		// for the trend, which needs no times
		this.hours.add(new Part(part.start(), ExecutionCounts.empty(), part.hours(), Optional.empty()));
	}

	private static void add(Part part, SeriesBuilder builder) {
		HourlyCounts hours = part.hours();
		if (builder.granularity() != Granularity.HOUR) {
			builder.add(part.start(), hours.total(), hours.successful(), hours.failed());
			builder.add(part.start(), part.times());
			return;
		}
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
		if (builder.granularity() == Granularity.HOUR) {
			builder.withoutTimesBefore(this.frame.hourTimesFrom());
		}
		Optional<String> note = this.readable ? Optional.empty() : Optional.of(UNREADABLE);
		return builder.build(this.frame.unknown(), this.frame.percentilesNote(builder.granularity()).or(() -> note));
	}

	private Trend trend() {
		this.hours.sort(Comparator.comparing(Part::start));
		LongStream.Builder successful = LongStream.builder();
		LongStream.Builder finished = LongStream.builder();
		for (Part part : this.hours) {
			HourlyCounts of = part.hours();
			for (int hour = 0; hour < of.hours(); hour++) {
				successful.add(of.successful(hour));
				finished.add(of.finished(hour));
			}
		}
		return Trend.ofBuckets(successful.build().toArray(), finished.build().toArray());
	}

}
