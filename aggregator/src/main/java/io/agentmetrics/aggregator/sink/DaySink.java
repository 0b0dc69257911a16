package io.agentmetrics.aggregator.sink;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.agentmetrics.aggregator.lease.Lease;
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
	 * @param dataSource where to
	 * @param calendar knows how long days are
	 * @param failedAgentDays what the days are closed without; takes what is refused
	 * @param clock tells when rows are written
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
	 * Stores items.
	 * @param items what to store, the agents of a day before the day
	 * @param lease the right to
	 * @param snapshot the visibility of what was read
	 * @return days that could not be added up before some of their agents are aggregated
	 * again
	 * @throws FencedOffException if a newer run has started
	 * @throws LockTimeoutException if somebody else has locked what is to be written
	 */
	public List<DamagedDay> write(List<? extends DayItem> items, Lease lease, String snapshot) {
		try {
			return writeAll(items, lease, snapshot);
		}
		catch (RuntimeException ex) {
			throw LockTimeoutException.isTimeout(ex) ? LockTimeoutException.explain(this.dataSource, ex) : ex;
		}
	}

	private List<DamagedDay> writeAll(List<? extends DayItem> items, Lease lease, String snapshot) {
		Fence.check(this.jdbc, lease);
		List<DamagedDay> damaged = new ArrayList<>();
		for (DayItem item : items) {
			switch (item) {
				case DayItem.Agents agents ->
					this.agentDays.replace(agents, this.clock.instant()).forEach(this.failedAgentDays::add);
				case DayItem.Part part -> part.days().forEach(this.ledger::removeAbsent);
				case DayItem.Day day -> this.ledger.written(day, lease.shard(), snapshot).ifPresent(damaged::add);
			}
		}
		return damaged;
	}

}
