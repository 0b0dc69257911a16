--liquibase formatted sql

--changeset agent-metrics:execution-bounds
-- who waits for the table is waited for by all its readers: rather fail and be tried again
set local lock_timeout = '5s';
-- Not valid: executions that were stored before may lie outside. Whoever writes one of them anew has to mend it.
alter table agent_executions
	add constraint agent_executions_start_bounded check (execution_start < '2100-01-01 00:00:00+00') not valid,
	add constraint agent_executions_end_bounded check (execution_end < '2110-01-01 00:00:00+00') not valid,
	-- ten years of 365.25 days
	add constraint agent_executions_time_bounded check (execution_time_ms <= 315576000000) not valid;
--rollback alter table agent_executions drop constraint agent_executions_start_bounded,
--rollback 	drop constraint agent_executions_end_bounded, drop constraint agent_executions_time_bounded;

--changeset agent-metrics:move-executions-beyond-bounds splitStatements:false
create or replace function create_execution_partition(week date) returns void language plpgsql as $$
declare
	partition_name text := 'agent_executions_' || to_char(week, 'IYYY"w"IW');
	lower_bound timestamptz := week::timestamp at time zone 'UTC';
	upper_bound timestamptz := (week + 7)::timestamp at time zone 'UTC';
	rule record;
	most_moved constant int := 20000;
begin
	-- What waits in the default partition moves while nobody can write there: a second's worth of it. More stays, and is
	-- found there by an index of its own.
	perform from agent_executions_default where execution_start >= lower_bound and execution_start < upper_bound
		order by execution_start offset most_moved limit 1;
	if found then
		return;
	end if;
	-- ATTACH needs this lock too. Taken first, no row of this week comes into the default partition after the move
	-- below, and of two callers one waits for the other and then finds the partition made.
	lock table agent_executions_default in access exclusive mode;
	if to_regclass(partition_name) is not null then
		return;
	end if;
	execute format('create table %I (like agent_executions including all excluding constraints)', partition_name);
	-- statistics and the visibility map keep up with a table that only grows: both make realtime queries fast
	execute format('alter table %I set (autovacuum_vacuum_insert_scale_factor = 0.05, '
		|| 'autovacuum_analyze_scale_factor = 0.05)', partition_name);
	-- rows that came before their partition existed wait in the default partition; they move unchanged
	execute format('with early as (delete from agent_executions_default '
		|| 'where execution_start >= %L and execution_start < %L returning *) insert into %I select * from early',
		lower_bound, upper_bound, partition_name);
	-- after the move, and not valid where the parent's are not: rows that predate a rule move, too
	for rule in
		select conname, pg_get_constraintdef(oid) as definition from pg_constraint
		where conrelid = 'agent_executions'::regclass and contype = 'c'
	loop
		execute format('alter table %I add constraint %I %s', partition_name, rule.conname, rule.definition);
	end loop;
	execute format('alter table agent_executions attach partition %I for values from (%L) to (%L)',
		partition_name, lower_bound, upper_bound);
	perform track_partition_deletions(partition_name);
end $$;
--rollback select 1;

--changeset agent-metrics:execution-times splitStatements:false
-- Gives an execution that ended without a time the one from its start to its end.
create function time_execution() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	-- what was the time to another end is not the time to this one
	if tg_op = 'UPDATE' and new.execution_end is distinct from old.execution_end and isfinite(old.execution_end)
			and new.execution_time_ms = old.execution_time_ms
			and new.execution_time_ms = floor(extract(epoch from old.execution_end - old.execution_start) * 1000) then
		new.execution_time_ms := null;
	end if;
	-- The clocks of the two moments disagree, so when it ended is not known. Refused, it would stay in progress for ever.
	if new.execution_end < new.execution_start then
		new.execution_end := null;
		if new.execution_time_ms < 0 then
			new.execution_time_ms := null;
		end if;
	end if;
	if new.execution_time_ms is null and isfinite(new.execution_end)
			and new.status in ('COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED') then
		new.execution_time_ms := floor(extract(epoch from new.execution_end - new.execution_start) * 1000);
	end if;
	return new;
end $$;
-- only for rows that need it: most have their time and their first end
create trigger time_inserted_execution before insert on agent_executions
	for each row when (new.execution_end is not null and new.execution_time_ms is null
		or new.execution_end < new.execution_start)
	execute function time_execution();
create trigger time_updated_execution before update on agent_executions
	for each row when (new.execution_end is not null and new.execution_time_ms is null
		or new.execution_end < new.execution_start
		or old.execution_end is not null and new.execution_end is distinct from old.execution_end)
	execute function time_execution();
comment on column agent_executions.execution_end is
	'When the run ended; null while unknown, also where the platform said that it was before the start.';
comment on column agent_executions.execution_time_ms is
	'How long the run took as the platform measured it, else from its start to its end, in milliseconds; null while unknown.';
--rollback drop trigger time_updated_execution on agent_executions; drop trigger time_inserted_execution on agent_executions;
--rollback drop function time_execution();
