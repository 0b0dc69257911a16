package io.agentmetrics.aggregator.door;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.agentmetrics.db.lock.LockTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The triggers on a platform's table that bring its changes over in the platform's own
 * transactions.
 * <p>
 * They never fail and hardly hold up a statement of the platform: what does not fit is
 * noted in execution_rejects, and what could not be stored at all in execution_misses. A
 * wait for one of our locks ends after half a second, before PostgreSQL looks for
 * deadlocks, so that no transaction of the platform is ended for ours.
 */
@Component
class Mirror {

	private static final Logger logger = LoggerFactory.getLogger(Mirror.class);

	/** Whoever waits for a table is waited for by all its writers. */
	private static final String WAIT_A_MOMENT = "set local lock_timeout = '500ms'";

	private static final int ATTEMPTS = 60;

	private static final Duration PAUSE = Duration.ofMillis(500);

	private static final List<String> TRIGGERS = List.of("""
			create or replace trigger agent_metrics_insert after insert on %1$s
			referencing new table as inserted for each statement execute function %2$s()""", """
			create or replace trigger agent_metrics_update after update on %1$s
			referencing old table as deleted new table as inserted for each statement execute function %2$s()""", """
			create or replace trigger agent_metrics_delete after delete on %1$s
			referencing old table as deleted for each statement execute function %2$s()""", """
			create or replace trigger agent_metrics_truncate after truncate on %1$s
			for each statement execute function %2$s()""");

	/**
	 * The platform's role needs no right on our schema, and its settings do not matter.
	 */
	private static final String FUNCTION = """
			create or replace function %1$s() returns trigger language plpgsql security definer
			set search_path = %2$s, pg_temp set lock_timeout = '500ms' as $mirror$
			declare
				changed foreign_execution[] := '{}';
				gone foreign_execution[] := '{}';
			begin
				if tg_op = 'TRUNCATE' then
					perform forget_executions(%3$d::smallint);
					return null;
				end if;
				if tg_op <> 'DELETE' then
					changed := array(select %4$s from inserted %5$s);
				end if;
				if tg_op <> 'INSERT' then
					gone := array(select %4$s from deleted %5$s);
				end if;
				perform store_executions(%3$d::smallint, changed, gone, false);
				return null;
			exception
				when data_exception or integrity_constraint_violation or program_limit_exceeded or raise_exception then
					begin
						perform store_executions_singly(%3$d::smallint, changed, gone);
						return null;
					exception when others then
						perform note_miss(%3$d::smallint, sqlerrm);
						return null;
					end;
				when others then
					begin
						perform note_miss(%3$d::smallint, sqlerrm);
					exception when others then
						raise log 'Agent Metrics has missed a change of %%: %%', tg_relid::regclass, sqlerrm;
					end;
					return null;
			end $mirror$""";

	private static final String COUNT_TRIGGERS = """
			select count(*) from pg_trigger join pg_proc on pg_proc.oid = tgfoid
			where tgrelid = cast(:table as regclass) and tgname like 'agent\\_metrics\\_%' and tgenabled <> 'D'
				and proname = :function and pronamespace = current_schema()::regnamespace
			""";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	Mirror(JdbcClient jdbc, TransactionTemplate transaction) {
		this.jdbc = jdbc;
		this.transaction = transaction;
	}

	/**
	 * Returns the statements that let a table's changes come over.
	 * @param source its number in execution_sources
	 */
	List<String> statements(SourceTable table, int source) {
		String schema = schema();
		String function = schema + "." + functionName(source);
		return Stream
			.concat(Stream.of(FUNCTION.formatted(function, schema, source, table.execution(), SourceTable.ROW)),
					TRIGGERS.stream().map((trigger) -> trigger.formatted(table.name(), function)))
			.toList();
	}

	/**
	 * Lets a table's changes come over from now on: no transaction that has written the
	 * table before is still under way when this returns.
	 * @return whether it was so before
	 * @throws LockTimeoutException if transactions that write the table leave no moment
	 * for it
	 */
	boolean start(SourceTable table, int source) {
		List<String> statements = statements(table, source);
		boolean triggersAreThere = isComplete(table.name(), source);
		attempt(() -> {
			List<String> needed = triggersAreThere ? statements.subList(0, 1) : statements;
			needed.forEach((sql) -> this.jdbc.sql(sql).update());
			this.jdbc.sql("""
					update execution_sources set connected_table = :table, connected_at = coalesce(connected_at, now())
					where id = :source
					""").param("table", table.name()).param("source", source).update();
		}, table.name());
		return triggersAreThere;
	}

	/** Returns whether all triggers are there and enabled. */
	boolean isComplete(String table, int source) {
		return countTriggers(table, source) == TRIGGERS.size();
	}

	/** Lets no change come over any more. */
	void stop(String table, int source) {
		attempt(() -> {
			if (tableExists(table)) {
				for (String event : List.of("insert", "update", "delete", "truncate")) {
					this.jdbc.sql("drop trigger if exists agent_metrics_%s on %s".formatted(event, table)).update();
				}
			}
			this.jdbc.sql("drop function if exists %s.%s()".formatted(schema(), functionName(source))).update();
			this.jdbc.sql("""
					update execution_sources set connected_table = null, connected_at = null, copied_through = null
					where id = :source
					""").param("source", source).update();
		}, table);
	}

	private boolean tableExists(String table) {
		return this.jdbc.sql("select to_regclass(:table) is not null")
			.param("table", table)
			.query(Boolean.class)
			.single();
	}

	private long countTriggers(String table, int source) {
		return tableExists(table) ? this.jdbc.sql(COUNT_TRIGGERS)
			.param("table", table)
			.param("function", functionName(source))
			.query(Long.class)
			.single() : 0;
	}

	private String schema() {
		return this.jdbc.sql("select quote_ident(current_schema())").query(String.class).single();
	}

	private static String functionName(int source) {
		return "mirror_source_" + source;
	}

	/**
	 * Waits a moment for the table's lock, and then lets the platform go on before it
	 * tries again.
	 */
	private void attempt(Runnable change, String table) {
		for (int attempt = 1;; attempt++) {
			try {
				this.transaction.executeWithoutResult((status) -> {
					this.jdbc.sql(WAIT_A_MOMENT).update();
					change.run();
				});
				return;
			}
			catch (DataAccessException ex) {
				if (!LockTimeoutException.isTimeout(ex) || attempt == ATTEMPTS) {
					throw ex;
				}
				if (attempt % 20 == 0) {
					logger.atInfo()
						.addKeyValue("table", table)
						.log("Waiting for transactions that write the table to end");
				}
				Pause.of(PAUSE);
			}
		}
	}

}
