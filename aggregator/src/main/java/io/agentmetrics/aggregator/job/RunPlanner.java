package io.agentmetrics.aggregator.job;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.DayEstimate;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.aggregator.rollup.WorkPlanner;
import io.agentmetrics.aggregator.rollup.WorkUnit;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.StoredSketches;
import io.agentmetrics.aggregator.source.ExecutionDays;
import io.agentmetrics.model.time.DayCalendar;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a run has to do: the days that are not closed yet and the agents' days
 * that changed since, or what a rebuild asks for.
 */
final class RunPlanner {

	private static final Logger logger = LoggerFactory.getLogger(RunPlanner.class);

	/** Up to every fourth agent is read by itself rather than with all others. */
	private static final int FEW = 4;

	private final AggregationState state;

	private final StoredSketches sketches;

	private final ExecutionDays executions;

	private final DayCalendar calendar;

	private final WorkPlanner work;

	/** Neither it nor any later day is over. */
	private final LocalDate today;

	private final boolean includeToday;

	RunPlanner(AggregationState state, StoredSketches sketches, ExecutionDays executions, DayCalendar calendar,
			WorkPlanner work, LocalDate today, boolean includeToday) {
		this.state = state;
		this.sketches = sketches;
		this.executions = executions;
		this.calendar = calendar;
		this.work = work;
		this.today = today;
		this.includeToday = includeToday;
	}

	RunPlan plan(RunRequest request) throws SQLException {
		Optional<LocalDate> first = firstDay();
		if (request.isRebuild()) {
			return new RunPlan(rebuild(request, first), false);
		}
		List<WorkUnit> units = new ArrayList<>();
		if (first.isPresent()) {
			units.addAll(upToDate(request, first.get()));
		}
		if (this.includeToday && !this.state.done(this.today, request.shard()).contains(this.today)) {
			preview(request.shard()).ifPresent(units::add);
		}
		return new RunPlan(units, true);
	}

	private Optional<LocalDate> firstDay() {
		return Stream.of(this.executions.first(), this.state.firstStoredDay())
			.flatMap(Optional::stream)
			.min(Comparator.naturalOrder());
	}

	/**
	 * A day that is done may not be over, when the clock that said so was ahead of ours.
	 * What changes in it is done all the same: the watermark moves beyond it.
	 */
	private List<WorkUnit> upToDate(RunRequest request, LocalDate first) throws SQLException {
		LocalDate from = this.state.rawFrom().filter(first::isBefore).orElse(first);
		Set<LocalDate> done = this.state.done(from, request.shard());
		done.removeAll(this.sketches.damagedDays());
		List<LocalDate> open = this.calendar.days(from, this.today)
			.stream()
			.filter((day) -> !done.contains(day))
			.toList();
		List<WorkUnit> units = new ArrayList<>(
				this.work.wholeDays(open, this.executions.estimates(open), request.shard()));
		SortedMap<LocalDate, AgentSelection.Only> agentDays = changed(request, done);
		damaged(request.shard(), done, from)
			.forEach((day, agents) -> agentDays.merge(day, agents, RunPlanner::together));
		failedBefore(request.shard(), done, from)
			.forEach((day, agents) -> agentDays.merge(day, agents, RunPlanner::together));
		units.addAll(this.work.agentDays(agentDays));
		units.sort(Comparator.comparing(WorkUnit::from));
		return units;
	}

	/**
	 * Reads today anew as a whole, unless few agents have changed since the last preview.
	 */
	private Optional<WorkUnit> preview(Shard shard) throws SQLException {
		Optional<String> seen = this.state.previewed(this.today, shard);
		if (seen.isPresent()) {
			Set<UUID> changed = this.executions.changedOn(this.today, seen.get(), shard);
			if (changed.isEmpty()) {
				return Optional.empty();
			}
			if (changed.size() * FEW <= this.state.previewedAgents(this.today, shard)) {
				return Optional
					.of(this.work.provisional(this.today, new AgentSelection.Only(changed), DayEstimate.NOTHING));
			}
		}
		return Optional.of(this.work.provisional(this.today, new AgentSelection.Sharded(shard),
				this.executions.estimates(List.of(this.today)).apply(this.today)));
	}

	private SortedMap<LocalDate, AgentSelection.Only> changed(RunRequest request, Set<LocalDate> done) {
		if (done.isEmpty()) {
			return new TreeMap<>();
		}
		String watermark = this.state.watermark(request.shard()).orElse(null);
		SortedMap<LocalDate, AgentSelection.Only> changed = this.executions.changed(watermark, Collections.min(done),
				Collections.max(done).plusDays(1), request.shard());
		changed.keySet().retainAll(done);
		return changed;
	}

	private SortedMap<LocalDate, AgentSelection.Only> damaged(Shard shard, Set<LocalDate> done, LocalDate from) {
		SortedMap<LocalDate, AgentSelection.Only> damaged = new TreeMap<>();
		this.sketches.damagedAgentDays(shard).forEach((day, agents) -> {
			if (done.contains(day)) {
				damaged.put(day, new AgentSelection.Only(agents));
			}
			else if (day.isBefore(from)) {
				logger.atError()
					.addKeyValue("day", day)
					.addKeyValue("agents", agents)
					.log("Damaged sketches cannot be rebuilt: retention has dropped their executions");
			}
		});
		return damaged;
	}

	/** What another version of the program could not do this one may. */
	private SortedMap<LocalDate, AgentSelection.Only> failedBefore(Shard shard, Set<LocalDate> done, LocalDate from) {
		SortedMap<LocalDate, AgentSelection.Only> failed = new TreeMap<>();
		this.state.failedInOtherVersions(ProgramVersion.current(), shard).forEach((day, agents) -> {
			if (done.contains(day) && !day.isBefore(from)) {
				failed.put(day, new AgentSelection.Only(agents));
			}
		});
		return failed;
	}

	private static AgentSelection.Only together(AgentSelection.Only one, AgentSelection.Only other) {
		Set<UUID> agents = new HashSet<>(one.agents());
		agents.addAll(other.agents());
		return new AgentSelection.Only(agents);
	}

	private List<WorkUnit> rebuild(RunRequest request, Optional<LocalDate> first) throws SQLException {
		LocalDate to = request.to().orElse(this.today);
		if (to.isAfter(this.today)) {
			throw new RefusedException("to=" + to + " is not over yet: to is the day after the last and may be "
					+ this.today + " at most");
		}
		request.from().filter((from) -> !from.isBefore(this.today)).ifPresent((from) -> {
			throw new RefusedException("from=" + from + " is not over yet: from must be before " + this.today);
		});
		Optional<LocalDate> rawFrom = this.state.rawFrom();
		request.from().filter((from) -> rawFrom.filter(from::isBefore).isPresent()).ifPresent((from) -> {
			throw new RefusedException("from=" + from
					+ " cannot be rebuilt: retention has dropped the executions before " + rawFrom.get());
		});
		request.to().filter((day) -> rawFrom.filter((kept) -> !day.isAfter(kept)).isPresent()).ifPresent((day) -> {
			throw new RefusedException("The days before to=" + day
					+ " cannot be rebuilt: retention has dropped the executions before " + rawFrom.get());
		});
		if (first.isEmpty()) {
			return List.of();
		}
		rawFrom.filter(first.get()::isBefore)
			.filter((kept) -> request.from().isEmpty())
			.ifPresent((kept) -> logger.atInfo()
				.addKeyValue("from", kept)
				.log("Earlier days stay as they are: retention has dropped their executions"));
		LocalDate from = Stream.of(request.from(), first, rawFrom)
			.flatMap(Optional::stream)
			.max(Comparator.naturalOrder())
			.orElseThrow();
		List<LocalDate> days = this.calendar.days(from, to);
		if (request.agentId().isEmpty()) {
			return this.work.wholeDays(days, this.executions.estimates(days), request.shard());
		}
		return this.work.agentDays(onlyAgent(request.agentId().get(), days));
	}

	private static SortedMap<LocalDate, AgentSelection.Only> onlyAgent(UUID agentId, List<LocalDate> days) {
		AgentSelection.Only agent = new AgentSelection.Only(Set.of(agentId));
		SortedMap<LocalDate, AgentSelection.Only> agentByDay = new TreeMap<>();
		days.forEach((day) -> agentByDay.put(day, agent));
		return agentByDay;
	}

}
