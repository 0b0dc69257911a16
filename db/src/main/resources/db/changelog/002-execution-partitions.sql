--liquibase formatted sql

--changeset agent-metrics:execution-partition-functions splitStatements:false
-- Attaching instead of CREATE TABLE … PARTITION OF: that waits for an exclusive lock on the whole table behind any open
-- transaction, and every writer then waits behind it.
create function create_execution_partition(week date) returns void language plpgsql as $$
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

-- A DELETE that names the partition itself does not fire the parent's statement triggers.
create function track_partition_deletions(partition_name text) returns void language plpgsql as $$
begin
	execute format('create or replace trigger track_deletion after delete on %I referencing old table as deleted '
		|| 'for each statement execute function track_execution_deletion()', partition_name);
	execute format('create or replace trigger refuse_truncation before truncate on %I '
		|| 'for each statement execute function refuse_execution_truncation()', partition_name);
end $$;

-- Makes the weekly partitions that hold the days from first_day to last_day. Each is a transaction of its own that
-- gives up after a moment, so that nobody waits behind it, and is tried again. Weeks that retention has dropped get none:
-- what still comes for them stays in the default partition.
create procedure ensure_execution_partitions(first_day date, last_day date) language plpgsql as $$
declare
	week date := date_trunc('week', first_day::timestamp)::date;
	attempt int;
	done boolean;
begin
	while week <= last_day loop
		if to_regclass('agent_executions_' || to_char(week, 'IYYY"w"IW')) is null
				and not exists (select from execution_drops where kept_from >= (week + 7)::timestamp at time zone 'UTC') then
			attempt := 0;
			loop
				attempt := attempt + 1;
				begin
					perform set_config('lock_timeout', '500ms', true);
					perform create_execution_partition(week);
					done := true;
				exception
					when lock_not_available or deadlock_detected then
						if attempt >= 20 then
							raise;
						end if;
						done := false;
				end;
				commit;
				exit when done;
				perform pg_sleep(0.25);
			end loop;
		end if;
		week := week + 7;
	end loop;
end $$;
--rollback drop procedure ensure_execution_partitions(date, date);
--rollback drop function track_partition_deletions(text);
--rollback drop function create_execution_partition(date);

--changeset agent-metrics:default-execution-partition
-- loses nothing: a run that starts outside every partition is stored here
create table agent_executions_default partition of agent_executions default;
-- what lies outside the weeks may have come in any order, years of it: a day of it is found without reading the rest
create index agent_executions_default_by_start on agent_executions_default (execution_start);
-- all of them: weekly partitions outlive a rollback, their triggers do not
select track_partition_deletions(inhrelid::regclass::text) from pg_inherits
	where inhparent = 'agent_executions'::regclass;
--rollback drop table agent_executions_default;

--changeset agent-metrics:first-execution-start splitStatements:false
-- When the first execution started; a security definer, since only their owner may look into the partitions one by one.
-- Start times have no ordered index of their own, so the first partition with rows is
-- found, and in it each agent's first by the index that begins with the agent.
create function first_execution_start() returns timestamptz language plpgsql stable security definer as $$
declare
	partition_name regclass;
	occupied boolean;
	candidate timestamptz;
	earliest timestamptz;
begin
	for partition_name in
		select inhrelid from pg_inherits join pg_class on pg_class.oid = inhrelid
		where inhparent = 'agent_executions'::regclass
		order by pg_get_expr(relpartbound, inhrelid) = 'DEFAULT' desc,
			substring(pg_get_expr(relpartbound, inhrelid) from $re$FROM \('([^']*)'\)$re$)::timestamptz
	loop
		execute format('select exists (select from %s)', partition_name) into occupied;
		if occupied then
			execute format('select min(start) from agents cross join lateral (select execution_start as start from %s '
				|| 'where agent_id = agents.id order by execution_start limit 1) starts', partition_name) into candidate;
			earliest := least(earliest, candidate);
			exit when partition_name <> 'agent_executions_default'::regclass;
		end if;
	end loop;
	return earliest;
end $$;
--rollback drop function first_execution_start();
