package io.agentmetrics.aggregator.sink;

import java.time.Clock;
import java.util.List;

import javax.sql.DataSource;

import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.aggregator.rollup.DayCalendar;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Stores what the job has aggregated. All it does belongs to the transaction of the
 * calling thread, which starts with the fence.
 */
public final class DaySink {

	private final JdbcClient jdbc;

	private final AgentDayTable agentDays;

	private final DayLedger ledger;

	private final Clock clock;

	public DaySink(DataSource dataSource, DayCalendar calendar, Clock clock) {
		this.jdbc = JdbcClient.create(dataSource);
		this.agentDays = new AgentDayTable(dataSource, this.jdbc);
		this.ledger = new DayLedger(this.jdbc, calendar);
		this.clock = clock;
	}

	/**
	 * Stores items, agents before days.
	 * @param items what to store
	 * @param lease the right to
	 * @param snapshot the visibility of what was read
	 * @return days that could not be added up before some of their agents are aggregated
	 * again
	 * @throws FencedOffException if a newer run has started
	 */
	public List<DamagedDay> write(List<? extends DayItem> items, Lease lease, String snapshot) {
		Fence.check(this.jdbc, lease);
		List<DayItem.Agent> agents = items.stream()
			.filter(DayItem.Agent.class::isInstance)
			.map(DayItem.Agent.class::cast)
			.toList();
		if (!agents.isEmpty()) {
			this.agentDays.replace(agents, this.clock.instant());
		}
		return items.stream()
			.filter(DayItem.Day.class::isInstance)
			.map(DayItem.Day.class::cast)
			.flatMap((day) -> this.ledger.written(day, lease.shard(), snapshot).stream())
			.toList();
	}

}
