package io.agentmetrics.api.exposition;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import javax.sql.DataSource;

import io.agentmetrics.model.execution.ExecutionStatus;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps what is published, so that the next replica to publish goes on with it.
 */
final class TotalsTable {

	private static final String DROP_SURPLUS = """
			delete from exposition_totals where agent_id <> 'other' and (
				agent_id not in (
					select agent_id from exposition_totals where agent_id <> 'other' order by updated_at desc limit :agents)
				or updated_at < now() - interval '30 days'
					and (select count(*) from exposition_totals where agent_id <> 'other') >= :agents)
			""";

	/**
	 * Of agents that are retired or deleted, once their last executions have had time to
	 * be scraped. A retired one that runs on is counted on.
	 */
	private static final String DROP_GONE = """
			delete from exposition_totals
			where agent_id <> 'other' and updated_at < now() - interval '1 hour' and not exists (
				select from agents
				where id = case when agent_id <> 'other' then agent_id::uuid end and retired_at is null)
			returning agent_id
			""";

	/**
	 * Agents get their series before their first execution where there is room for all of
	 * them, so that Prometheus sees the counters grow from 0.
	 */
	private static final String ADOPT_ALL = """
			insert into exposition_totals (agent_id, completed, failed, timed_out, cancelled, duration_buckets, duration_sum_ms)
			select id::text, 0, 0, 0, 0, array_fill(0, array[:buckets]), 0
			from agents
			where retired_at is null
				and (select count(*) from (select from agents where retired_at is null limit :agents + 1) few) <= :agents
				and (select count(*) from exposition_totals where agent_id <> 'other') + (
					select count(*) from agents newcomer
					where retired_at is null
						and not exists (select from exposition_totals where agent_id = newcomer.id::text)) <= :agents
			on conflict (agent_id) do nothing
			returning agent_id
			""";

	/** Where there is not, the busiest of the last week get what is free. */
	private static final String ADOPT_BUSIEST = """
			insert into exposition_totals (agent_id, completed, failed, timed_out, cancelled, duration_buckets, duration_sum_ms)
			select agent_id::text, 0, 0, 0, 0, array_fill(0, array[:buckets]), 0
			from agent_metrics
			where metric_date > (select max(metric_date) - 7 from aggregated_days)
				and exists (select from agents where id = agent_metrics.agent_id and retired_at is null)
				and not exists (select from exposition_totals known where known.agent_id = agent_metrics.agent_id::text)
			group by agent_id
			order by sum(total_executions) desc, agent_id
			limit greatest(0, :agents - (select count(*) from exposition_totals where agent_id <> 'other'))
			""";

	private static final String TOTALS = """
			select agent_id, completed, failed, timed_out, cancelled, duration_buckets, duration_sum_ms from exposition_totals
			""";

	private static final String ERRORS = "select agent_id, error_type, failed from exposition_errors";

	private static final String RECENT = """
			select minute, agent_id, successful, failed from exposition_recent
			where minute >= now() - make_interval(secs => :window)
			""";

	private static final String STORE_TOTALS = """
			insert into exposition_totals (agent_id, completed, failed, timed_out, cancelled, duration_buckets, duration_sum_ms)
			values (:agent, :COMPLETED, :FAILED, :TIMEOUT, :CANCELLED, :buckets, :sumMs)
			on conflict (agent_id) do update set completed = excluded.completed, failed = excluded.failed,
				timed_out = excluded.timed_out, cancelled = excluded.cancelled,
				duration_buckets = excluded.duration_buckets, duration_sum_ms = excluded.duration_sum_ms, updated_at = now()
			""";

	private static final String STORE_ERRORS = """
			insert into exposition_errors (agent_id, error_type, failed) values (:agent, :type, :failed)
			on conflict (agent_id, error_type) do update set failed = excluded.failed
			""";

	private static final String USAGE = """
			select agent_id, agent_version, input_tokens, output_tokens, cached_input_tokens, cost_usd from exposition_usage
			""";

	private static final String STORE_USAGE = """
			insert into exposition_usage as known (agent_id, agent_version, input_tokens, output_tokens, cached_input_tokens, cost_usd)
			values (:agent, :version, :input, :output, :cachedInput, :costUsd)
			on conflict (agent_id, agent_version) do update set input_tokens = excluded.input_tokens,
				output_tokens = excluded.output_tokens, cached_input_tokens = excluded.cached_input_tokens,
				cost_usd = excluded.cost_usd, updated_at = now()
			where (known.input_tokens, known.output_tokens, known.cached_input_tokens, known.cost_usd)
				is distinct from (excluded.input_tokens, excluded.output_tokens, excluded.cached_input_tokens, excluded.cost_usd)
			""";

	/** Releases that have not run for long make room for new ones. */
	private static final String DROP_RELEASES = """
			delete from exposition_usage old
			where :releases > 0 and agent_version not in ('', 'other') and updated_at < now() - interval '30 days' and (
				select count(*) from exposition_usage known
				where known.agent_id = old.agent_id and agent_version not in ('', 'other')) >= :releases
			""";

	private static final String STORE_RECENT = """
			insert into exposition_recent (minute, agent_id, successful, failed) values (:minute, :agent, :successful, :failed)
			on conflict (minute, agent_id) do update set successful = excluded.successful, failed = excluded.failed
			""";

	private static final String FORGET_RECENT = "delete from exposition_recent where minute < :first";

	private final JdbcClient jdbc;

	private final NamedParameterJdbcTemplate batches;

	private final ExpositionProperties properties;

	TotalsTable(DataSource dataSource, ExpositionProperties properties) {
		this.jdbc = JdbcClient.create(dataSource);
		this.batches = new NamedParameterJdbcTemplate(dataSource);
		this.properties = properties;
	}

	/**
	 * Reads what has been published up to now, by whichever replica, and gives free time
	 * series to agents. Agents that have not run for long make room where there is none.
	 */
	Totals load() {
		dropGone();
		this.jdbc.sql(DROP_SURPLUS).param("agents", this.properties.agents()).update();
		this.jdbc.sql(DROP_RELEASES).param("releases", this.properties.releases()).update();
		adopt(ADOPT_ALL).query().listOfRows();
		adopt(ADOPT_BUSIEST).update();
		return new Totals(agents(), recent());
	}

	/**
	 * Gives agents time series that have none yet, if there is room for all agents. Those
	 * that are gone lose theirs.
	 */
	Totals adopt(Totals totals) {
		List<String> gone = dropGone();
		List<String> adopted = adopt(ADOPT_ALL).query((row, number) -> row.getString("agent_id")).list();
		if (gone.isEmpty() && adopted.isEmpty()) {
			return totals;
		}
		Map<String, AgentTotals> agents = new HashMap<>(totals.agents());
		gone.forEach(agents::remove);
		adopted.forEach((agent) -> agents.put(agent, AgentTotals.empty()));
		return new Totals(agents, totals.recent());
	}

	private List<String> dropGone() {
		return this.jdbc.sql(DROP_GONE).query((row, number) -> row.getString("agent_id")).list();
	}

	/** Drops the minutes that the success rate does not reach back to. */
	Totals forgetOld(Totals totals, Instant now) {
		Instant first = now.minus(this.properties.successRateWindow());
		RecentRuns recent = totals.recent().since(first);
		if (recent.equals(totals.recent())) {
			return totals;
		}
		this.jdbc.sql(FORGET_RECENT).param("first", first.atOffset(ZoneOffset.UTC)).update();
		return new Totals(totals.agents(), recent);
	}

	/** Stores what a batch has changed. */
	void store(Set<String> labels, Totals totals, Instant minute) {
		List<SqlParameterSource> agents = new ArrayList<>();
		List<SqlParameterSource> errors = new ArrayList<>();
		List<SqlParameterSource> usage = new ArrayList<>();
		List<SqlParameterSource> recent = new ArrayList<>();
		Map<String, RecentRuns.Ended> lately = totals.recent().minutes().getOrDefault(minute, Map.of());
		for (String label : labels) {
			AgentTotals agent = totals.agents().getOrDefault(label, AgentTotals.empty());
			agents.add(parameters(label, agent));
			agent.byErrorType()
				.forEach((type, failed) -> errors
					.add(new MapSqlParameterSource("agent", label).addValue("type", type).addValue("failed", failed)));
			agent.byVersion().forEach((version, used) -> usage.add(parameters(label, version, used)));
			RecentRuns.Ended ended = lately.getOrDefault(label, RecentRuns.Ended.empty());
			recent.add(new MapSqlParameterSource("agent", label).addValue("minute", minute.atOffset(ZoneOffset.UTC))
				.addValue("successful", ended.successful())
				.addValue("failed", ended.failed()));
		}
		storeAll(STORE_TOTALS, agents);
		storeAll(STORE_ERRORS, errors);
		storeAll(STORE_USAGE, usage);
		storeAll(STORE_RECENT, recent);
	}

	private void storeAll(String sql, List<SqlParameterSource> rows) {
		if (!rows.isEmpty()) {
			this.batches.batchUpdate(sql, rows.toArray(SqlParameterSource[]::new));
		}
	}

	private JdbcClient.StatementSpec adopt(String sql) {
		return this.jdbc.sql(sql)
			.param("agents", this.properties.agents())
			.param("buckets", AgentTotals.BOUNDS_SECONDS.size() + 1);
	}

	private static SqlParameterSource parameters(String label, AgentTotals totals) {
		MapSqlParameterSource parameters = new MapSqlParameterSource("agent", label);
		AgentTotals.STATUSES.forEach((status) -> parameters.addValue(status.name(), totals.of(status)));
		return parameters.addValue("buckets", totals.buckets().stream().mapToLong(Long::longValue).toArray())
			.addValue("sumMs", totals.sumMs());
	}

	private static SqlParameterSource parameters(String label, String version, Usage usage) {
		return new MapSqlParameterSource("agent", label).addValue("version", version)
			.addValue("input", usage.inputTokens())
			.addValue("output", usage.outputTokens())
			.addValue("cachedInput", usage.cachedInputTokens())
			.addValue("costUsd", usage.costUsd());
	}

	private Map<String, AgentTotals> agents() {
		Map<String, Map<String, Long>> errors = new HashMap<>();
		this.jdbc.sql(ERRORS).query((row) -> {
			errors.computeIfAbsent(row.getString("agent_id"), (label) -> new HashMap<>())
				.put(row.getString("error_type"), row.getLong("failed"));
		});
		Map<String, Map<String, Usage>> usage = new HashMap<>();
		this.jdbc.sql(USAGE).query((row) -> {
			usage.computeIfAbsent(row.getString("agent_id"), (label) -> new HashMap<>())
				.put(row.getString("agent_version"),
						new Usage(row.getLong("input_tokens"), row.getLong("output_tokens"),
								row.getLong("cached_input_tokens"), row.getBigDecimal("cost_usd")));
		});
		Map<String, AgentTotals> agents = new HashMap<>();
		this.jdbc.sql(TOTALS).query((row) -> {
			String label = row.getString("agent_id");
			agents.put(label,
					agentTotals(row, errors.getOrDefault(label, Map.of()), usage.getOrDefault(label, Map.of())));
		});
		return agents;
	}

	private static AgentTotals agentTotals(ResultSet row, Map<String, Long> errors, Map<String, Usage> usage)
			throws SQLException {
		Map<ExecutionStatus, Long> statuses = new EnumMap<>(ExecutionStatus.class);
		statuses.put(ExecutionStatus.COMPLETED, row.getLong("completed"));
		statuses.put(ExecutionStatus.FAILED, row.getLong("failed"));
		statuses.put(ExecutionStatus.TIMEOUT, row.getLong("timed_out"));
		statuses.put(ExecutionStatus.CANCELLED, row.getLong("cancelled"));
		return new AgentTotals(statuses, List.of((Long[]) row.getArray("duration_buckets").getArray()),
				row.getDouble("duration_sum_ms"), errors, usage);
	}

	private RecentRuns recent() {
		TreeMap<Instant, Map<String, RecentRuns.Ended>> minutes = new TreeMap<>();
		this.jdbc.sql(RECENT).param("window", this.properties.successRateWindow().toSeconds()).query((row) -> {
			minutes
				.computeIfAbsent(row.getObject("minute", OffsetDateTime.class).toInstant(), (minute) -> new HashMap<>())
				.put(row.getString("agent_id"), new RecentRuns.Ended(row.getLong("successful"), row.getLong("failed")));
		});
		return new RecentRuns(minutes);
	}

}
