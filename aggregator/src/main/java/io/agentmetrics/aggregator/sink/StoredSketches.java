package io.agentmetrics.aggregator.sink;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.model.sketch.CorruptSketchException;
import io.agentmetrics.model.sketch.LatencySketch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads stored sketches and says which are damaged. Each run looks at some that it would
 * not read otherwise, others each time, so that damage is found before a reader meets it.
 */
@Component
public class StoredSketches {

	private static final Logger logger = LoggerFactory.getLogger(StoredSketches.class);

	/** Some 5 MB of them: what a run with nothing to do has time for. */
	private static final int SOME = 1_000;

	/** Neighbours in the unique index, from any agent on and around its end. */
	private static final String AGENT_DAYS = """
			with start as materialized (select id from agents order by random() limit 1), around as (
				(select agent_id, metric_date, timed_executions, latency_sketch, token_executions, token_sketch from agent_metrics
					where agent_id >= (select id from start) order by agent_id, metric_date limit :some)
				union all
				(select agent_id, metric_date, timed_executions, latency_sketch, token_executions, token_sketch from agent_metrics
					where agent_id < (select id from start) order by agent_id, metric_date limit :some)
				limit :some
			), cells as (
				select agent_id, metric_date, cell.timed_executions, cell.latency_sketch, cell.token_executions, cell.token_sketch
				from around join agent_metric_cells cell using (agent_id, metric_date)
				limit :some
			)
			select * from (select * from around union all select * from cells) sketches
			where agent_shard(agent_id, :shards) = :shard
			""";

	private static final String DAYS = """
			select metric_date, timed_executions, latency_sketch from aggregated_days order by random() limit :some
			""";

	private final JdbcClient jdbc;

	StoredSketches(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Looks at some agents' days.
	 * @return the agents of each day whose sketches are damaged, each named in the log
	 */
	public SortedMap<LocalDate, Set<UUID>> damagedAgentDays(Shard shard) {
		SortedMap<LocalDate, Set<UUID>> damaged = new TreeMap<>();
		this.jdbc.sql(AGENT_DAYS)
			.param("some", SOME)
			.param("shards", shard.count())
			.param("shard", shard.index())
			.query((row) -> {
				UUID agent = row.getObject("agent_id", UUID.class);
				LocalDate date = row.getObject("metric_date", LocalDate.class);
				if (read(row, agent, date).isEmpty() || !tokensAreReadable(row, agent, date)) {
					damaged.computeIfAbsent(date, (day) -> new HashSet<>()).add(agent);
				}
			});
		return damaged;
	}

	/**
	 * Looks at the totals of some days.
	 * @return the days whose sketches of all agents are damaged, each named in the log
	 */
	public Set<LocalDate> damagedDays() {
		Set<LocalDate> damaged = new HashSet<>();
		this.jdbc.sql(DAYS).param("some", SOME).query((row) -> {
			LocalDate date = row.getObject("metric_date", LocalDate.class);
			if (read(row, "all", date).isEmpty()) {
				damaged.add(date);
			}
		});
		return damaged;
	}

	/**
	 * Reads the sketch of a row.
	 * @param row with the columns timed_executions and latency_sketch
	 * @param agent whose it is, for the log
	 * @return the sketch, empty if it is damaged
	 */
	static Optional<LatencySketch> read(ResultSet row, Object agent, LocalDate date) throws SQLException {
		return read("latency", row.getBytes("latency_sketch"), row.getLong("timed_executions"), agent, date);
	}

	private static boolean tokensAreReadable(ResultSet row, UUID agent, LocalDate date) throws SQLException {
		byte[] sketch = row.getBytes("token_sketch");
		long executions = row.getLong("token_executions");
		return (sketch == null && executions == 0)
				|| read("token", (sketch != null) ? sketch : new byte[0], executions, agent, date).isPresent();
	}

	private static Optional<LatencySketch> read(String kind, byte[] bytes, long executions, Object agent,
			LocalDate date) {
		String damage;
		try {
			LatencySketch sketch = LatencySketch.fromBytes(bytes);
			if (sketch.count() == executions) {
				return Optional.of(sketch);
			}
			damage = "It is the sketch of %d executions, its row of %d".formatted(sketch.count(), executions);
		}
		catch (CorruptSketchException ex) {
			damage = String.valueOf(ex.getMessage());
		}
		logger.atWarn()
			.addKeyValue("agent", agent)
			.addKeyValue("day", date)
			.addKeyValue("cause", damage)
			.log("Damaged " + kind + " sketch");
		return Optional.empty();
	}

}
