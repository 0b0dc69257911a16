package io.agentmetrics.api.dashboard;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import io.agentmetrics.api.metrics.source.SliceCount;
import io.agentmetrics.model.number.SaturatingSum;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Counts the executions of all agents between moments, exactly, without reading all of
 * them: whole hours of closed days are taken from the ledger, unless an execution of the
 * hour has changed since; only the rest is counted from the raw executions. Once these
 * have been dropped, an hour can no longer be divided: all of it counts where it starts.
 */
@Component
final class ExactCounts {

	private static final String HORIZON = "select unseen_horizon()::text";

	// the outer limits stand beside each gap because the planner cannot see what a gap is
	private static final String COUNTS = """
			with asked as (
				select :edges::timestamptz[] as edges, coalesce((
					select max(closed.ends_at)
					from aggregation_state
					join aggregated_days closed on closed.metric_date < raw_from), '-infinity') as raw_from
			),
			-- the ledger's hours; of a database restored elsewhere it cannot be told what has changed since, but days whose
			-- executions are gone do not change any more
			hours as (
				select known.*, asked.raw_from, width_bucket(known.starts, asked.edges) as n,
					row_number() over (order by known.starts) as place
				from asked
				cross join (
					select closed.metric_date, hour.total, hour.successful, hour.failed,
						closed.starts_at + (hour.n - 1) * interval '1 hour' as starts,
						least(closed.starts_at + hour.n * interval '1 hour', closed.ends_at) as ends
					from aggregated_days closed
					cross join lateral unnest(closed.hourly_total, closed.hourly_successful, closed.hourly_failed)
						with ordinality as hour (total, successful, failed, n)
					where closed.ends_at > :from and closed.starts_at <= :to
						and exists (
							select from aggregation_state
							where closed.metric_date < raw_from
								or system_identifier = (select system_identifier from pg_control_system()))
				) known
			),
			changes as (
				select distinct hours.starts, hours.metric_date, changed_in
				from execution_changes
				join hours on hours.place = width_bucket(happened, array(select starts from hours order by place))
					and happened < hours.ends
				where changed_in >= :horizon::xid8 and happened >= :from and happened < :to
					-- dropping executions is no change
					and happened >= hours.raw_from
			),
			changed_hours as (
				select distinct changes.starts
				from changes
				join aggregated_days closed using (metric_date)
				where changed_since_closed(changed_in, closed.snapshot)
			),
			segments as (
				select n, edges[n] as starts, edges[n + 1] as ends
				from asked
				cross join generate_series(1, cardinality(edges) - 1) as n
			),
			stored as (
				select segments.n, coalesce(sum(hours.total), 0) as total,
					coalesce(sum(hours.successful), 0) as successful, coalesce(sum(hours.failed), 0) as failed,
					tstzmultirange(tstzrange(segments.starts, segments.ends)) - coalesce(
						range_agg(tstzrange(hours.starts, hours.ends)) filter (where hours.starts is not null),
						'{}') as gaps
				from segments
				left join hours on hours.n = segments.n
					and (hours.ends <= segments.ends or hours.starts < hours.raw_from)
					and not exists (select from changed_hours where changed_hours.starts = hours.starts)
				group by segments.n, segments.starts, segments.ends
			)
			select least(stored.total + coalesce(sum(raw.total), 0), 9223372036854775807)::bigint as total,
				least(stored.successful + coalesce(sum(raw.successful), 0), 9223372036854775807)::bigint as successful,
				least(stored.failed + coalesce(sum(raw.failed), 0), 9223372036854775807)::bigint as failed,
				isempty(stored.gaps) as from_ledger
			from stored
			cross join asked
			left join lateral unnest(stored.gaps) as gap on true
			left join lateral (
				select count(*) as total, count(*) filter (where status = 'COMPLETED') as successful,
					count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed
				from agent_executions
				where execution_start >= greatest(lower(gap), asked.raw_from) and execution_start < upper(gap)
					and execution_start >= :from and execution_start < :to
			) raw on true
			group by stored.n, stored.total, stored.successful, stored.failed, stored.gaps
			order by stored.n
			""";

	private final JdbcClient jdbc;

	ExactCounts(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Counts what started between each moment and the next.
	 * @param edges at least two moments, the earliest first
	 */
	List<Count> between(List<Instant> edges) {
		Instant from = edges.getFirst();
		String horizon = this.jdbc.sql(HORIZON).query(String.class).single();
		return this.jdbc.sql(COUNTS)
			.param("horizon", horizon)
			.param("edges", new SqlArrayValue("timestamptz", edges.stream().map(Instant::toString).toArray()))
			.param("from", from.atOffset(ZoneOffset.UTC))
			.param("to", edges.getLast().atOffset(ZoneOffset.UTC))
			.query((row, number) -> new Count(row.getLong("total"), row.getLong("successful"), row.getLong("failed"),
					row.getBoolean("from_ledger")))
			.list();
	}

	/**
	 * The executions between two moments.
	 *
	 * @param fromLedger whether the ledger knows them all: they lie in whole hours of
	 * closed days and none has changed since
	 */
	record Count(long total, long successful, long failed, boolean fromLedger) {

		/** Of executions that match a filter, which the ledger does not tell apart. */
		static Count of(SliceCount matching) {
			return new Count(matching.total(), matching.successful(), matching.failed(), false);
		}

		/** Adds up neighbours. */
		static Count sum(List<Count> parts) {
			Count sum = new Count(0, 0, 0, true);
			for (Count part : parts) {
				sum = new Count(SaturatingSum.of(sum.total, part.total),
						SaturatingSum.of(sum.successful, part.successful), SaturatingSum.of(sum.failed, part.failed),
						sum.fromLedger && part.fromLedger);
			}
			return sum;
		}

	}

}
