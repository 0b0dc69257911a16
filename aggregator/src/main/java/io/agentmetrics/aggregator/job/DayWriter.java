package io.agentmetrics.aggregator.job;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.FailedAgentDay;
import io.agentmetrics.aggregator.rollup.UnitParts;
import io.agentmetrics.aggregator.rollup.WorkPlanner;
import io.agentmetrics.aggregator.rollup.WorkUnit;
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
				case DayItem.Part part -> partWritten(part.parts());
				case DayItem.Day day -> this.run.progress().dayWritten(day);
			}
		}
		this.run.progress().agentDaysWritten(agentDays);
	}

	/** The worker that has written the last part looks for more work, and finds these. */
	private void partWritten(UnitParts parts) {
		if (!parts.partStored()) {
			return;
		}
		WorkUnit unit = parts.unit();
		List<DayItem.Day> days = new ArrayList<>();
		for (LocalDate date : unit.days()) {
			UnitParts.Sum sum = parts.sumOf(date);
			days.add(new DayItem.Day(new DayItem.Present(date, unit.agents(), List.of(), true), sum.executions(),
					sum.agents(), sum.totals(), unit.provisional()));
		}
		this.run.addDays(days);
	}

	/** What is stored of these agents stays, but the day is closed without it. */
	private void giveUp(DamagedDay day) {
		for (UUID agent : day.agents()) {
			this.run.failedAgentDays()
				.add(new FailedAgentDay(agent, day.date(), new IllegalStateException(
						"What is stored is damaged, and retention has dropped the executions"), true));
		}
		DayItem.Present kept = new DayItem.Present(day.date(), new AgentSelection.Only(day.agents()), List.of(), true);
		this.run.addDays(List.of(new DayItem.Day(kept, 0, 0, Optional.empty(), false)));
	}

	private void repair(List<DamagedDay> damaged) {
		Optional<LocalDate> rawFrom = this.state.rawFrom();
		TreeMap<LocalDate, AgentSelection.Only> agentsByDay = new TreeMap<>();
		for (DamagedDay day : damaged) {
			if (rawFrom.filter(day.date()::isBefore).isPresent()) {
				giveUp(day);
			}
			else {
				agentsByDay.put(day.date(), new AgentSelection.Only(day.agents()));
			}
		}
		this.run.add(this.work.agentDays(agentsByDay));
	}

}
