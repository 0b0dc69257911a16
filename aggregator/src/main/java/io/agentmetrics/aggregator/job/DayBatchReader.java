package io.agentmetrics.aggregator.job;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.CompletedAgentDay;
import io.agentmetrics.aggregator.rollup.CompletedDay;
import io.agentmetrics.aggregator.rollup.DayTotals;
import io.agentmetrics.aggregator.rollup.UnitParts;
import io.agentmetrics.aggregator.rollup.UnitRollup;
import io.agentmetrics.aggregator.rollup.WorkUnit;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.DayBatch;
import io.agentmetrics.aggregator.source.ExecutionTarget;
import io.agentmetrics.aggregator.source.PackingException;
import io.agentmetrics.aggregator.source.SliceReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * Reads executions for one worker and adds them up: slices until one completes its unit
 * of work, which is checked against PostgreSQL's own count and handed out in batches.
 */
final class DayBatchReader implements ItemStreamReader<DayBatch> {

	private static final Logger logger = LoggerFactory.getLogger(DayBatchReader.class);

	/** So many agents' days, or days without any, are worth a transaction. */
	private static final int ENOUGH = 1_000;

	/** With more than this a transaction gains nothing and is long to wait for. */
	private static final int PLENTY = 25_000;

	private final Run run;

	private final AggregationState state;

	private final Queue<DayBatch> completed = new ArrayDeque<>();

	private @Nullable SliceReader source;

	DayBatchReader(Run run, AggregationState state) {
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

	/** Returns enough for a transaction, or what is left. */
	@Override
	public @Nullable DayBatch read() throws SQLException, JobInterruptedException {
		List<DayBatch> together = new ArrayList<>(List.of(new DayBatch(List.of(), List.of(), this.run.takeDays())));
		int size = together.getFirst().size();
		while (size < ENOUGH && (!this.completed.isEmpty() || readUnit())) {
			DayBatch next = this.completed.remove();
			together.add(next);
			size += next.size();
		}
		endIfStopping();
		return (size > 0) ? DayBatch.of(together) : null;
	}

	/**
	 * Reads slices until one completes its unit.
	 * @return whether there is something to write; if not, no work is left
	 */
	private boolean readUnit() throws SQLException, JobInterruptedException {
		SliceReader reader = Objects.requireNonNull(this.source, "Reading starts with open()");
		while (this.completed.isEmpty()) {
			Run.SliceTask task = this.run.nextSlice();
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
	private long read(SliceReader reader, Run.SliceTask task) throws SQLException {
		UnitRollup rollup = task.rollup();
		WorkUnit unit = rollup.unit();
		if (!rollup.instead().isEmpty()) {
			return 0;
		}
		RollupTarget target = new RollupTarget(rollup, this.run.progress());
		try {
			return reader.read(task.slice(), unit.agents(), unit.packed(), target);
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
		finally {
			target.tellProgress();
		}
	}

	private void complete(Run.SliceTask task, SliceReader reader) throws SQLException {
		UnitRollup rollup = task.rollup();
		WorkUnit unit = rollup.unit();
		if (!rollup.instead().isEmpty()) {
			this.run.progress().read(-rollup.executions());
			this.run.cut(task.task(), rollup.instead());
			return;
		}
		List<CompletedDay> completed = reconciled(rollup, unit.days().stream().map(rollup::complete).toList(), reader);
		boolean fresh = !this.state.anyStored(unit.from(), unit.to());
		List<CompletedAgentDay> agentDays = new ArrayList<>();
		List<DayBatch.Day> days = new ArrayList<>();
		for (CompletedDay day : completed) {
			agentDays.addAll(day.agentDays());
			day.failures().forEach(this.run.failedAgentDays()::add);
			days.add(day(unit, day, fresh));
		}
		// neighbours in the index of agents and days are written together
		agentDays.sort(Comparator.comparing(CompletedAgentDay::agentId));
		int from = 0;
		for (; agentDays.size() - from > PLENTY; from += PLENTY) {
			this.completed
				.add(new DayBatch(agents(unit, agentDays.subList(from, from + PLENTY), fresh), List.of(), List.of()));
		}
		List<DayBatch.Agents> last = agents(unit, agentDays.subList(from, agentDays.size()), fresh);
		this.completed.add(task.task()
			.parts()
			.map((parts) -> new DayBatch(last, List.of(part(parts, days)), List.of()))
			.orElseGet(() -> new DayBatch(last, List.of(), days)));
	}

	private static List<DayBatch.Agents> agents(WorkUnit unit, List<CompletedAgentDay> agentDays, boolean fresh) {
		return agentDays.isEmpty() ? List.of() : List.of(new DayBatch.Agents(agentDays, fresh, unit.provisional()));
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

	private static DayBatch.Part part(UnitParts parts, List<DayBatch.Day> days) {
		days.forEach((day) -> parts.add(day.date(), day.sum()));
		return new DayBatch.Part(days.stream().map(DayBatch.Day::agents).toList(), parts);
	}

	private DayBatch.Day day(WorkUnit unit, CompletedDay day, boolean fresh) {
		List<UUID> present = day.agentDays().stream().map(CompletedAgentDay::agentId).toList();
		boolean everyone = !unit.provisional() && unit.agents() instanceof AgentSelection.Sharded some
				&& some.shard().isWhole();
		Optional<DayTotals> totals = everyone
				? Optional.of(DayTotals.of(day.date(), this.run.calendar().hoursOf(day.date()), day.agentDays()))
				: Optional.empty();
		return new DayBatch.Day(new DayBatch.Present(day.date(), unit.agents(), present, fresh),
				new UnitParts.Sum(day.executions(), present.size(), totals), unit.provisional());
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

	/**
	 * Adds a slice to its unit. All workers share the run's progress and its clock, so it
	 * is told of some executions at a time.
	 */
	private static final class RollupTarget implements ExecutionTarget {

		private static final int SOME = 1_000;

		private final UnitRollup rollup;

		private final Progress progress;

		private long untold;

		RollupTarget(UnitRollup rollup, Progress progress) {
			this.rollup = rollup;
			this.progress = progress;
		}

		@Override
		public void add(AgentHour part) {
			if (this.rollup.add(part)) {
				this.untold += part.executions();
				if (this.untold >= SOME) {
					tellProgress();
				}
			}
		}

		@Override
		public void fail(UUID agentId, LocalDate date, RuntimeException cause) {
			this.rollup.fail(agentId, date, cause);
		}

		void tellProgress() {
			this.progress.read(this.untold);
			this.untold = 0;
		}

	}

}
