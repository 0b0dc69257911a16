package io.agentmetrics.aggregator.job;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.aggregator.rollup.FailedAgentDays;
import io.agentmetrics.aggregator.rollup.Slice;
import io.agentmetrics.aggregator.rollup.UnitParts;
import io.agentmetrics.aggregator.rollup.UnitRollup;
import io.agentmetrics.aggregator.rollup.WorkUnit;
import io.agentmetrics.aggregator.sink.DayBatch;
import io.agentmetrics.aggregator.source.ReadSnapshot;
import io.agentmetrics.aggregator.source.SliceReader;
import io.agentmetrics.model.time.DayCalendar;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run in progress: the work that its workers share. A worker takes the next slice when
 * it is done with the last, so that all of them work on a huge day and each on days of
 * its own where days are small.
 */
final class Run {

	private static final Logger logger = LoggerFactory.getLogger(Run.class);

	private final Lease lease;

	private final ReadSnapshot snapshot;

	private final DayCalendar calendar;

	private final RunPlan plan;

	private final Progress progress;

	private final long unitBytes;

	private final FailedAgentDays failedAgentDays;

	private final Deque<Task> tasks = new ArrayDeque<>();

	/** Days of which every part is written. */
	private final Queue<DayBatch.Day> days = new ArrayDeque<>();

	private final Queue<SliceTask> slices = new ArrayDeque<>();

	private final Set<SliceReader> readers = ConcurrentHashMap.newKeySet();

	private volatile boolean stopping;

	Run(Lease lease, ReadSnapshot snapshot, DayCalendar calendar, RunPlan plan, long unitBytes) {
		this.lease = lease;
		this.snapshot = snapshot;
		this.calendar = calendar;
		this.plan = plan;
		this.progress = new Progress(plan.days());
		this.failedAgentDays = new FailedAgentDays(ProgramVersion.current(), this.progress::agentDayFailed);
		this.unitBytes = unitBytes;
		add(plan.units());
	}

	Lease lease() {
		return this.lease;
	}

	RunPlan plan() {
		return this.plan;
	}

	Progress progress() {
		return this.progress;
	}

	/** The visibility of everything this run reads. */
	String visibility() {
		return this.snapshot.visibility();
	}

	/**
	 * Takes the next slice of the work.
	 * @return the slice, {@code null} when none is left
	 */
	synchronized @Nullable SliceTask nextSlice() {
		while (this.slices.isEmpty()) {
			Task task = this.tasks.poll();
			if (task == null) {
				return null;
			}
			WorkUnit unit = task.unit();
			if (unit.expectedBytes() > this.unitBytes && unit.canBeHalved()) {
				cut(task, unit.halves());
				continue;
			}
			UnitRollup rollup = new UnitRollup(unit, this.calendar, this.unitBytes);
			unit.slices().forEach((slice) -> this.slices.add(new SliceTask(slice, rollup, task)));
		}
		return this.slices.poll();
	}

	/**
	 * Does a unit again that could not be done as it was.
	 * @param instead what to do instead, which together is the same
	 */
	synchronized void cut(Task task, List<WorkUnit> instead) {
		UnitParts parts = task.parts().orElseGet(() -> new UnitParts(task.unit()));
		parts.cut(instead.size());
		instead.reversed().forEach((unit) -> this.tasks.addFirst(new Task(unit, Optional.of(parts))));
	}

	/** Adds days that only need to be closed. */
	synchronized void addDays(List<DayBatch.Day> more) {
		this.days.addAll(more);
	}

	/**
	 * Takes days of which every agent is written.
	 * @return the days, none if there are no such days now
	 */
	synchronized List<DayBatch.Day> takeDays() {
		List<DayBatch.Day> taken = List.copyOf(this.days);
		this.days.clear();
		return taken;
	}

	/** Adds work that only turned up while other work was done. */
	synchronized void add(List<WorkUnit> more) {
		more.forEach((unit) -> this.tasks.add(new Task(unit, Optional.empty())));
	}

	synchronized boolean isWorkLeft() {
		return !this.tasks.isEmpty() || !this.slices.isEmpty() || !this.days.isEmpty();
	}

	SliceReader openReader() throws SQLException {
		SliceReader reader = this.snapshot.openReader();
		this.readers.add(reader);
		return reader;
	}

	void closeReader(SliceReader reader) throws SQLException {
		this.readers.remove(reader);
		reader.close();
	}

	/** Ends the run as soon as its workers notice; what they read is cut off at once. */
	void stop() {
		this.stopping = true;
		for (SliceReader reader : this.readers) {
			try {
				reader.cancel();
			}
			catch (SQLException ex) {
				logger.warn("A statement could not be cancelled; it ends with its connection", ex);
			}
		}
	}

	boolean isStopping() {
		return this.stopping;
	}

	DayCalendar calendar() {
		return this.calendar;
	}

	/** The agents' days that failed so far. */
	FailedAgentDays failedAgentDays() {
		return this.failedAgentDays;
	}

	/**
	 * A unit of work.
	 *
	 * @param parts what it is a part of, if it is one
	 */
	record Task(WorkUnit unit, Optional<UnitParts> parts) {
	}

	/** A slice and where it is added up. */
	record SliceTask(Slice slice, UnitRollup rollup, Task task) {
	}

}
