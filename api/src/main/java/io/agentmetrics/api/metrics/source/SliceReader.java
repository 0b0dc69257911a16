package io.agentmetrics.api.metrics.source;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads the executions of all agents together that match a filter, from the stored days
 * and raw ranges of a plan; each answer from one snapshot, with as many statements for
 * any number of agents.
 */
@Component
public class SliceReader {

	private static final String ALL = "all agents";

	/** How far back an agent has to have run executions that match to have any. */
	private static final Period RECENT = new Period.Latest(TimeRange.LAST_30_DAYS);

	private final Planner planner;

	private final MetricsReader metrics;

	private final StoredMetricsRepository storedMetrics;

	private final RawExecutionRepository executions;

	private final AgentHistoryRepository history;

	private final Clock clock;

	SliceReader(Planner planner, MetricsReader metrics, StoredMetricsRepository storedMetrics,
			RawExecutionRepository executions, AgentHistoryRepository history, Clock clock) {
		this.planner = planner;
		this.metrics = metrics;
		this.storedMetrics = storedMetrics;
		this.executions = executions;
		this.history = history;
		this.clock = clock;
	}

	/**
	 * Returns the agents that have run executions that match in the last 30 days and are
	 * not retired.
	 */
	@Transactional(readOnly = true)
	public Set<UUID> agents(ExecutionFilter filter) {
		Instant now = this.clock.instant();
		List<UUID> agents = this.history.agentsNotRetired();
		Plan plan = this.planner.hybrid(agents, RECENT.window(now), filter, now, MetricsFields.none());
		Set<UUID> found = plan.stored().isEmpty() ? new HashSet<>() : this.storedMetrics.agents(plan.stored(), filter);
		if (!plan.raw().isEmpty()) {
			LatestReleases raw = new LatestReleases(plan.ledger().calendar());
			this.executions.withOnePlan(() -> this.executions.releases(plan.raw(), filter, 1, raw));
			raw.first(agents, 1).forEach((release) -> found.add(release.agentId()));
		}
		return Set.copyOf(found);
	}

	/**
	 * Counts what started between each moment and the next, as HYBRID does.
	 * @param edges at least two moments, the earliest first
	 * @param shown from when on it is told what the counts leave out
	 */
	@Transactional(readOnly = true)
	public Counted between(List<Instant> edges, Instant shown, ExecutionFilter filter) {
		Plan plan = this.planner.ofSlices(this.history.agents(), edges, filter);
		SliceCounts counts = new SliceCounts(plan, edges);
		AgentDays stored = plan.stored();
		if (!stored.isEmpty()) {
			Set<LocalDate> cut = counts.cut(stored.days());
			this.storedMetrics.addUp(stored.leavingOut(cut), counts);
			if (!cut.isEmpty()) {
				this.storedMetrics.read(stored.of(cut), counts);
			}
		}
		List<RawRange> raw = counts.raw();
		if (!raw.isEmpty()) {
			this.executions.withOnePlan(() -> this.executions.read(raw, counts));
		}
		return new Counted(counts.counts(), plan.window().from(), counts.missing(shown), counts.lastUntold());
	}

	/** Returns whether any agent had run executions that match before a moment. */
	@Transactional(readOnly = true)
	public boolean anyBefore(Instant moment, ExecutionFilter filter, Ledger ledger) {
		return this.history.anyMatchedBefore(filter, moment, ledger);
	}

	/**
	 * Cuts a window, as HYBRID does.
	 * @param times whether average and percentiles are asked for
	 * @param mostRead from how many executions at most the times of single hours are read
	 */
	@Transactional(readOnly = true)
	public MetricsSeries series(Window window, Granularity granularity, boolean times, long mostRead,
			ExecutionFilter filter, Instant now) {
		List<UUID> agents = this.history.agents();
		boolean timesOfHours = times && granularity.settledFor(window) == Granularity.HOUR;
		Plan plan = this.planner.hybrid(agents, window, filter, now, fields(granularity, times && !timesOfHours));
		if (!timesOfHours) {
			return series(plan, granularity, times);
		}
		Instant read = plan.hourTimesFrom();
		MetricsSeries counts = series(plan.withoutTimesOfHours(), granularity, false);
		long executions = counts.points()
			.stream()
			.filter((point) -> !point.from().isBefore(read))
			.mapToLong((point) -> point.totalExecutions())
			.sum();
		return (executions > mostRead) ? counts : series(
				this.planner.hybrid(agents, window, filter, now, fields(granularity, true)), granularity, true);
	}

	/** Cuts days, as AGGREGATED does. */
	@Transactional(readOnly = true)
	public MetricsSeries days(Days days, ExecutionFilter filter, Ledger ledger) {
		return series(this.planner.aggregated(this.history.agents(), days, filter, this.clock.instant(), ledger),
				Granularity.DAY, true);
	}

	private MetricsSeries series(Plan plan, Granularity granularity, boolean times) {
		MetricsAccumulator<String> sums = new MetricsAccumulator<>(plan, fields(granularity, times), List.of(ALL),
				(agent, version) -> ALL);
		this.metrics.read(sums);
		Metrics all = Objects.requireNonNull(sums.result().get(ALL));
		return Objects.requireNonNull(all.series().get(granularity));
	}

	private static MetricsFields fields(Granularity granularity, boolean times) {
		return new MetricsFields(false, false, false, false, Set.of(granularity), times, false, false);
	}

	/**
	 * How many executions started between moments.
	 *
	 * @param segments those between each moment and the next, the earliest first
	 * @param knownFrom before this nothing is known
	 * @param missing what they leave out, one sentence each
	 * @param lastUntold the last day of which some executions may match or not; empty if
	 * there is none
	 */
	public record Counted(List<SliceCount> segments, Instant knownFrom, List<String> missing,
			Optional<LocalDate> lastUntold) {

		/**
		 * Returns whether it is known of all executions since a moment whether they
		 * match.
		 * @param day when that is
		 */
		public boolean isToldSince(Instant from, LocalDate day) {
			return !this.knownFrom.isAfter(from) && this.lastUntold.filter((last) -> !last.isBefore(day)).isEmpty();
		}

	}

}
