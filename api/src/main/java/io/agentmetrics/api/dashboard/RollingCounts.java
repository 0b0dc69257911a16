package io.agentmetrics.api.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts the executions of all agents over rolling windows, exactly, without reading all
 * of them: whole hours of closed days are taken from the ledger, unless an execution of
 * the hour has changed since; only the rest is counted from the raw executions.
 */
@Component
final class RollingCounts {

	// Nothing that was written before this transaction is new to the ledger. It is asked
	// for first because the
	// planner only finds the index on changed_in worth it when it knows the number.
	private static final String HORIZON = """
			select coalesce(greatest(
				(select min(pg_snapshot_xmin(snapshot)) from aggregated_days where metric_date >= :from),
				(select max(lowest) from (
					select min(pg_snapshot_xmin(watermark)) as lowest
					from aggregation_shards
					group by shards
					having count(watermark) = shards) complete)), '0'::xid8)::text
			""";

	private static final String COUNTS = """
			with segments (n, starts, ends) as (
				values (1, :day::timestamptz, :now::timestamptz), (2, :week::timestamptz, :day::timestamptz),
					(3, :month::timestamptz, :week::timestamptz)
			),
			-- the ledger's hours; of a database restored elsewhere it cannot be told what has changed since
			hours as (
				select closed.metric_date, closed.snapshot, hour.total, hour.successful, hour.failed,
					day.starts + (hour.n - 1) * interval '1 hour' as starts,
					least(day.starts + hour.n * interval '1 hour', day.ends) as ends
				from aggregated_days closed
				cross join lateral (
					select closed.metric_date::timestamp at time zone :zone as starts,
						(closed.metric_date + 1)::timestamp at time zone :zone as ends
				) day
				cross join lateral unnest(closed.hourly_total, closed.hourly_successful, closed.hourly_failed)
					with ordinality as hour (total, successful, failed, n)
				where closed.metric_date >= (:month::timestamptz at time zone :zone)::date
					and closed.metric_date <= (:now::timestamptz at time zone :zone)::date
					and exists (
						select from aggregation_state
						where system_identifier = (select system_identifier from pg_control_system()))
			),
			changes as (
				select execution_start as happened, changed_in
				from agent_executions
				where changed_in >= :horizon::xid8 and execution_start >= :month
					and execution_start < (select max(ends) from hours)
				union all
				select quarter_hour, changed_in
				from agent_execution_deletions
				where changed_in >= :horizon::xid8
			),
			-- seen neither by the run that closed the day nor by a complete run since; dropping old executions is no change
			changed_hours as (
				select distinct hours.starts
				from changes
				join hours on hours.metric_date = (changes.happened at time zone :zone)::date
					and changes.happened >= hours.starts and changes.happened < hours.ends
				where changes.happened >= coalesce(
						(select raw_from::timestamp at time zone :zone from aggregation_state), '-infinity')
					and not pg_visible_in_snapshot(changes.changed_in, hours.snapshot)
					and not exists (
						select from aggregation_shards
						group by shards
						having count(*) = shards
							and bool_and(watermark is not null
								and pg_visible_in_snapshot(changes.changed_in, watermark)))
			),
			stored as (
				select segments.n, coalesce(sum(hours.total), 0) as total,
					coalesce(sum(hours.successful), 0) as successful, coalesce(sum(hours.failed), 0) as failed,
					tstzmultirange(tstzrange(segments.starts, segments.ends)) - coalesce(
						range_agg(tstzrange(hours.starts, hours.ends)) filter (where hours.starts is not null),
						'{}') as gaps
				from segments
				left join hours on hours.starts >= segments.starts and hours.ends <= segments.ends
					and not exists (select from changed_hours where changed_hours.starts = hours.starts)
				group by segments.n, segments.starts, segments.ends
			)
			select (stored.total + coalesce(sum(raw.total), 0))::bigint as total,
				(stored.successful + coalesce(sum(raw.successful), 0))::bigint as successful,
				(stored.failed + coalesce(sum(raw.failed), 0))::bigint as failed
			from stored
			left join lateral unnest(stored.gaps) as gap on true
			left join lateral (
				select count(*) as total, count(*) filter (where status = 'COMPLETED') as successful,
					count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed
				from agent_executions
				where execution_start >= lower(gap) and execution_start < upper(gap)
			) raw on true
			group by stored.n, stored.total, stored.successful, stored.failed
			order by stored.n
			""";

	private final JdbcClient jdbc;

	RollingCounts(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Counts the last 24 hours, 7 and 30 times 24 hours.
	 * @param now the end of all three
	 * @param zone where days begin and end
	 * @return the three counts in that order
	 */
	List<Count> until(Instant now, ZoneId zone) {
		OffsetDateTime to = now.atOffset(ZoneOffset.UTC);
		OffsetDateTime month = to.minus(Duration.ofDays(30));
		String horizon = this.jdbc.sql(HORIZON)
			.param("from", month.atZoneSameInstant(zone).toLocalDate())
			.query(String.class)
			.single();
		List<Count> segments = this.jdbc.sql(COUNTS)
			.param("horizon", horizon)
			.param("zone", zone.getId())
			.param("now", to)
			.param("day", to.minus(Duration.ofDays(1)))
			.param("week", to.minus(Duration.ofDays(7)))
			.param("month", month)
			.query((row, number) -> new Count(row.getLong("total"), row.getLong("successful"), row.getLong("failed")))
			.list();
		List<Count> counts = new ArrayList<>(segments.size());
		Count sum = new Count(0, 0, 0);
		for (Count segment : segments) {
			sum = sum.plus(segment);
			counts.add(sum);
		}
		return counts;
	}

	/**
	 * The executions of a window.
	 *
	 * @param total all of them
	 * @param successful the successful ones
	 * @param failed the failed ones
	 */
	record Count(long total, long successful, long failed) {

		Count plus(Count more) {
			return new Count(this.total + more.total, this.successful + more.successful, this.failed + more.failed);
		}

	}

}
