package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.metrics.AgentDay;
import org.jspecify.annotations.Nullable;

/**
 * Adds up one agent's day from its hours, in any order and from several threads. What
 * goes wrong with one agent's numbers is kept until the day is completed, so that the
 * other agents of the same rows are not lost.
 */
final class AgentDayBuilder {

	/** What a builder takes beside its cells and errors, with its place in the map. */
	private static final int BASE_BYTES = 150;

	/** The largest cells first, of equals the first by name. */
	private static final Comparator<Cell> BY_SIZE = Comparator.comparingLong((Cell cell) -> cell.counts().total())
		.reversed()
		.thenComparing(Cell::key, Comparator.nullsLast(Comparator.naturalOrder()));

	private final UUID agentId;

	private final LocalDate date;

	private final int hours;

	private final CellKey firstKey;

	/** Holds all executions once there are too many cells to be told apart. */
	private CellBuilder first;

	/** Most days have one cell only. */
	private Map<CellKey, CellBuilder> others = Map.of();

	private boolean tooManyCells;

	private ErrorGroups.@Nullable Builder errors;

	private @Nullable Throwable failure;

	private int bytes = BASE_BYTES;

	private int reportedBytes;

	/**
	 * Begins a day.
	 * @param firstKey the cell of the executions that come first
	 */
	AgentDayBuilder(UUID agentId, LocalDate date, int hours, CellKey firstKey) {
		this.agentId = agentId;
		this.date = date;
		this.hours = hours;
		this.firstKey = firstKey;
		this.first = new CellBuilder(hours);
		this.bytes += firstKey.bytes() + this.first.bytes();
	}

	/**
	 * Adds executions.
	 * @return how many bytes more this takes now
	 */
	synchronized int add(AgentHour part) {
		if (this.failure == null) {
			try {
				CellBuilder cell = cell(part.cell());
				int before = cell.bytes();
				cell.add(part);
				this.bytes += cell.bytes() - before;
				if (!part.errors().isEmpty()) {
					addErrors(part.errors());
				}
			}
			catch (RuntimeException | StackOverflowError ex) {
				fail(ex);
			}
		}
		return growth();
	}

	/** Gives this agent's day up. */
	synchronized void fail(Throwable cause) {
		this.failure = cause;
		this.first = new CellBuilder(this.hours);
		this.others = Map.of();
		this.errors = null;
		this.bytes = BASE_BYTES + this.first.bytes();
	}

	/**
	 * Keeps of the errors only what the completed day would.
	 * @return how many bytes more this takes now, a negative number
	 */
	synchronized int compact() {
		if (this.errors != null) {
			this.bytes -= this.errors.bytes();
			this.errors.compact();
			this.bytes += this.errors.bytes();
		}
		return growth();
	}

	private int growth() {
		int growth = this.bytes - this.reportedBytes;
		this.reportedBytes = this.bytes;
		return growth;
	}

	private CellBuilder cell(CellKey key) {
		// nearly always the same object: comparing two of them takes as long as adding
		if (key == this.firstKey || this.tooManyCells || key.equals(this.firstKey)) {
			return this.first;
		}
		CellBuilder other = this.others.get(key);
		return (other != null) ? other : newCell(key);
	}

	private CellBuilder newCell(CellKey key) {
		if (this.others.size() + 1 == Cells.MAX_DISTINCT) {
			this.tooManyCells = true;
			this.others.values().forEach((cell) -> this.first.add(cell.build(null)));
			this.others = Map.of();
			this.bytes = BASE_BYTES + this.first.bytes() + ((this.errors != null) ? this.errors.bytes() : 0);
			return this.first;
		}
		if (this.others.isEmpty()) {
			this.others = new HashMap<>();
		}
		CellBuilder cell = new CellBuilder(this.hours);
		this.others.put(key, cell);
		this.bytes += key.bytes() + cell.bytes();
		return cell;
	}

	private void addErrors(List<ErrorOccurrence> more) {
		ErrorGroups.Builder groups = this.errors;
		if (groups == null) {
			groups = ErrorGroups.builder();
			this.errors = groups;
		}
		int before = groups.bytes();
		for (ErrorOccurrence error : more) {
			groups.add(error.message(), error.type(), 1, error.seen(), error.seen());
		}
		this.bytes += groups.bytes() - before;
	}

	/**
	 * Ends the day.
	 * @param agentDays takes the sum of the parts
	 * @param failures takes what went wrong instead
	 */
	synchronized void complete(List<CompletedAgentDay> agentDays, List<FailedAgentDay> failures) {
		if (this.failure == null) {
			try {
				agentDays.add(build());
				return;
			}
			catch (RuntimeException | StackOverflowError ex) {
				fail(ex);
			}
		}
		failures.add(new FailedAgentDay(this.agentId, this.date, Objects.requireNonNull(this.failure), false));
	}

	private CompletedAgentDay build() {
		if (this.others.isEmpty()) {
			Cell only = this.first.build(this.tooManyCells ? null : this.firstKey);
			return day(only, new Cells(this.tooManyCells ? Cells.MAX_DISTINCT + 1 : 1, List.of(only)));
		}
		List<Cell> cells = new ArrayList<>(this.others.size() + 1);
		cells.add(this.first.build(this.firstKey));
		this.others.forEach((key, cell) -> cells.add(cell.build(key)));
		cells.sort(BY_SIZE);
		if (cells.size() <= Cells.MAX_STORED) {
			return day(sum(cells), new Cells(cells.size(), cells));
		}
		List<Cell> stored = new ArrayList<>(cells.subList(0, Cells.MAX_STORED - 1));
		stored.add(sum(cells.subList(Cells.MAX_STORED - 1, cells.size())));
		return day(sum(stored), new Cells(cells.size(), stored));
	}

	private Cell sum(List<Cell> cells) {
		CellBuilder sum = new CellBuilder(this.hours);
		cells.forEach(sum::add);
		return sum.build(null);
	}

	private CompletedAgentDay day(Cell all, Cells cells) {
		return new CompletedAgentDay(new AgentDay(this.agentId, this.date, all.counts(), all.hours(), all.times(),
				all.usage(), (this.errors != null) ? this.errors.build() : ErrorGroups.empty()), cells);
	}

}
