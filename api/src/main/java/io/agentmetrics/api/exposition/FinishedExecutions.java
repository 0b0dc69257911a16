package io.agentmetrics.api.exposition;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.agentmetrics.model.execution.ExecutionStatus;

import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finished executions in the order in which they were written, each once: what PostgreSQL
 * shows now and did not show at the stored position.
 * <p>
 * An execution keeps the number of the transaction in which it first ended
 * ({@code finished_in}), so it comes up once. It is then counted at the status that it
 * has. Should it be in progress again, it is remembered and counted when it has ended
 * again. Once counted it never counts again, whatever becomes of it; deleted and inserted
 * anew, it is another execution.
 */
final class FinishedExecutions {

	/** A batch is about as many executions; one transaction's stay together. */
	private static final int BATCH = 50_000;

	/** So many of the executions that are in progress again are looked at in a round. */
	private static final int REOPENED_BATCH = 1_000;

	private static final String BEGIN_NOW = """
			insert into exposition_position (seen, caught_up_at, system_identifier)
			select pg_current_snapshot(), now(), system_identifier from pg_control_system()
			on conflict (singleton) do nothing
			""";

	private static final String RESTORED_ELSEWHERE = """
			select exists (
				select from exposition_position
				where system_identifier <> (select system_identifier from pg_control_system())
					or pg_snapshot_xmax(seen) > pg_snapshot_xmax(pg_current_snapshot()))
			""";

	private static final String POSITION = "select seen::text from exposition_position";

	/**
	 * How far the next batch goes: to what is visible now or, where that is too much, to
	 * the end of the transaction with the last execution of a batch. The second is a
	 * snapshot, too: of the same moment, but of transactions up to that one only. Numbers
	 * that are ahead of all transactions were given by another cluster.
	 */
	private static final String NEXT = """
			select date_trunc('minute', now()) as minute, batch_end is null as caught_up,
				case when batch_end is null then 0 else (
					select extract(epoch from now() - caught_up_at) from exposition_position) end::double precision as behind,
				case when batch_end is null then visible::text else format('%s:%s:%s',
					least(pg_snapshot_xmin(visible), batch_end), batch_end, (
						select string_agg(open::text, ',' order by open)
						from pg_snapshot_xip(visible) open where open < batch_end)) end as seen
			from (
				select pg_current_snapshot() as visible, ((
					select finished_in::text::bigint from agent_executions
					where finished_in >= pg_snapshot_xmax(:seen::pg_snapshot)
						and finished_in < pg_snapshot_xmax(pg_current_snapshot())
					order by agent_executions.finished_in offset :batch limit 1) + 1)::text::xid8 as batch_end) next
			""";

	/**
	 * How executions that are counted together are told apart. Rows that predate the
	 * bounds of tokens and costs may have what would let a counter fall, or costs that
	 * are no numbers.
	 */
	private static final String GROUPED = """
			select agent_id, status,
				case when status in ('FAILED', 'TIMEOUT') then coalesce(left(error_type, 200), '') else '' end as error_type,
				width_bucket(execution_time_ms, :bounds) as bucket,
				case when :releases then coalesce(left(agent_version, 200), '') else '' end as agent_version,
				count(*) as executions, coalesce(sum(execution_time_ms), 0)::double precision as sum_ms,
				least(coalesce(sum(input_tokens) filter (where input_tokens >= 0), 0), 9223372036854775807)::bigint as input_tokens,
				least(coalesce(sum(output_tokens) filter (where output_tokens >= 0), 0), 9223372036854775807)::bigint
					as output_tokens,
				least(coalesce(sum(cached_input_tokens) filter (where cached_input_tokens >= 0), 0), 9223372036854775807)::bigint
					as cached_input_tokens,
				coalesce(sum(cost_usd) filter (where cost_usd between 0 and 1000000), 0) as cost_usd
			from finished
			where status in ('COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED')
			group by 1, 2, 3, 4, 5
			order by sum(count(*)) over (partition by agent_id) desc, agent_id, executions desc
			""";

	/**
	 * What a snapshot does not see is what transactions wrote that began after it, or
	 * were open in it: two ranges of an index, however long one of them stays open. Those
	 * that are in progress again are remembered.
	 */
	private static final String FINISHED = """
			with finished as materialized (
				select id, execution_start, finished_in, agent_id, status, error_type, execution_time_ms,
					agent_version, input_tokens, output_tokens, cached_input_tokens, cost_usd
				from agent_executions
				where finished_in >= pg_snapshot_xmax(:seen::pg_snapshot) and finished_in < pg_snapshot_xmax(:next::pg_snapshot)
				union all
				select id, execution_start, finished_in, agent_id, status, error_type, execution_time_ms,
					agent_version, input_tokens, output_tokens, cached_input_tokens, cost_usd
				from agent_executions
				where finished_in = any (array(select pg_snapshot_xip(:seen::pg_snapshot)))
			), reopened as (
				insert into exposition_reopened (id, execution_start, finished_in)
				select id, execution_start, finished_in from finished where status in ('PENDING', 'RUNNING')
				on conflict (id, execution_start) do update set finished_in = excluded.finished_in
			)
			"""
			+ GROUPED;

	/** The last of the next thousand, none where fewer are left. */
	private static final String REOPENED_END = """
			select id, execution_start from exposition_reopened
			where (id, execution_start) > (:id, :start) order by id, execution_start offset :limit limit 1
			""";

	/**
	 * Of executions that were in progress again those that have ended again are counted;
	 * those that are gone, or were inserted anew and so count by themselves, are
	 * forgotten.
	 */
	private static final String ENDED_AGAIN = """
			with ended as (
				delete from exposition_reopened reopened
				where (id, execution_start) > (:id, :start) and (id, execution_start) <= (:lastId, :lastStart)
					and not exists (
						select from agent_executions execution
						where execution.id = reopened.id and execution.execution_start = reopened.execution_start
							and execution.finished_in = reopened.finished_in and execution.status in ('PENDING', 'RUNNING'))
				returning id, execution_start, finished_in
			), finished as (
				select agent_id, status, error_type, execution_time_ms,
					agent_version, input_tokens, output_tokens, cached_input_tokens, cost_usd
				from ended join agent_executions using (id, execution_start, finished_in)
			)
			"""
			+ GROUPED;

	private static final String STORE_POSITION = """
			update exposition_position
			set seen = :seen::pg_snapshot, caught_up_at = case when :caughtUp then now() else caught_up_at end
			""";

	private static final String WAITING = """
			select extract(epoch from now() - caught_up_at)::double precision as behind,
				not exists (
						select from agent_executions
						where finished_in >= pg_snapshot_xmax(seen) and finished_in < pg_snapshot_xmax(pg_current_snapshot()))
					and not exists (
						select from agent_executions where finished_in = any (array(select pg_snapshot_xip(seen)))) as caught_up
			from exposition_position
			""";

	private final JdbcClient jdbc;

	private final int batch;

	private final boolean releases;

	/** How far the executions that are in progress again have been looked at. */
	private ExecutionKey reopened = ExecutionKey.FIRST;

	private final long[] bounds = AgentTotals.BOUNDS_SECONDS.stream()
		// the first millisecond that does not fit
		.mapToLong((seconds) -> Math.round(seconds * 1_000) + 1)
		.toArray();

	/**
	 * Creates a reader.
	 * @param releases whether executions of different releases are told apart
	 */
	FinishedExecutions(DataSource dataSource, boolean releases) {
		this(dataSource, releases, BATCH);
	}

	FinishedExecutions(DataSource dataSource, boolean releases, int batch) {
		this.releases = releases;
		this.jdbc = JdbcClient.create(dataSource);
		this.batch = batch;
	}

	/**
	 * Returns the stored position; the first time it is now.
	 * @return PostgreSQL's text of the snapshot that sees what is counted
	 * @throws NonTransientDataAccessResourceException if it is that of another cluster
	 */
	String position() {
		this.jdbc.sql(BEGIN_NOW).update();
		if (this.jdbc.sql(RESTORED_ELSEWHERE).query(Boolean.class).single()) {
			throw new NonTransientDataAccessResourceException("The transaction numbers are those of another PostgreSQL "
					+ "cluster; counting goes on where it was when the aggregator has run with `rebuild`");
		}
		return this.jdbc.sql(POSITION).query(String.class).single();
	}

	/** Finds the end of the next batch. */
	Next next(String seen) {
		return this.jdbc.sql(NEXT).param("seen", seen).param("batch", this.batch - 1).query(Next::of).single();
	}

	/** Reads a batch; the agents with the most executions come first. */
	void read(String seen, Next next, Consumer<FinishedRuns> target) {
		read(this.jdbc.sql(FINISHED).param("seen", seen).param("next", next.seen()), target);
	}

	/**
	 * Reads executions that were in progress again when their end was to be counted, and
	 * have ended again: of very many a part in each round.
	 */
	void readReopened(Consumer<FinishedRuns> target) {
		ExecutionKey last = this.jdbc.sql(REOPENED_END)
			.param("id", this.reopened.id())
			.param("start", this.reopened.start())
			.param("limit", REOPENED_BATCH - 1)
			.query(ExecutionKey::of)
			.optional()
			.orElse(ExecutionKey.LAST);
		read(this.jdbc.sql(ENDED_AGAIN)
			.param("id", this.reopened.id())
			.param("start", this.reopened.start())
			.param("lastId", last.id())
			.param("lastStart", last.start()), target);
		this.reopened = last.equals(ExecutionKey.LAST) ? ExecutionKey.FIRST : last;
	}

	private void read(JdbcClient.StatementSpec statement, Consumer<FinishedRuns> target) {
		statement.param("bounds", this.bounds).param("releases", this.releases).withFetchSize(1_000).query((row) -> {
			target.accept(finishedRuns(row));
		});
	}

	void store(Next next) {
		this.jdbc.sql(STORE_POSITION).param("seen", next.seen()).param("caughtUp", next.progress().caughtUp()).update();
	}

	/** Tells how far whichever replica counts has come. */
	Progress progress() {
		return this.jdbc.sql(WAITING).query(Progress::of).optional().orElse(Progress.NONE);
	}

	private static FinishedRuns finishedRuns(ResultSet row) throws SQLException {
		int bucket = row.getInt("bucket");
		OptionalInt timed = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(bucket);
		return new FinishedRuns(row.getObject("agent_id", UUID.class), ExecutionStatus.valueOf(row.getString("status")),
				row.getString("error_type"), timed, row.getLong("executions"), row.getDouble("sum_ms"),
				row.getString("agent_version"), new Usage(row.getLong("input_tokens"), row.getLong("output_tokens"),
						row.getLong("cached_input_tokens"), row.getBigDecimal("cost_usd")));
	}

	/**
	 * How far counting has come.
	 *
	 * @param caughtUp whether all that is visible is counted
	 * @param behindSeconds if not, how long ago it was so
	 */
	record Progress(boolean caughtUp, double behindSeconds) {

		/** Nothing was ever counted, so nothing waits to be. */
		static final Progress NONE = new Progress(true, 0);

		static Progress of(ResultSet row, int number) throws SQLException {
			return new Progress(row.getBoolean("caught_up"), row.getDouble("behind"));
		}

	}

	/**
	 * The position after a batch.
	 *
	 * @param seen PostgreSQL's text of the snapshot that sees what is counted then
	 * @param minute in which minute that is
	 * @param progress how far that is
	 */
	record Next(String seen, Instant minute, Progress progress) {

		static Next of(ResultSet row, int number) throws SQLException {
			return new Next(row.getString("seen"), row.getObject("minute", OffsetDateTime.class).toInstant(),
					Progress.of(row, number));
		}

	}

	/**
	 * Tells an execution from all others.
	 */
	private record ExecutionKey(UUID id, OffsetDateTime start) {

		/** Before all others. */
		static final ExecutionKey FIRST = new ExecutionKey(new UUID(0, 0), OffsetDateTime.MIN);

		/** After all others. */
		static final ExecutionKey LAST = new ExecutionKey(new UUID(-1, -1), OffsetDateTime.MAX);

		static ExecutionKey of(ResultSet row, int number) throws SQLException {
			return new ExecutionKey(row.getObject("id", UUID.class),
					row.getObject("execution_start", OffsetDateTime.class));
		}

	}

}
