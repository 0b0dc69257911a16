package io.agentmetrics.aggregator.door;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
 * deadlocks.
 */
@Component
class Mirror {

	private static final Logger logger = LoggerFactory.getLogger(Mirror.class);

	/** Whoever waits for a table is waited for by all its writers. */
	private static final String WAIT_A_MOMENT = "set local lock_timeout = '500ms'";

	private static final String PREFIX = "mirror_";

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
				source constant smallint := %3$s;
				-- of no type of ours, which would be looked for before anything is caught
				executions record;
				mapped boolean := false;
			begin
				if tg_op = 'TRUNCATE' then
					perform forget_executions(source);
					return null;
				elsif tg_op = 'INSERT' then
					select array(select %4$s from inserted %5$s) as changed, '{}'::foreign_execution[] as gone into executions;
				elsif tg_op = 'DELETE' then
					select '{}'::foreign_execution[] as changed, array(select %4$s from deleted %5$s) as gone into executions;
				else
					-- most updates change neither what identifies an execution nor its agent or start
					select changed, array(
							select before.execution from (select %4$s as execution from deleted %5$s) before
							where not exists (
								select from unnest(changed) after
								where after.key = (before.execution).key and after.agent = (before.execution).agent
									and after.started = (before.execution).started)) as gone
						into executions
					from (select array(select %4$s from inserted %5$s) as changed offset 0) present;
				end if;
				mapped := true;
				perform store_executions(source, executions.changed, executions.gone);
				return null;
			exception when others then
				begin
					if mapped and left(sqlstate, 2) in ('22', '23', '54', 'P0') then
						begin
							-- of many rows one by one would hold the platform up
							if cardinality(executions.changed) <= 1000 then
								perform store_executions_singly(source, executions.changed, executions.gone);
								return null;
							end if;
						exception when others then
							mapped := false;
						end;
					end if;
					perform note_miss(source, sqlerrm);
				exception when others then
					raise log 'Agent Metrics has missed a change of %%: %%', tg_relid::regclass, sqlerrm;
				end;
				return null;
			end $mirror$""";

	/**
	 * Whoever may make a trigger with it could write executions by a table of his own.
	 */
	private static final String REVOKE = "revoke execute on function %s() from public";

	private static final String OTHER_FUNCTION = """
			select tgfoid::regproc::text from pg_trigger
			where tgrelid = to_regclass(:table) and tgname like 'agent\\_metrics\\_%'
				and tgfoid is distinct from to_regproc(:function)
			limit 1
			""";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	Mirror(JdbcClient jdbc, TransactionTemplate transaction) {
		this.jdbc = jdbc;
		this.transaction = transaction;
	}

	/**
	 * Returns the statements that let a table's changes come over.
	 * @param name the source's name
	 * @param source its number in execution_sources, as SQL
	 */
	List<String> statements(SourceTable table, String name, String source) {
		String schema = schema();
		String function = function(schema, name);
		return Stream.concat(
				Stream.of(FUNCTION.formatted(function, schema, source, table.execution(), SourceTable.ROW),
						REVOKE.formatted(function)),
				TRIGGERS.stream().map((trigger) -> trigger.formatted(table.name(), function)))
			.toList();
	}

	/**
	 * Lets a table's changes come over from now on: no transaction that has written the
	 * table before is still under way when this returns.
	 * @param name the source's name
	 * @param source its number in execution_sources
	 * @return whether it was so before
	 * @throws DataAccessException if transactions that write the table leave no moment
	 * for it
	 */
	boolean start(SourceTable table, String name, short source) {
		List<String> statements = statements(table, name, String.valueOf(source));
		boolean triggersAreThere = isComplete(table.name(), name);
		attempt(() -> {
			List<String> needed = triggersAreThere ? statements.subList(0, statements.size() - TRIGGERS.size())
					: statements;
			needed.forEach((sql) -> this.jdbc.sql(sql).update());
			this.jdbc.sql("""
					update execution_sources set connected_table = :table, connected_at = coalesce(connected_at, now())
					where id = :source
					""").param("table", table.name()).param("source", source).update();
		}, table.name());
		return triggersAreThere;
	}

	/** Returns whether all triggers are there and enabled. */
	boolean isComplete(String table, String name) {
		return this.jdbc.sql("select is_followed(:name, :table)")
			.param("name", name)
			.param("table", table)
			.query(Boolean.class)
			.single();
	}

	/**
	 * Returns the function of another source or installation that follows a table by
	 * triggers of the same names.
	 */
	Optional<String> otherFunction(SourceTable table, String name) {
		return this.jdbc.sql(OTHER_FUNCTION)
			.param("table", table.name())
			.param("function", function(schema(), name))
			.query(String.class)
			.optional();
	}

	/**
	 * Lets no change come over any more. The triggers go with their function, whose owner
	 * need not be the table's, and wherever the table is now.
	 */
	void stop(String table, String name, short source) {
		attempt(() -> {
			this.jdbc.sql("drop function if exists %s() cascade".formatted(function(schema(), name))).update();
			this.jdbc.sql("""
					update execution_sources set connected_table = null, connected_at = null, copied_through = null
					where id = :source
					""").param("source", source).update();
		}, table);
	}

	private String schema() {
		return this.jdbc.sql("select quote_ident(current_schema())").query(String.class).single();
	}

	/** Names of sources need no quotes within these. */
	private static String function(String schema, String name) {
		return schema + ".\"" + PREFIX + name + '"';
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
