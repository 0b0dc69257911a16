package io.agentmetrics.aggregator.job;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.CompletedDay;
import io.agentmetrics.aggregator.rollup.DayTotals;
import io.agentmetrics.aggregator.rollup.FailedCalculationException;
import io.agentmetrics.aggregator.rollup.UnitRollup;
import io.agentmetrics.aggregator.rollup.WorkUnit;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.DayItem;
import io.agentmetrics.aggregator.source.SliceReader;
import io.agentmetrics.model.metrics.AgentDay;
import org.jspecify.annotations.Nullable;

import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * One worker's reader: reads slices until one completes its unit, checks the unit against
 * PostgreSQL's own count, and hands out its agents' days and then the days.
 */
final class DayReader implements ItemStreamReader<List<DayItem>> {

	/** So many agents' days, at least, or days without any, are worth a transaction. */
	private static final int ENOUGH = 1_000;

	/** With more than this a transaction gains nothing and is long to wait for. */
	private static final int PLENTY = 25_000;

	private final Aggregation run;

	private final AggregationState state;

	private final Queue<DayItem> items = new ArrayDeque<>();

	private @Nullable SliceReader source;

	DayReader(Aggregation run, AggregationState state) {
		this.run = run;
		this.state = state;
	}

	@Override
	public void open(ExecutionContext executionContext) {
		try {
			this.source = this.run.openReader();
		}
		catch (SQLException ex) {
			throw new ItemStreamException("Cannot read executions", ex);
		}
	}

	/**
	 * Returns what is to be written together; a day comes with the last of its agents.
	 */
	@Override
	public @Nullable List<DayItem> read() throws SQLException, JobInterruptedException {
		List<DayItem> together = new ArrayList<>();
		int size = 0;
		while (size < ENOUGH || this.items.peek() instanceof DayItem.Day) {
			if (this.items.isEmpty() && !readUnit()) {
				break;
			}
			DayItem item = this.items.remove();
			together.add(item);
			size += switch (item) {
				case DayItem.Agents agents -> agents.agentDays().size();
				case DayItem.Day day -> 1;
			};
		}
		endIfStopping();
		return together.isEmpty() ? null : together;
	}

	/**
	 * Reads slices until one completes its unit.
	 * @return whether there are items; if not, no work is left
	 */
	private boolean readUnit() throws SQLException, JobInterruptedException {
		SliceReader reader = Objects.requireNonNull(this.source, "Reading starts with open()");
		while (this.items.isEmpty()) {
			Aggregation.SliceTask task = this.run.nextSlice();
			if (task == null) {
				return false;
			}
			endIfStopping();
			UnitRollup rollup = task.rollup();
			long bytesBefore = reader.bytesRead();
			this.run.progress().sliceBegun();
			try {
				long counted = reader.read(task.slice(), rollup.unit().agents(), (part) -> {
					rollup.add(part);
					this.run.progress().read(part.executions());
				});
				if (rollup.sliceDone(counted)) {
					complete(rollup);
				}
			}
			catch (SQLException ex) {
				if (this.run.isStopping()) {
					throw new JobInterruptedException("Stopped while reading");
				}
				throw ex;
			}
			finally {
				this.run.progress().sliceEnded(reader.bytesRead() - bytesBefore);
			}
		}
		return true;
	}

	private void endIfStopping() throws JobInterruptedException {
		if (this.run.isStopping()) {
			throw new JobInterruptedException("Stopped between slices");
		}
	}

	private void complete(UnitRollup rollup) {
		WorkUnit unit = rollup.unit();
		List<CompletedDay> completed = unit.days().stream().map(rollup::complete).toList();
		long executions = completed.stream().mapToLong(CompletedDay::executions).sum();
		if (executions != rollup.counted()
				&& completed.stream().map(CompletedDay::failures).allMatch(Collection::isEmpty)) {
			this.run.progress().notReconciled();
			this.run.failed("Days %s to %s do not add up: all agents have %d executions, PostgreSQL counts %d"
				.formatted(unit.from(), unit.to().minusDays(1), executions, rollup.counted()), null);
			return;
		}
		boolean fresh = !this.state.anyStored(unit.from(), unit.to());
		List<AgentDay> agentDays = new ArrayList<>();
		List<DayItem.Day> days = new ArrayList<>();
		for (CompletedDay day : completed) {
			agentDays.addAll(day.agentDays());
			if (day.failures().isEmpty()) {
				done(unit, day, rollup.executionsPerSecond(), fresh).ifPresent(days::add);
			}
			for (FailedCalculationException failure : day.failures()) {
				this.run.progress().agentDayFailed();
				this.run.failed("Agent %s on %s was not aggregated".formatted(failure.agentId(), failure.date()),
						failure);
			}
		}
		sortByAgent(agentDays);
		for (int from = 0; from < agentDays.size(); from += PLENTY) {
			List<AgentDay> some = agentDays.subList(from, Math.min(from + PLENTY, agentDays.size()));
			this.items.add(new DayItem.Agents(some, fresh, unit.provisional()));
		}
		this.items.addAll(days);
	}

	/** Rows that are neighbours in the index of agents and days are written together. */
	private static void sortByAgent(List<AgentDay> agentDays) {
		agentDays.sort((one, other) -> one.agentId().compareTo(other.agentId()));
	}

	/** Returns the day, empty when it cannot be added up. */
	private Optional<DayItem.Day> done(WorkUnit unit, CompletedDay day, long executionsPerSecond, boolean fresh) {
		try {
			return Optional.of(day(unit, day, executionsPerSecond, fresh));
		}
		catch (ArithmeticException ex) {
			this.run.failed("All agents of " + day.date() + " cannot be added up", ex);
			return Optional.empty();
		}
	}

	private DayItem.Day day(WorkUnit unit, CompletedDay day, long executionsPerSecond, boolean fresh) {
		List<UUID> present = day.agentDays().stream().map(AgentDay::agentId).toList();
		boolean everyone = !unit.provisional() && unit.agents() instanceof AgentSelection.Sharded(var shard)
				&& shard.isWhole();
		Optional<DayTotals> totals = everyone
				? Optional.of(DayTotals.of(day.date(), this.run.hoursOf(day.date()), day.agentDays()))
				: Optional.empty();
		return new DayItem.Day(day.date(), unit.agents(), present, day.executions(), totals, executionsPerSecond, fresh,
				unit.provisional());
	}

	@Override
	public void close() {
		SliceReader reader = this.source;
		this.source = null;
		if (reader != null) {
			try {
				this.run.closeReader(reader);
			}
			catch (SQLException ex) {
				throw new ItemStreamException("The reader's connection did not close", ex);
			}
		}
	}

}
