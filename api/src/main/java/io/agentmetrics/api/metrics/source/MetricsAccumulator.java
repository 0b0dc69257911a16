package io.agentmetrics.api.metrics.source;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

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
 * Adds up the buckets of a plan as they are read, in any order; for one thread at a time.
 *
 * @param <K> what has an answer of its own: an agent, or a release of one
 */
final class MetricsAccumulator<K> implements Buckets {

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

	private final BiFunction<UUID, Optional<String>, K> keyOf;

	private final Map<K, Sums> sums = new LinkedHashMap<>();

	/**
	 * Creates an accumulator of what is asked about.
	 * @param keys each gets an answer
	 * @param keyOf to which of them executions count, by agent and release; those that
	 * are none of them are left out
	 */
	MetricsAccumulator(Plan plan, MetricsFields fields, Collection<K> keys,
			BiFunction<UUID, Optional<String>, K> keyOf) {
		this.plan = plan;
		this.fields = fields;
		this.keyOf = keyOf;
		int timesOfEach = TIMES_SIDE_BY_SIDE / Math.max(1, keys.size());
		keys.forEach((key) -> this.sums.put(key, new Sums(timesOfEach)));
	}

	/** Creates an accumulator of all executions of each of the plan's agents. */
	static MetricsAccumulator<UUID> ofAgents(Plan plan, MetricsFields fields) {
		return new MetricsAccumulator<>(plan, fields, plan.agents(), (agent, version) -> agent);
	}

	@Override
	public MetricsFields fields() {
		return this.fields;
	}

	@Override
	public Plan plan() {
		return this.plan;
	}

	@Override
	public void add(UUID agent, Optional<String> version, Bucket bucket) {
		of(agent, version).ifPresent((into) -> into.add(bucket));
	}

	@Override
	public void add(UUID agent, Optional<String> version, Bucket cell, int cells) {
		of(agent, version).ifPresent((into) -> {
			into.add(cell);
			if (cells > 1 && cell.counts().failed() + cell.counts().errors() > 0) {
				into.daysWithoutErrors.add(this.plan.ledger().calendar().dayOf(cell.start()));
			}
		});
	}

	@Override
	public void addUntold(UUID agent, LocalDate day, ExecutionCounts counts) {
		of(agent, Optional.empty()).ifPresent((into) -> {
			into.untoldDays.add(day);
			into.untold = SaturatingSum.of(into.untold, counts.total());
			if (counts.failed() + counts.errors() > 0) {
				into.daysWithoutErrors.add(day);
			}
		});
	}

	private Optional<Sums> of(UUID agent, Optional<String> version) {
		return Optional.ofNullable(this.sums.get(this.keyOf.apply(agent, version)));
	}

	/**
	 * Returns what stored days do not tell of the executions that match the filter.
	 * @return sentences for each key
	 */
	Map<K, List<String>> untold() {
		return each(Sums::untold);
	}

	/** Says that it cannot be told of some executions whether they match the filter. */
	static String untoldSentence(long executions, int days) {
		return String.format(Locale.ROOT, UNTOLD, executions, days);
	}

	/** Returns what the buckets say together. */
	Map<K, Metrics> result() {
		return each(Sums::result);
	}

	/**
	 * Returns from the first to the last hour with executions.
	 * @return the starts of both; without keys that have none
	 */
	Map<K, Hours> hours() {
		Map<K, Hours> found = new LinkedHashMap<>();
		this.sums.forEach((key, of) -> of.hours().ifPresent((hours) -> found.put(key, hours)));
		return found;
	}

	private <V> Map<K, V> each(Function<Sums, V> answer) {
		Map<K, V> result = LinkedHashMap.newLinkedHashMap(this.sums.size());
		this.sums.forEach((key, of) -> result.put(key, answer.apply(of)));
		return result;
	}

	/**
	 * When two hours start.
	 */
	record Hours(Instant first, Instant last) {
	}

	/**
	 * The sums of one key.
	 */
	private final class Sums {

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

		private UsageTotals usage = UsageTotals.NONE;

		private boolean readable = true;

		private boolean tokensReadable = true;

		private Sums(int timesSideBySide) {
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
			this.untoldDays.forEach((day) -> unknown.add(new Days(day, day.plusDays(1)).in(of.zone())));
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
				sentences.add(untoldSentence(this.untold, this.untoldDays.size()));
			}
			Plan of = MetricsAccumulator.this.plan;
			// the plan of errors reads the executions of the others
			long without = this.daysWithoutErrors.stream()
				.filter((day) -> of.metricType() == MetricType.AGGREGATED || !of.ledger().keepsExecutionsOf(day))
				.count();
			if (MetricsAccumulator.this.fields.errors() && without > 0) {
				sentences.add(String.format(Locale.ROOT, WITHOUT_ERRORS, without));
			}
			return sentences;
		}

		private Optional<Hours> hours() {
			NavigableSet<Instant> starts = new TreeSet<>();
			this.unreadableDays.forEach((day) -> starts.add(day.from()));
			this.hours.forEach((start, ofBucket) -> {
				for (int hour = 0; hour < ofBucket.hours(); hour++) {
					if (ofBucket.total(hour) > 0) {
						starts.add(start.plus(Duration.ofHours(hour)));
					}
				}
			});
			return starts.isEmpty() ? Optional.empty() : Optional.of(new Hours(starts.first(), starts.last()));
		}

		private Optional<Trend> trend() {
			if (!this.unreadableDays.isEmpty()) {
				return Optional.empty();
			}
			int count = 0;
			for (HourlyCounts ofBucket : this.hours.values()) {
				count += ofBucket.hours();
			}
			long[] successful = new long[count];
			long[] finished = new long[count];
			int next = 0;
			for (HourlyCounts ofBucket : this.hours.values()) {
				for (int hour = 0; hour < ofBucket.hours(); hour++, next++) {
					successful[next] = ofBucket.successful(hour);
					finished[next] = ofBucket.finished(hour);
				}
			}
			return Optional.of(Trend.ofBuckets(successful, finished));
		}

	}

}
