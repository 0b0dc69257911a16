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
	 * The tables of a transition only say which keys have changed: what is stored is the
	 * row as the table has it, which another trigger or a part of the same statement may
	 * have changed since. They are read in slices, so that memory is bounded.
	 */
	private static final String FUNCTION = """
			create or replace function %1$s() returns trigger language plpgsql security definer
			set search_path = %2$s, pg_temp set row_security = off set enable_seqscan = off
			set plan_cache_mode = force_generic_plan as $mirror$
			declare
				source constant smallint := %3$s;
				own_lock_timeout constant text := current_setting('lock_timeout');
				slice_rows constant int := 5000;
				skipped bigint := 0;
				-- of no type of ours, which would be looked for before anything is caught
				executions record;
				mapped boolean := false;
			begin
				-- never longer than the platform would wait, nor until its statement is over its time
				perform set_config('lock_timeout', greatest(1, floor(1000 * extract(epoch from least(interval '500ms',
					nullif(own_lock_timeout::interval, interval '0'),
					nullif(current_setting('statement_timeout')::interval / 4, interval '0')))))::text, true);
				begin
					if (select count(*) from pg_attribute
							where attrelid = tg_relid and tg_relid = to_regclass('%8$s') and (attname, atttypid) in (%9$s)) < %10$s then
						raise exception using message =
							'the name of the table or the type of a column is no longer what was connected: connect again';
					end if;
					if tg_op = 'TRUNCATE' then
						perform forget_executions(source);
					end if;
					loop
						mapped := false;
						if tg_op = 'TRUNCATE' then
							-- what another trigger has inserted since
							select keys, %7$s as changed, '{}'::foreign_execution[] as gone into executions
							from (select array(select %6$s from %5$s offset skipped limit slice_rows) as keys offset 0) slice;
						elsif tg_op = 'INSERT' then
							select keys, %7$s as changed, '{}'::foreign_execution[] as gone into executions
							from (select array(select %6$s from inserted offset skipped limit slice_rows) as keys offset 0) slice;
						else
							if tg_op = 'DELETE' then
								select array(select %6$s from deleted offset skipped limit slice_rows) as keys into executions;
							else
								-- both tables have their rows in one order
								select array(
										(select %6$s from deleted offset skipped limit slice_rows)
										union all
										(select %6$s from inserted offset skipped limit slice_rows)) as keys
									into executions;
							end if;
							-- most updates change neither what identifies an execution nor its agent or start
							select keys, changed, array(
									select before.execution
									from (
										select %4$s as execution
										from (select * from deleted offset skipped limit slice_rows) %11$s) before
									where not exists (
										select from unnest(changed) after
										where after.key = (before.execution).key and after.agent = (before.execution).agent
											and after.started = (before.execution).started)) as gone
								into executions
							from (
								select keys, %7$s as changed
								from (select executions.keys as keys offset 0) slice offset 0) present;
						end if;
						mapped := true;
						perform store_executions(source, executions.changed, executions.gone);
						exit when cardinality(executions.keys) < slice_rows;
						skipped := skipped + slice_rows;
					end loop;
				-- which OTHERS leaves out: what the platform cancels while we store is missed, and its statement done
				exception when query_canceled or others then
					begin
						if mapped and skipped = 0 and left(sqlstate, 2) in ('22', '23', '54', 'P0') then
							begin
								-- of many rows one by one would hold the platform up
								if cardinality(executions.keys) <= 1000 then
									perform store_executions_singly(source, executions.changed, executions.gone);
								else
									mapped := false;
								end if;
							exception when query_canceled or others then
								mapped := false;
							end;
						else
							mapped := false;
						end if;
						if not mapped then
							perform note_miss(source, sqlerrm);
						end if;
					exception when query_canceled or others then
						raise log 'Agent Metrics has missed a change of %%: %%', tg_relid::regclass, sqlerrm;
					end;
				end;
				perform set_config('lock_timeout', own_lock_timeout, true);
				return null;
			end $mirror$""";

	/** The executions of the rows that the table has for the keys of a slice. */
	private static final String PRESENT = "array(select %1$s from %2$s %3$s where %3$s.%4$s = any(keys))";

	/**
	 * What the expression was made for. A column of another type would be read wrongly
	 * without a word.
	 */
	private static final String COLUMN_TYPES = """
			select format('(%L, %L::regtype)', attname, format('%I.%I', nspname, typname))
			from pg_attribute join pg_type on pg_type.oid = atttypid join pg_namespace on pg_namespace.oid = typnamespace
			where attrelid = to_regclass(:table) and attnum > 0 and not attisdropped
				and strpos(:execution, :row || '.' || '"' || replace(attname, '"', '""') || '"') > 0
			order by attnum
			""";

	private static final String TRIGGERS_ELSEWHERE = """
			select exists (select from pg_trigger
				where tgfoid = to_regproc(:function) and tgrelid is distinct from to_regclass(:table))
			""";

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

	private final ExecutionSources sources;

	Mirror(JdbcClient jdbc, TransactionTemplate transaction, ExecutionSources sources) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.sources = sources;
	}

	/**
	 * Returns the statements that let a table's changes come over.
	 * @param name the source's name
	 * @param source its number in execution_sources, as SQL
	 */
	List<String> statements(SourceTable table, String name, String source) {
		String schema = schema();
		String function = function(schema, name);
		List<String> types = this.jdbc.sql(COLUMN_TYPES)
			.param("table", table.name())
			.param("execution", table.execution())
			.param("row", SourceTable.ROW)
			.query((row, _) -> row.getString(1))
			.list();
		String present = PRESENT.formatted(table.execution(), table.name(), SourceTable.ROW, table.key());
		return Stream.concat(Stream.of(
				FUNCTION.formatted(function, schema, source, table.execution(), table.name(), table.key(), present,
						table.name().replace("'", "''"), String.join(", ", types), types.size(), SourceTable.ROW),
				REVOKE.formatted(function)),
				TRIGGERS.stream().map((trigger) -> trigger.formatted(table.name(), function)))
			.toList();
	}

	/**
	 * Lets a table's changes come over from now on: no transaction that has written the
	 * table before, or whose rows were read otherwise, is still under way when this
	 * returns.
	 * @param name the source's name
	 * @param source its number in execution_sources
	 * @param mapping how rows and words are read
	 * @return whether it was so before
	 * @throws DataAccessException if transactions that write the table leave no moment
	 * for it
	 */
	boolean start(SourceTable table, String name, short source, String mapping) {
		List<String> statements = statements(table, name, String.valueOf(source));
		String function = function(schema(), name);
		boolean triggersAreThere = isComplete(table.name(), name);
		attempt(() -> {
			if (hasTriggersElsewhere(table, function)) {
				// whose owner need not be the one of the function
				this.jdbc.sql("drop function %s() cascade".formatted(function)).update();
			}
			// making a trigger waits for whoever writes the table
			List<String> needed = isComplete(table.name(), name) && this.sources.isReadBy(source, mapping)
					? statements.subList(0, statements.size() - TRIGGERS.size()) : statements;
			needed.forEach((sql) -> this.jdbc.sql(sql).update());
			this.sources.update(name);
			this.jdbc.sql("""
					update execution_sources set connected_table = :table, connected_at = coalesce(connected_at, now())
					where id = :source
					""").param("table", table.name()).param("source", source).update();
		}, table.name());
		return triggersAreThere;
	}

	/** The table may have been given another name, and its name to another table. */
	private boolean hasTriggersElsewhere(SourceTable table, String function) {
		return this.jdbc.sql(TRIGGERS_ELSEWHERE)
			.param("function", function)
			.param("table", table.name())
			.query(Boolean.class)
			.single();
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
