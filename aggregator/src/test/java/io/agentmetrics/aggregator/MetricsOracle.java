package io.agentmetrics.aggregator;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.agentmetrics.db.SqlSession;
import io.agentmetrics.model.sketch.LatencySketch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Says what is wrong in the stored metrics, by calculating everything anew from the raw
 * rows in plain SQL.
 */
final class MetricsOracle {

	/**
	 * By rank: how far in percent of rank a quantile of more than 1,024 values may be
	 * off.
	 */
	private static final Map<Double, Double> BOUNDS = Map.of(0.5, 1.5, 0.95, 0.15, 0.99, 0.05);

	private static final String TOKENS = """
			case when coalesce(input_tokens, output_tokens) is not null
				then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) end""";

	/**
	 * Counts, sums, times and hours of agent-days (or with {@code all} as agent, of
	 * days).
	 */
	private static final String EXPECTED = """
			with raw as (
				select %2$s as who, (execution_start at time zone '%1$s')::date as day, *
				from agent_executions where execution_start < ('%3$s'::timestamp at time zone '%1$s')
			), hour_counts as (
				select who, day, floor(extract(epoch from execution_start - (day::timestamp at time zone '%1$s')) / 3600) as hour,
					count(*) as total, count(*) filter (where status = 'COMPLETED') as ok,
					count(*) filter (where status in ('FAILED', 'TIMEOUT')) as bad
				from raw group by who, day, hour
			), hours as (
				select who, day, array_agg(coalesce(total, 0) order by hour) as totals,
					array_agg(coalesce(ok, 0) order by hour) as oks, array_agg(coalesce(bad, 0) order by hour) as bads,
					array_agg(array[hour::bigint, total, ok, bad] order by hour) filter (where total > 0) as occupied
				from (select distinct who, day from raw) agent_days cross join lateral
					generate_series(0, ceil(extract(epoch from ((day + 1)::timestamp at time zone '%1$s')
						- (day::timestamp at time zone '%1$s')) / 3600) - 1) as hour
					left join hour_counts using (who, day, hour)
				group by who, day
			), expected as (
				select who, day, count(*) as total, count(*) filter (where status = 'COMPLETED') as ok,
					count(*) filter (where status in ('FAILED', 'TIMEOUT')) as bad,
					count(*) filter (where status = 'CANCELLED') as cancelled,
					count(*) filter (where status in ('PENDING', 'RUNNING')) as open,
					count(error_message) as errors, count(execution_time_ms) as timed,
					least(coalesce(sum(execution_time_ms), 0), 9223372036854775807) as sum_ms, min(execution_time_ms) as min_ms,
					max(execution_time_ms) as max_ms, count(distinct agent_id) as agents,
					percentile_disc(array[0.5, 0.95, 0.99]) within group (order by execution_time_ms) as p
				from raw group by who, day
			)
			""";

	private static final String WRONG_AGENT_DAYS = EXPECTED
			+ """
					select coalesce(who, agent_id) || ' ' || coalesce(day, metric_date) || ': expected '
						|| coalesce(to_jsonb(e) || to_jsonb(h), '{}') || ' but stored '
						|| coalesce(to_jsonb(m) - 'latency_sketch', '{}')
					from expected e join hours h using (who, day)
						full join agent_metrics m on agent_id = who and metric_date = day
					where not coalesce(provisional and metric_date >= '%3$s', false) and (m.id is null or e.who is null
						or provisional <> (metric_date >= '%4$s')
						or (total_executions, successful_executions, failed_executions, cancelled_executions,
							in_progress_executions, total_errors, timed_executions, sum_execution_time_ms)
							is distinct from (total, ok, bad, cancelled, open, errors, timed, sum_ms)
						or (min_execution_time_ms, max_execution_time_ms) is distinct from (min_ms, max_ms)
						or avg_execution_time_ms is distinct from case when sum_ms < 9223372036854775807
							then sum_ms::float8 / nullif(timed, 0) end
						or success_rate <> case when ok = 0 then 0 when bad = 0 then 100
							else least(greatest(round(100.0 * ok / (ok + bad), 2), 0.01), 99.99) end::float8
						or error_rate <> case when bad = 0 then 0 when ok = 0 then 100
							else least(greatest(round(100.0 * bad / (ok + bad), 2), 0.01), 99.99) end::float8
						or (select array_agg(array[u.hour, u.total, u.successful, u.failed]) from unpack_hourly_counts(hourly_counts) u)
							is distinct from occupied
						or timed <= 1024 and array[p50_execution_time_ms, p95_execution_time_ms, p99_execution_time_ms]
							is distinct from coalesce(p, array[null, null, null]::bigint[]))
					limit 3
					""";

	private static final String WRONG_DAYS = EXPECTED
			+ """
					, bounds as (
						select least((select min(day) from raw), (select min(metric_date) from aggregated_days))::timestamp as first,
							'%3$s'::timestamp - interval '1 day' as last
					), days as (
						select day::date from bounds, generate_series(first, last, interval '1 day') as day
					), agents as (
						select metric_date, count(*) as agents from agent_metrics group by metric_date
					)
					select coalesce(d.day, metric_date) || ': expected ' || coalesce(to_jsonb(e) || to_jsonb(h), '{}')
						|| ' but stored ' || coalesce(to_jsonb(a) - 'latency_sketch', '{}')
					from days d left join expected e on e.day = d.day left join hours h on h.day = d.day
						full join aggregated_days a on metric_date = d.day left join agents using (metric_date)
					where a.metric_date is null or d.day is null
						or (a.agents, total_executions, successful_executions, failed_executions, cancelled_executions)
							is distinct from (coalesce(e.agents, 0), coalesce(total, 0), coalesce(ok, 0), coalesce(bad, 0),
								coalesce(cancelled, 0))
						or (in_progress_executions, total_errors, timed_executions, sum_execution_time_ms)
							is distinct from (coalesce(open, 0), coalesce(errors, 0), coalesce(timed, 0), coalesce(sum_ms, 0))
						or (min_execution_time_ms, max_execution_time_ms) is distinct from (min_ms, max_ms)
						or a.agents <> coalesce(agents.agents, 0)
						or totals is not null and (%5$s) is distinct from (totals, oks, bads)
						or totals is null and (select sum(executions) from unnest(hourly_total) as executions) <> 0
					limit 3
					""";

	private static final String DAYS = EXPECTED + """
			select day, concat_ws(' ', timed, sum_ms, min_ms, max_ms, p[1], p[2], p[3]) from expected
			""";

	private static final String WRONG_ERROR_GROUPS = """
			select coalesce(e.agent_id, g.agent_id) || ' ' || coalesce(day, metric_date) || ': expected '
				|| coalesce(to_jsonb(e), '{}') || ' but stored ' || coalesce(to_jsonb(g), '{}')
			from (
				select agent_id, (execution_start at time zone '%1$s')::date as day, count(*) as errors,
					min(execution_start) as first_seen, max(execution_start) as last_seen
				from agent_executions
				where (error_message is not null or status in ('FAILED', 'TIMEOUT'))
					and execution_start < ('%2$s'::timestamp at time zone '%1$s')
				group by agent_id, day
			) e full join (
				select agent_id, metric_date, sum(occurrences) as errors, min(first_seen) as first_seen,
					max(last_seen) as last_seen
				from agent_error_groups where metric_date < '%2$s' group by agent_id, metric_date
			) g on e.agent_id = g.agent_id and day = metric_date
			where (e.errors, e.first_seen, e.last_seen) is distinct from (g.errors, g.first_seen, g.last_seen)
			limit 3
			""";

	/**
	 * All that is said of the cells of agents' days: how many different ones, and of each
	 * that is told apart, and of the rest, the sums. The day itself is a cell, too.
	 */
	private static final String EXPECTED_CELLS = """
			with raw as (
				select agent_id, (execution_start at time zone '%1$s')::date as day, agent_version, environment, status,
					execution_start, error_message, execution_time_ms, input_tokens, output_tokens, cached_input_tokens, cost_usd,
					case when coalesce(input_tokens, output_tokens) is not null
						then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) end as tokens
				from agent_executions where execution_start < ('%2$s'::timestamp at time zone '%1$s')
			), ranked as (
				select agent_id, day, agent_version, environment, count(*) over agent_day as cells,
					row_number() over (agent_day order by count(*) desc, agent_version collate "C" nulls first,
						environment collate "C" nulls first) as rank
				from raw group by agent_id, day, agent_version, environment
				window agent_day as (partition by agent_id, day)
			), placed as (
				select raw.*, least(cells, 1001) as cells, cells > 1000 or cells > 50 and rank > 49 as other
				from raw join ranked on ranked.agent_id = raw.agent_id and ranked.day = raw.day
					and ranked.agent_version is not distinct from raw.agent_version
					and ranked.environment is not distinct from raw.environment
			), parts as (
				select agent_id, day, 'day' as what, null as version, null as place, placed.* from placed
				union all
				select agent_id, day, case when other then 'other' else 'cell' end,
					case when not other then agent_version end, case when not other then environment end, placed.* from placed
			), expected as (
				select who as agent_id, date as day, what, version, place, max(cells) as cells,
					jsonb_build_array(count(*), count(*) filter (where status = 'COMPLETED'),
						count(*) filter (where status in ('FAILED', 'TIMEOUT')), count(*) filter (where status = 'CANCELLED'),
						count(*) filter (where status in ('PENDING', 'RUNNING')), count(error_message), count(execution_time_ms),
						least(coalesce(sum(execution_time_ms), 0), 9223372036854775807), min(execution_time_ms), max(execution_time_ms), count(tokens),
						least(coalesce(sum(input_tokens), 0), 9223372036854775807), least(coalesce(sum(output_tokens), 0), 9223372036854775807), least(coalesce(sum(cached_input_tokens), 0), 9223372036854775807),
						count(cost_usd), trim_scale(coalesce(sum(cost_usd), 0))) as sums,
					concat_ws(' ', count(execution_time_ms), least(coalesce(sum(execution_time_ms), 0), 9223372036854775807), min(execution_time_ms),
						max(execution_time_ms),
						array_to_string(percentile_disc(array[0.5, 0.95, 0.99]) within group (order by execution_time_ms), ' '))
						as times,
					concat_ws(' ', count(tokens), least(coalesce(sum(tokens), 0), 9223372036854775807), min(tokens), max(tokens),
						array_to_string(percentile_disc(array[0.5, 0.95, 0.99]) within group (order by tokens), ' ')) as tokens
				from parts as parts (who, date, what, version, place)
				group by who, date, what, version, place
			), hours as (
				select agent_id, day, what, version, place, array_agg(array[hour, total, ok, bad] order by hour) as hours
				from (
					select who as agent_id, date as day, what, version, place,
						floor(extract(epoch from execution_start - (date::timestamp at time zone '%1$s')) / 3600)::bigint as hour,
						count(*) as total, count(*) filter (where status = 'COMPLETED') as ok,
						count(*) filter (where status in ('FAILED', 'TIMEOUT')) as bad
					from parts as parts (who, date, what, version, place)
					group by 1, 2, 3, 4, 5, 6) hourly
				group by 1, 2, 3, 4, 5
			), stored as (
				select agent_id, metric_date, 'day' as what, null as version, null as place, cells, total_executions,
					successful_executions, failed_executions, cancelled_executions, in_progress_executions, total_errors,
					timed_executions, sum_execution_time_ms, min_execution_time_ms, max_execution_time_ms, token_executions,
					input_tokens, output_tokens, cached_input_tokens, cost_executions, cost_usd, hourly_counts, latency_sketch,
					token_sketch
				from agent_metrics where metric_date < '%2$s'
				union all
				select agent_id, metric_date, 'cell', agent_version, environment, cells, total_executions,
					successful_executions, failed_executions, cancelled_executions, in_progress_executions, total_errors,
					timed_executions, sum_execution_time_ms, min_execution_time_ms, max_execution_time_ms, token_executions,
					input_tokens, output_tokens, cached_input_tokens, cost_executions, cost_usd, hourly_counts, latency_sketch,
					token_sketch
				from agent_metrics where metric_date < '%2$s' and cells = 1
				union all
				select agent_id, metric_date, case when other then 'other' else 'cell' end, agent_version, environment,
					(select cells from agent_metrics day where (day.agent_id, day.metric_date) = (cell.agent_id, cell.metric_date)),
					total_executions, successful_executions, failed_executions, cancelled_executions, in_progress_executions,
					total_errors, timed_executions, sum_execution_time_ms, min_execution_time_ms, max_execution_time_ms,
					token_executions, input_tokens, output_tokens, cached_input_tokens, cost_executions, cost_usd, hourly_counts,
					latency_sketch, token_sketch
				from agent_metric_cells cell where metric_date < '%2$s'
			), compared as (
				select coalesce(e.agent_id, s.agent_id) as agent_id, coalesce(e.day, metric_date) as day,
					coalesce(e.what, s.what) as what, coalesce(e.version, s.version) as version, coalesce(e.place, s.place) as place,
					e.cells, s.cells as stored_cells, sums, hours.hours, times, tokens,
					case when s.agent_id is not null then jsonb_build_array(total_executions, successful_executions,
						failed_executions, cancelled_executions, in_progress_executions, total_errors, timed_executions,
						sum_execution_time_ms, min_execution_time_ms, max_execution_time_ms, token_executions, input_tokens,
						output_tokens, cached_input_tokens, cost_executions, trim_scale(cost_usd)) end as stored,
					(select array_agg(array[u.hour, u.total, u.successful, u.failed]) from unpack_hourly_counts(hourly_counts) u)
						as stored_hours,
					latency_sketch, token_sketch
				from expected e
					join hours on hours.agent_id = e.agent_id and hours.day = e.day and hours.what = e.what
						and hours.version is not distinct from e.version and hours.place is not distinct from e.place
					full join stored s on s.agent_id = e.agent_id and metric_date = e.day and s.what = e.what
						and s.version is not distinct from e.version and s.place is not distinct from e.place
			)
			""";

	private static final String WRONG_CELLS = EXPECTED_CELLS
			+ """
					select concat_ws(' ', agent_id, day, what, version, place, 'expected', cells, sums, hours, 'but stored', stored_cells,
						stored, stored_hours)
					from compared
					where (cells, sums, hours) is distinct from (stored_cells::bigint, stored, stored_hours)
						or (token_sketch is null) <> (tokens like '0 %%')
					limit 3
					""";

	/**
	 * What a sketch should say, and which executions it is of.
	 */
	private static final String CELL_SKETCHES = EXPECTED_CELLS
			+ """
					select concat_ws('|', %3$s, format('agent_id = %%L and (execution_start at time zone %%L)::date = %%L', agent_id, '%1$s', day)
						|| case when what = 'cell' then format(' and agent_version is not distinct from %%L and environment is not distinct from %%L',
							version, place) else '' end, what), %4$s
					from compared where %4$s is not null
					""";

	/** Null stands for an hour without executions, which saves room. */
	private static final String STORED_HOURS = Stream.of("hourly_total", "hourly_successful", "hourly_failed")
		.map("(select array_agg(coalesce(n, 0) order by hour) from unnest(%s) with ordinality as h (n, hour))"::formatted)
		.collect(Collectors.joining(", "));

	private final SqlSession sql;

	private final ZoneId zone;

	private final LocalDate today;

	MetricsOracle(SqlSession sql, ZoneId zone, LocalDate today) {
		this.sql = sql;
		this.zone = zone;
		this.today = today;
	}

	/**
	 * Asserts that each agent-day, each day of the ledger and each error count until
	 * yesterday is what the raw rows say, and that nothing else is stored.
	 */
	void assertEverythingIsRight() {
		assertThat(this.sql.column(WRONG_AGENT_DAYS, this.zone, "agent_id", this.today, this.today))
			.as("Wrong agent-days")
			.isEmpty();
		assertThat(this.sql.column(WRONG_DAYS, this.zone, "'all'", this.today, this.today, STORED_HOURS))
			.as("Wrong days in the ledger")
			.isEmpty();
		assertThat(this.sql.column(WRONG_ERROR_GROUPS, this.zone, this.today)).as("Wrong error groups").isEmpty();
		assertThat(wrongSketches()).as("Wrong sketches").isEmpty();
		assertCellsAreRight(this.today);
		assertThat(this.sql.column("select metric_date from aggregated_day_shards")).as("Days half closed by shards")
			.isEmpty();
	}

	/** Asserts that today's agent-days are what the raw rows say, and provisional. */
	void assertPreviewIsRight() {
		LocalDate tomorrow = this.today.plusDays(1);
		assertThat(this.sql.column(WRONG_AGENT_DAYS, this.zone, "agent_id", tomorrow, this.today))
			.as("Wrong agent-days")
			.isEmpty();
		assertThat(this.sql.column(WRONG_ERROR_GROUPS, this.zone, tomorrow)).as("Wrong error groups").isEmpty();
		assertThat(wrongSketches()).as("Wrong sketches").isEmpty();
		assertCellsAreRight(tomorrow);
	}

	/**
	 * Merges stored sketches.
	 * @param condition which rows of {@code agent_metrics}
	 * @return the sum
	 */
	LatencySketch merged(String condition) {
		Collection<byte[]> stored = this.sql
			.bytes("select agent_id || ' ' || metric_date, latency_sketch from agent_metrics where " + condition)
			.values();
		return LatencySketch.merged(stored.stream().map(LatencySketch::fromBytes).toList());
	}

	/**
	 * Asserts that a sketch is that of the raw rows: exact in count, sum, minimum and
	 * maximum, within the promised bounds in its quantiles.
	 * @param sketch the sketch
	 * @param condition which rows of {@code agent_executions}
	 */
	void assertIsSketchOf(LatencySketch sketch, String condition) {
		assertIsSketchOf(sketch, "execution_time_ms", condition);
	}

	private void assertIsSketchOf(LatencySketch sketch, String value, String condition) {
		assertThat(List.of("" + sketch.count(), "" + sketch.sumMs(), text(sketch.minMs()), text(sketch.maxMs())))
			.isEqualTo(this.sql.rows("""
					select count(%1$s), coalesce(sum(%1$s), 0), min(%1$s), max(%1$s)
					from agent_executions where %2$s
					""", value, condition).getFirst());
		BOUNDS.forEach((rank, bound) -> sketch.quantileMs(rank)
			.ifPresent((ms) -> assertThat(rankErrorPercent(ms, rank, value, condition))
				.as("Rank error of %s for rank %s of %s", ms, rank, sketch)
				.isLessThanOrEqualTo(sketch.isExact() ? 0.0 : bound)));
	}

	private void assertCellsAreRight(LocalDate until) {
		assertThat(this.sql.column(WRONG_CELLS, this.zone, until)).as("Wrong cells").isEmpty();
		assertThat(wrongCellSketches(until, "times", "latency_sketch", "execution_time_ms"))
			.as("Wrong sketches of cells")
			.isEmpty();
		assertThat(wrongCellSketches(until, "tokens", "token_sketch", TOKENS)).as("Wrong sketches of tokens").isEmpty();
	}

	private List<String> wrongCellSketches(LocalDate until, String expected, String sketchColumn, String value) {
		List<String> wrong = new ArrayList<>();
		this.sql.bytes(CELL_SKETCHES, this.zone, until, expected, sketchColumn).forEach((row, bytes) -> {
			LatencySketch sketch = LatencySketch.fromBytes(bytes);
			String[] parts = row.split("\\|", -1);
			if (sketch.isExact() ? !text(sketch).equals(parts[0])
					: !(parts[0] + " ").startsWith(sketch.count() + " " + sketch.sumMs() + " ")) {
				wrong.add("expected " + row + " but the sketch says " + text(sketch));
			}
			else if (!sketch.isExact() && !parts[2].equals("other")) {
				assertIsSketchOf(sketch, value, parts[1]);
			}
		});
		return wrong;
	}

	private List<String> wrongSketches() {
		List<String> wrong = new ArrayList<>();
		this.sql
			.bytes("""
					select concat_ws(' ', timed_executions, sum_execution_time_ms, min_execution_time_ms, max_execution_time_ms,
						p50_execution_time_ms, p95_execution_time_ms, p99_execution_time_ms, agent_id, metric_date),
						latency_sketch
					from agent_metrics
					""")
			.forEach((stored, bytes) -> {
				LatencySketch sketch = LatencySketch.fromBytes(bytes);
				String[] words = stored.split(" ");
				String agent = words[words.length - 2];
				String date = words[words.length - 1];
				if (!stored.equals(text(sketch) + " " + agent + " " + date)) {
					wrong.add("stored " + stored + " but the sketch says " + text(sketch));
				}
				if (!sketch.isExact()) {
					assertIsSketchOf(sketch, "agent_id = '" + agent + "' and " + onDay(date));
				}
			});
		Map<String, String> days = this.sql.map(DAYS, this.zone, "'all'", this.today);
		this.sql.bytes("select metric_date, latency_sketch from aggregated_days").forEach((date, bytes) -> {
			LatencySketch sketch = LatencySketch.fromBytes(bytes);
			if (!sketch.isExact()) {
				assertIsSketchOf(sketch, onDay(date));
			}
			else if (!text(sketch).equals(days.getOrDefault(date, "0 0"))) {
				wrong.add("expected on " + date + " " + days.get(date) + " but the sketch says " + text(sketch));
			}
		});
		return wrong;
	}

	private String onDay(String date) {
		return "(execution_start at time zone '%s')::date = '%s'".formatted(this.zone, date);
	}

	/**
	 * How far the ranks that a value has among the raw rows are from a rank. What was not
	 * observed is as wrong as can be, but for the rounding of more than 23.1 days.
	 */
	private double rankErrorPercent(long ms, double rank, String value, String condition) {
		long rounding = (ms > 2_000_000_000) ? ms / 4_000_000 : 0;
		return Double.parseDouble(this.sql.value(
				"""
						select case when below = at_most then 100 else greatest(0, %3$s - at_most / n, below / n - %3$s) * 100 end
						from (select (count(*) filter (where %5$s < %1$s))::float8 as below,
								(count(*) filter (where %5$s <= %2$s))::float8 as at_most,
								count(*)::float8 as n
							from agent_executions where %5$s is not null and %4$s) ranks
						""",
				ms - rounding, ms + rounding, rank, condition, value));
	}

	private static String text(LatencySketch sketch) {
		StringBuilder text = new StringBuilder().append(sketch.count()).append(' ').append(sketch.sumMs());
		for (OptionalLong value : List.of(sketch.minMs(), sketch.maxMs(), sketch.quantileMs(0.5),
				sketch.quantileMs(0.95), sketch.quantileMs(0.99))) {
			value.ifPresent((ms) -> text.append(' ').append(ms));
		}
		return text.toString();
	}

	private static String text(OptionalLong value) {
		return value.isPresent() ? "" + value.getAsLong() : "null";
	}

}
