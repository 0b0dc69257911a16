package io.agentmetrics.aggregator.job;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.WorkPlanner;
import io.agentmetrics.aggregator.sink.AggregationState;
import io.agentmetrics.aggregator.sink.DamagedDay;
import io.agentmetrics.aggregator.sink.DayItem;
import io.agentmetrics.aggregator.sink.DaySink;

import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes chunks of days in the step's transaction and tells of them when it is committed.
 * Days with damaged sketches become new work: their agents are aggregated again.
 */
final class DayWriter implements ItemWriter<List<DayItem>> {

	private final Aggregation run;

	private final DaySink sink;

	private final AggregationState state;

	private final WorkPlanner work;

	DayWriter(Aggregation run, DaySink sink, AggregationState state, WorkPlanner work) {
		this.run = run;
		this.state = state;
		this.sink = sink;
		this.work = work;
	}

	@Override
	public void write(Chunk<? extends List<DayItem>> chunk) {
		List<DayItem> items = chunk.getItems().stream().flatMap(List::stream).toList();
		List<DamagedDay> damaged = this.sink.write(items, this.run.lease(), this.run.visibility());
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				written(items);
				repair(damaged);
			}

		});
	}

	private void written(List<DayItem> items) {
		long agentDays = 0;
		for (DayItem item : items) {
			switch (item) {
				case DayItem.Agents agents -> agentDays += agents.agentDays().size();
				case DayItem.Day day -> this.run.progress().dayWritten(day);
			}
		}
		this.run.progress().agentDaysWritten(agentDays);
	}

	private void repair(List<DamagedDay> damaged) {
		Optional<LocalDate> rawFrom = this.state.rawFrom();
		TreeMap<LocalDate, AgentSelection.Only> agentsByDay = new TreeMap<>();
		for (DamagedDay day : damaged) {
			if (day.agents().isEmpty()) {
				this.run.failed("All agents of " + day.date() + " cannot be added up: the sum exceeds 64 bits", null);
			}
			else if (rawFrom.filter(day.date()::isBefore).isPresent()) {
				this.run.failed("The damaged rows on " + day.date() + " of agents " + day.agents()
						+ " cannot be rebuilt: retention has dropped their executions", null);
			}
			else {
				agentsByDay.put(day.date(), new AgentSelection.Only(day.agents()));
			}
		}
		this.run.add(this.work.agentDays(agentsByDay));
	}

}
