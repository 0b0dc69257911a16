package io.agentmetrics.aggregator.job;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.aggregator.rollup.Slice;
import io.agentmetrics.aggregator.rollup.UnitRollup;
import io.agentmetrics.aggregator.rollup.WorkUnit;
import io.agentmetrics.aggregator.source.ReadSnapshot;
import io.agentmetrics.aggregator.source.SliceReader;
import io.agentmetrics.model.time.DayCalendar;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run in progress: the work that its workers share and what they find. A worker takes
 * the next slice when it is done with the last, so that all of them work on a huge day
 * and each on days of its own where days are small.
 */
final class Aggregation {

	private static final Logger logger = LoggerFactory.getLogger(Aggregation.class);

	private final Lease lease;

	private final ReadSnapshot snapshot;

	private final DayCalendar calendar;

	private final AggregationPlan plan;

	private final Progress progress;

	private final Queue<WorkUnit> units;

	private final Queue<SliceTask> slices = new ArrayDeque<>();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private final Set<SliceReader> readers = ConcurrentHashMap.newKeySet();

	private volatile boolean stopping;

	Aggregation(Lease lease, ReadSnapshot snapshot, DayCalendar calendar, AggregationPlan plan) {
		this.lease = lease;
		this.snapshot = snapshot;
		this.calendar = calendar;
		this.plan = plan;
		this.progress = new Progress(plan.days());
		this.units = new ArrayDeque<>(plan.units());
	}

	Lease lease() {
		return this.lease;
	}

	AggregationPlan plan() {
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
		if (this.slices.isEmpty()) {
			WorkUnit unit = this.units.poll();
			if (unit == null) {
				return null;
			}
			UnitRollup rollup = new UnitRollup(unit, this.calendar);
			unit.slices().forEach((slice) -> this.slices.add(new SliceTask(slice, rollup)));
		}
		return this.slices.poll();
	}

	/**
	 * Adds work that only turned up while other work was done.
	 * @param more the units
	 */
	synchronized void add(List<WorkUnit> more) {
		this.units.addAll(more);
	}

	synchronized boolean isWorkLeft() {
		return !this.units.isEmpty() || !this.slices.isEmpty();
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

	/**
	 * Notes something that is not right in the result; the run goes on and fails at its
	 * end.
	 * @param failure what is wrong, with agent and day where it is about one
	 * @param cause the cause, for the log
	 */
	void failed(String failure, @Nullable Throwable cause) {
		logger.error(failure, cause);
		this.failures.add(failure);
	}

	List<String> failures() {
		return List.copyOf(this.failures);
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

	/** Days the calendar gives the workers for hours and shards. */
	int hoursOf(LocalDate day) {
		return this.calendar.hoursOf(day);
	}

	/**
	 * A slice and where it is added up.
	 */
	record SliceTask(Slice slice, UnitRollup rollup) {
	}

}
