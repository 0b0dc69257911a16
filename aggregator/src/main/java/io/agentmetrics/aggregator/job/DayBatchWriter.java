package io.agentmetrics.aggregator.job;

import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.FailedAgentDay;
import io.agentmetrics.aggregator.rollup.UnitParts;
import io.agentmetrics.aggregator.rollup.WorkPlanner;
import io.agentmetrics.aggregator.rollup.WorkUnit;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.DayBatch;
import io.agentmetrics.aggregator.sink.DaySink;

import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes batches in the step's transaction, and tells the run of them when that is
 * committed. Agents whose stored sketches are damaged become new work: their days are
 * aggregated again.
 */
final class DayBatchWriter implements ItemWriter<DayBatch> {

	private final Run run;

	private final DaySink sink;

	private final AggregationState state;

	private final WorkPlanner work;

	DayBatchWriter(Run run, DaySink sink, AggregationState state, WorkPlanner work) {
		this.run = run;
		this.state = state;
		this.sink = sink;
		this.work = work;
	}

	@Override
	public void write(Chunk<? extends DayBatch> chunk) {
		chunk.forEach(this::write);
	}

	private void write(DayBatch batch) {
		SortedMap<LocalDate, AgentSelection.Only> damaged = this.sink.write(batch, this.run.lease(),
				this.run.visibility());
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				written(batch);
				if (!damaged.isEmpty()) {
					repair(damaged);
				}
			}

		});
	}

	private void written(DayBatch batch) {
		batch.parts().forEach((part) -> partWritten(part.parts()));
		batch.days().forEach(this.run.progress()::dayWritten);
		this.run.progress().agentDaysWritten(batch.agentDays());
	}

	/** The worker that has written the last part looks for more work, and finds these. */
	private void partWritten(UnitParts parts) {
		if (!parts.partStored()) {
			return;
		}
		WorkUnit unit = parts.unit();
		this.run.addDays(unit.days()
			.stream()
			.map((date) -> new DayBatch.Day(new DayBatch.Present(date, unit.agents(), List.of(), true),
					parts.sumOf(date), unit.provisional()))
			.toList());
	}

	private void repair(SortedMap<LocalDate, AgentSelection.Only> damaged) {
		LocalDate rawFrom = this.state.rawFrom().orElse(LocalDate.MIN);
		damaged.headMap(rawFrom).forEach(this::giveUp);
		this.run.add(this.work.agentDays(damaged.tailMap(rawFrom)));
	}

	/** What is stored of these agents stays, but the day is closed without it. */
	private void giveUp(LocalDate date, AgentSelection.Only damaged) {
		for (UUID agent : damaged.agents()) {
			this.run.failedAgentDays()
				.add(new FailedAgentDay(agent, date, new IllegalStateException(
						"What is stored is damaged, and retention has dropped the executions"), true));
		}
		DayBatch.Present kept = new DayBatch.Present(date, damaged, List.of(), true);
		this.run.addDays(List.of(new DayBatch.Day(kept, UnitParts.Sum.EMPTY, false)));
	}

}
