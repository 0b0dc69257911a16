package io.agentmetrics.aggregator.job;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.CompletedDay;
import io.agentmetrics.aggregator.rollup.DayTotals;
import io.agentmetrics.aggregator.rollup.UnitParts;
import io.agentmetrics.aggregator.rollup.UnitRollup;
import io.agentmetrics.aggregator.rollup.WorkUnit;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.DayItem;
import io.agentmetrics.aggregator.source.ExecutionTarget;
import io.agentmetrics.aggregator.source.PackingException;
import io.agentmetrics.aggregator.source.SliceReader;
import io.agentmetrics.model.metrics.AgentDay;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * One worker's reader: reads slices until one completes its unit, checks the unit against
 * PostgreSQL's own count, and hands out its agents' days and then the days.
 */
final class DayReader implements ItemStreamReader<List<DayItem>> {

	private static final Logger logger = LoggerFactory.getLogger(DayReader.class);

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
		List<DayItem> together = new ArrayList<>(this.run.takeDays());
		int size = together.size();
		while (size < ENOUGH || (this.items.peek() != null && !(this.items.peek() instanceof DayItem.Agents))) {
			if (this.items.isEmpty() && !readUnit()) {
				break;
			}
			DayItem item = this.items.remove();
			together.add(item);
			size += switch (item) {
				case DayItem.Agents agents -> agents.agentDays().size();
				case DayItem.Part part -> part.days().size();
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
			long bytesBefore = reader.bytesRead();
			this.run.progress().sliceBegun();
			try {
				if (task.rollup().sliceDone(read(reader, task))) {
					complete(task, reader);
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

	/**
	 * Returns how many executions PostgreSQL counted; none of a unit that is abandoned.
	 */
	private long read(SliceReader reader, Aggregation.SliceTask task) throws SQLException {
		UnitRollup rollup = task.rollup();
		WorkUnit unit = rollup.unit();
		if (!rollup.instead().isEmpty()) {
			return 0;
		}
		try {
			return reader.read(task.slice(), unit.agents(), unit.packed(), new ExecutionTarget() {

				@Override
				public void add(AgentHour part) {
					if (rollup.add(part)) {
						DayReader.this.run.progress().read(part.executions());
					}
				}

				@Override
				public void fail(UUID agentId, LocalDate date, RuntimeException cause) {
					rollup.fail(agentId, date, cause);
				}

			});
		}
		catch (PackingException ex) {
			logger.atWarn()
				.addKeyValue("from", task.slice().from())
				.addKeyValue("to", task.slice().to())
				.addKeyValue("cause", ex.getMessage())
				.log("Too many executions for PostgreSQL to pack; they are read one by one");
			rollup.abandonFor(List.of(unit.unpacked()));
			return 0;
		}
	}

	private void complete(Aggregation.SliceTask task, SliceReader reader) throws SQLException {
		UnitRollup rollup = task.rollup();
		WorkUnit unit = rollup.unit();
		if (!rollup.instead().isEmpty()) {
			this.run.progress().read(-rollup.executions());
			this.run.cut(task.task(), rollup.instead());
			return;
		}
		List<CompletedDay> completed = reconciled(rollup, unit.days().stream().map(rollup::complete).toList(), reader);
		boolean fresh = !this.state.anyStored(unit.from(), unit.to());
		List<AgentDay> agentDays = new ArrayList<>();
		List<DayItem.Day> days = new ArrayList<>();
		for (CompletedDay day : completed) {
			agentDays.addAll(day.agentDays());
			day.failures().forEach(this.run.failedAgentDays()::add);
			days.add(day(unit, day, fresh));
		}
		sortByAgent(agentDays);
		for (int from = 0; from < agentDays.size(); from += PLENTY) {
			List<AgentDay> some = agentDays.subList(from, Math.min(from + PLENTY, agentDays.size()));
			this.items.add(new DayItem.Agents(some, fresh, unit.provisional()));
		}
		this.items.addAll(task.task().parts().map((parts) -> part(parts, days)).orElseGet(() -> List.copyOf(days)));
	}

	/** What does not add up is looked at agent by agent. */
	private List<CompletedDay> reconciled(UnitRollup rollup, List<CompletedDay> completed, SliceReader reader)
			throws SQLException {
		long executions = completed.stream().mapToLong(CompletedDay::executions).sum();
		if (executions == rollup.counted()) {
			return completed;
		}
		WorkUnit unit = rollup.unit();
		Map<LocalDate, Map<UUID, Long>> counts = reader.counts(unit, this.run.calendar());
		List<CompletedDay> reconciled = completed.stream()
			.map((day) -> day.reconciledWith(counts.getOrDefault(day.date(), Map.of())))
			.toList();
		if (!reconciled.equals(completed) || completed.stream().allMatch((day) -> day.failures().isEmpty())) {
			this.run.progress().notReconciled();
			logger.atWarn()
				.addKeyValue("from", unit.from())
				.addKeyValue("to", unit.to().minusDays(1))
				.addKeyValue("read", executions)
				.addKeyValue("counted", rollup.counted())
				.log("Days did not add up; their agents were counted one by one");
		}
		return reconciled;
	}

	private static List<DayItem> part(UnitParts parts, List<DayItem.Day> days) {
		days.forEach(
				(day) -> parts.add(day.date(), new UnitParts.Sum(day.executions(), day.agentCount(), day.totals())));
		return List.of(new DayItem.Part(days.stream().map(DayItem.Day::agents).toList(), parts));
	}

	/** Rows that are neighbours in the index of agents and days are written together. */
	private static void sortByAgent(List<AgentDay> agentDays) {
		agentDays.sort((one, other) -> one.agentId().compareTo(other.agentId()));
	}

	private DayItem.Day day(WorkUnit unit, CompletedDay day, boolean fresh) {
		List<UUID> present = day.agentDays().stream().map(AgentDay::agentId).toList();
		boolean everyone = !unit.provisional() && unit.agents() instanceof AgentSelection.Sharded some
				&& some.shard().isWhole();
		Optional<DayTotals> totals = everyone
				? Optional.of(DayTotals.of(day.date(), this.run.calendar().hoursOf(day.date()), day.agentDays()))
				: Optional.empty();
		return new DayItem.Day(new DayItem.Present(day.date(), unit.agents(), present, fresh), day.executions(),
				present.size(), totals, unit.provisional());
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
