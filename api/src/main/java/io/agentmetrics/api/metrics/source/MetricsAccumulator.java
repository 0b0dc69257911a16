package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;

import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.SeriesBuilder;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;

/**
 * Adds up the buckets of a plan's agents as they are read, in any order; for one thread
 * at a time.
 */
final class MetricsAccumulator {

	/**
	 * So many buckets' times may wait side by side for their answer, which is then found
	 * sooner. At up to 14 KB each, and again as much while they are asked, they take 11
	 * MB. Few agents' all fit in.
	 */
	private static final int TIMES_SIDE_BY_SIDE = 400;

	private static final String UNREADABLE_TIMES = "Some stored times cannot be read; their days have to be aggregated again.";

	private static final String UNREADABLE_HOURS = "The stored hours of some days cannot be read; they have to be aggregated again.";

	private static final String UNTOLD = "%,d executions of %,d days with many releases and environments are stored without them; those of them that match the filter are not counted.";

	private static final String WITHOUT_ERRORS = "The groups of errors of %,d days are left out: they are stored without release and environment.";

	private final Plan plan;

	private final MetricsFields fields;

	private final Map<UUID, OfAgent> agents = new LinkedHashMap<>();

	MetricsAccumulator(Plan plan, MetricsFields fields) {
		this.plan = plan;
		this.fields = fields;
		int timesOfEach = TIMES_SIDE_BY_SIDE / Math.max(1, plan.agents().size());
		plan.agents().forEach((agent) -> this.agents.put(agent, new OfAgent(timesOfEach)));
	}

	MetricsFields fields() {
		return this.fields;
	}

	Plan plan() {
		return this.plan;
	}

	/**
	 * Adds a bucket.
	 * @param agent one of the plan's agents
	 * @param bucket executions that no other bucket has
	 */
	void add(UUID agent, Bucket bucket) {
		of(agent).add(bucket);
	}

	/**
	 * Adds a cell of a stored day.
	 * @param cells of how many
	 */
	void add(UUID agent, Bucket cell, int cells) {
		OfAgent metrics = of(agent);
		metrics.add(cell);
		if (cells > 1 && cell.counts().failed() + cell.counts().errors() > 0) {
			metrics.daysWithoutErrors.add(this.plan.ledger().calendar().dayOf(cell.start()));
		}
	}

	/**
	 * Notes executions of a stored day of which it cannot be told whether they match the
	 * filter.
	 */
	void addUntold(UUID agent, LocalDate day, ExecutionCounts counts) {
		OfAgent metrics = of(agent);
		metrics.untoldDays.add(day);
		metrics.untold = SaturatingSum.of(metrics.untold, counts.total());
		if (counts.failed() + counts.errors() > 0) {
			metrics.daysWithoutErrors.add(day);
		}
	}

	private OfAgent of(UUID agent) {
		OfAgent metrics = this.agents.get(agent);
		if (metrics == null) {
			throw new IllegalArgumentException("Nobody asked for agent " + agent);
		}
		return metrics;
	}

	/**
	 * Returns what stored days do not tell of the executions that match the filter.
	 * @return sentences for each agent
	 */
	Map<UUID, List<String>> untold() {
		Map<UUID, List<String>> untold = HashMap.newHashMap(this.agents.size());
		this.agents.forEach((agent, metrics) -> untold.put(agent, metrics.untold()));
		return untold;
	}

	/** Returns what the buckets say together. */
	Map<UUID, Metrics> result() {
		Map<UUID, Metrics> result = LinkedHashMap.newLinkedHashMap(this.agents.size());
		this.agents.forEach((agent, metrics) -> result.put(agent, metrics.result()));
		return result;
	}

	/**
	 * The sums of one agent.
	 */
	private final class OfAgent {

		private final Map<Granularity, SeriesBuilder> series = new EnumMap<>(Granularity.class);

		private final NavigableMap<Instant, HourlyCounts> hours = new TreeMap<>();

		private final List<Window> unreadableDays = new ArrayList<>();

		private final LatencySketch.Builder times;

		private final LatencySketch.Builder tokens = LatencySketch.builder();

		private final Set<LocalDate> untoldDays = new HashSet<>();

		/** Days whose groups of errors are not those of the executions that match. */
		private final Set<LocalDate> daysWithoutErrors = new HashSet<>();

		private ExecutionCounts counts = ExecutionCounts.empty();

		private long untold;

		private Usage usage = Usage.NONE;

		private boolean readable = true;

		private boolean tokensReadable = true;

		private OfAgent(int timesSideBySide) {
			MetricsFields asked = MetricsAccumulator.this.fields;
			Plan of = MetricsAccumulator.this.plan;
			// a distribution outlives the question, so it has to be small
			this.times = LatencySketch.builder(asked.distribution() ? 0 : timesSideBySide);
			for (Granularity granularity : asked.series()) {
				this.series.put(granularity, new SeriesBuilder(of.window(), granularity, of.zone(), of.now()));
			}
		}

		private void add(Bucket bucket) {
			this.counts = this.counts.plus(bucket.counts());
			bucket.times().ifPresentOrElse(this.times::add, () -> this.readable = false);
			this.usage = this.usage.plus(bucket.usage());
			bucket.tokens().ifPresentOrElse(this.tokens::add, () -> this.tokensReadable = false);
			this.series.values().forEach((builder) -> add(bucket, builder));
			bucket.hours()
				.ifPresentOrElse((ofBucket) -> this.hours.merge(bucket.start(), ofBucket, HourlyCounts::plus),
						() -> this.unreadableDays.add(day(bucket.start())));
		}

		private void add(Bucket bucket, SeriesBuilder builder) {
			if (builder.granularity() == Granularity.HOUR) {
				bucket.hours().ifPresent((ofBucket) -> add(bucket, ofBucket, builder));
				return;
			}
			ExecutionCounts ofBucket = bucket.counts();
			builder.add(bucket.start(), ofBucket.total(), ofBucket.successful(), ofBucket.failed());
			builder.add(bucket.start(), bucket.times());
		}

		private void add(Bucket bucket, HourlyCounts ofBucket, SeriesBuilder builder) {
			for (int hour = 0; hour < ofBucket.hours(); hour++) {
				builder.add(bucket.start(hour), ofBucket.total(hour), ofBucket.successful(hour), ofBucket.failed(hour));
				builder.add(bucket.start(hour), bucket.isSingleHour() ? bucket.times() : Optional.empty());
			}
		}

		private Window day(Instant start) {
			LocalDate date = MetricsAccumulator.this.plan.ledger().calendar().dayOf(start);
			return new Days(date, date.plusDays(1)).in(MetricsAccumulator.this.plan.zone());
		}

		private Metrics result() {
			LatencySketch merged = this.times.build();
			Optional<ExecutionTimes> executionTimes = this.readable ? Optional.of(ExecutionTimes.of(merged))
					: Optional.empty();
			Optional<LatencySketch> distribution = Optional
				.of(MetricsAccumulator.this.fields.distribution() ? merged : LatencySketch.empty())
				.filter((sketch) -> this.readable);
			Map<Granularity, MetricsSeries> built = new EnumMap<>(Granularity.class);
			this.series.forEach((granularity, builder) -> built.put(granularity, series(builder)));
			return new Metrics(this.counts, executionTimes, trend(), distribution, built, this.usage,
					this.tokensReadable ? Optional.of(this.tokens.build()) : Optional.empty());
		}

		private MetricsSeries series(SeriesBuilder builder) {
			Plan of = MetricsAccumulator.this.plan;
			List<Window> unknown = new ArrayList<>(of.unknown());
			Optional<String> note = of.percentilesNote(builder.granularity());
			if (builder.granularity() == Granularity.HOUR) {
				builder.withoutTimesBefore(of.hourTimesFrom());
				unknown.addAll(this.unreadableDays);
				if (!this.unreadableDays.isEmpty()) {
					note = note.or(() -> Optional.of(UNREADABLE_HOURS));
				}
			}
			if (!this.readable) {
				note = note.or(() -> Optional.of(UNREADABLE_TIMES));
			}
			return builder.build(unknown, note);
		}

		private List<String> untold() {
			List<String> sentences = new ArrayList<>();
			if (!this.untoldDays.isEmpty()) {
				sentences.add(String.format(Locale.ROOT, UNTOLD, this.untold, this.untoldDays.size()));
			}
			Plan of = MetricsAccumulator.this.plan;
			// the plan of errors reads the executions of the others
			long without = this.daysWithoutErrors.stream()
				.filter((day) -> of.metricType() == MetricType.AGGREGATED
						|| of.ledger().rawFrom().filter(day::isBefore).isPresent())
				.count();
			if (MetricsAccumulator.this.fields.errors() && without > 0) {
				sentences.add(String.format(Locale.ROOT, WITHOUT_ERRORS, without));
			}
			return sentences;
		}

		private Optional<Trend> trend() {
			if (!this.unreadableDays.isEmpty()) {
				return Optional.empty();
			}
			LongStream.Builder successful = LongStream.builder();
			LongStream.Builder finished = LongStream.builder();
			for (HourlyCounts ofBucket : this.hours.values()) {
				for (int hour = 0; hour < ofBucket.hours(); hour++) {
					successful.add(ofBucket.successful(hour));
					finished.add(ofBucket.finished(hour));
				}
			}
			return Optional.of(Trend.ofBuckets(successful.build().toArray(), finished.build().toArray()));
		}

	}

}
