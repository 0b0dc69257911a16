package io.agentmetrics.aggregator.sink;

import java.time.Clock;
import java.time.LocalDate;
import java.util.SortedMap;
import java.util.TreeMap;

import javax.sql.DataSource;

import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.FailedAgentDays;
import io.agentmetrics.db.lock.LockTimeoutException;
import io.agentmetrics.model.time.DayCalendar;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Stores what the job has aggregated. All it does belongs to the transaction of the
 * calling thread, which starts with the fence.
 */
public final class DaySink {

	private final DataSource dataSource;

	private final JdbcClient jdbc;

	private final AgentDayTable agentDays;

	private final DayLedger ledger;

	private final FailedAgentDays failedAgentDays;

	private final Clock clock;

	/**
	 * Begins to write.
	 * @param failedAgentDays what the days are closed without; takes what is refused
	 */
	public DaySink(DataSource dataSource, DayCalendar calendar, FailedAgentDays failedAgentDays, Clock clock) {
		this.dataSource = dataSource;
		this.jdbc = JdbcClient.create(dataSource);
		this.agentDays = new AgentDayTable(dataSource, this.jdbc);
		this.ledger = new DayLedger(this.jdbc, calendar, failedAgentDays);
		this.failedAgentDays = failedAgentDays;
		this.clock = clock;
	}

	/**
	 * Stores a batch.
	 * @return the days that could not be added up, with the agents whose stored rows are
	 * damaged and have to be aggregated again
	 * @throws FencedOffException if a newer run has started
	 * @throws LockTimeoutException if somebody else has locked what is to be written
	 */
	public SortedMap<LocalDate, AgentSelection.Only> write(DayBatch batch, Lease lease, String snapshot) {
		try {
			return writeAll(batch, lease, snapshot);
		}
		catch (RuntimeException ex) {
			throw LockTimeoutException.isTimeout(ex) ? LockTimeoutException.explain(this.dataSource, ex) : ex;
		}
	}

	private SortedMap<LocalDate, AgentSelection.Only> writeAll(DayBatch batch, Lease lease, String snapshot) {
		Fence.check(this.jdbc, lease);
		for (DayBatch.Agents agents : batch.agents()) {
			this.agentDays.replace(agents, this.clock.instant()).forEach(this.failedAgentDays::add);
		}
		batch.parts().forEach((part) -> part.days().forEach(this.ledger::removeAbsent));
		SortedMap<LocalDate, AgentSelection.Only> damaged = new TreeMap<>();
		for (DayBatch.Day day : batch.days()) {
			this.ledger.written(day, lease.shard(), snapshot).ifPresent((agents) -> damaged.put(day.date(), agents));
		}
		return damaged;
	}

}
