package io.agentmetrics.db;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Writers whose search_path lacks the schema, or has something else of the same names in
 * front of it.
 */
class SearchPathIntegrationTests {

	private static final String IMPOSTORS = """
			create schema impostor;
			create table impostor.agent_executions (id uuid);
			create table impostor.agent_execution_deletions (agent_id uuid, quarter_hour timestamptz, changed_in xid8);
			create function impostor.pg_current_xact_id() returns xid8 language sql return '1'::xid8;
			create function impostor.date_bin(interval, timestamptz, timestamptz) returns timestamptz language sql
				return '2001-01-01 00:00:00+00'::timestamptz;
			create function impostor.always(uuid, uuid) returns boolean language sql return true;
			create function impostor.always(timestamptz, timestamptz) returns boolean language sql return true;
			create function impostor.always(xid8, xid8) returns boolean language sql return true;
			create function impostor.never(text, text) returns boolean language sql return false;
			create operator impostor.<> (function = impostor.always, leftarg = uuid, rightarg = uuid);
			create operator impostor.<> (function = impostor.always, leftarg = timestamptz, rightarg = timestamptz);
			create operator impostor.= (function = impostor.never, leftarg = text, rightarg = text);
			create temporary table agent_execution_deletions (agent_id uuid, quarter_hour timestamptz, changed_in xid8);
			create temporary table agent_executions (id uuid);
			""";

	private final TestDatabase database = TestDatabase.create();

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	private final SqlSession writer = new SqlSession(this.database.dataSource());

	@BeforeEach
	void agent() {
		this.sql.run("insert into agents (id, name) values ('00000000-0000-0000-0000-000000000001', 'a')");
		this.writer.run(IMPOSTORS);
	}

	@AfterEach
	void close() {
		this.sql.close();
		this.writer.close();
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "pg_catalog", "impostor, pg_catalog", "pg_temp, impostor, pg_catalog, public", "''" })
	void everyWriteIsTracked(String path) {
		this.writer.run("set search_path = " + path);
		this.writer.run("""
				insert into public.agent_executions (id, agent_id, user_id, status, execution_start, execution_end)
				select ('00000000-0000-0000-0000-00000000000' || n)::uuid, '00000000-0000-0000-0000-000000000001',
					gen_random_uuid(), 'RUNNING', now() - interval '1 hour', null
				from generate_series(1, 3) n
				""");
		this.writer
			.run("""
					update public.agent_executions set status = 'COMPLETED', execution_end = execution_start + interval '2 s'
					where id::text operator(pg_catalog.=) '00000000-0000-0000-0000-000000000001'::text
					""");
		this.writer.run("""
				delete from public.agent_executions
				where id::text operator(pg_catalog.=) '00000000-0000-0000-0000-000000000002'::text
				""");
		assertThat(this.sql.column("""
				select concat_ws(' ', status, finished_in is not null, changed_in > '100'::xid8, execution_time_ms)
				from agent_executions order by id
				""")).containsExactly("COMPLETED t t 2000", "RUNNING f t");
		assertThat(this.sql.column("""
				select now() - quarter_hour < interval '2 h' and changed_in > '100'::xid8 from agent_execution_deletions
				""")).containsExactly("t");
	}

	@Test
	void truncationIsRefused() {
		this.writer.run("set search_path = pg_temp, impostor, pg_catalog");
		assertThatIllegalStateException().isThrownBy(() -> this.writer.run("truncate public.agent_executions"))
			.withMessageContaining("cannot be truncated");
	}

	@Test
	void everyTriggerFunctionNamesItsPathOrEverythingInFull() {
		assertThat(this.sql.column("""
				select proname from pg_proc
				where pronamespace = 'public'::regnamespace and prorettype = 'trigger'::regtype
					and not coalesce(array_to_string(proconfig, ',') ~ '^search_path=', false)
				""")).containsExactly("track_execution_change");
	}

}
