--liquibase formatted sql

--changeset agent-metrics:restored-elsewhere splitStatements:false
-- Whether the database has transaction numbers of another PostgreSQL cluster: it was restored from a dump, or in part
-- from one, or replicated. The first finds all of it, the second numbers that this cluster has not given out yet.
create function is_restored_elsewhere() returns boolean language sql stable as $$
	select exists (
		select from (
			select system_identifier from aggregation_state
			union all
			select system_identifier from exposition_position) stored
		where system_identifier <> (select system_identifier from pg_control_system()))
$$;

create function is_ahead_of_cluster() returns boolean language sql stable as $$
	select exists (
		select from (
			(select changed_in from agent_executions order by changed_in desc limit 1)
			union all
			(select finished_in from agent_executions where finished_in is not null order by finished_in desc limit 1)
			union all
			(select changed_in from agent_execution_deletions order by changed_in desc limit 1)
			union all
			select pg_snapshot_xmax(watermark) from aggregation_shards where watermark is not null
			union all
			select pg_snapshot_xmax(snapshot) from aggregated_days
			union all
			select pg_snapshot_xmax(seen) from exposition_position) stored (number)
		where number > pg_snapshot_xmax(pg_current_snapshot()))
$$;
--rollback drop function is_ahead_of_cluster(); drop function is_restored_elsewhere();

--changeset agent-metrics:adopt-executions splitStatements:false
-- Whether an execution that has a number of this cluster's has it from this cluster; for adopt_executions() alone, which
-- lists them.
create function is_own_execution(id uuid, execution_start timestamptz) returns boolean language plpgsql stable as $$
begin
	return exists (select from pg_temp.own_executions own
		where own.id = is_own_execution.id and own.execution_start = is_own_execution.execution_start);
end $$;

-- Whether an execution came or changed after its week had been dropped.
create function is_late_execution(execution_start timestamptz, changed_in xid8) returns boolean language plpgsql stable as $$
begin
	return not coalesce(pg_visible_in_snapshot(changed_in, (
		select snapshot from execution_drops where kept_from > is_late_execution.execution_start
		order by kept_from limit 1)), true);
end $$;

-- Gives executions with transaction numbers of another cluster numbers of this one. Theirs would be new for ever, or seen
-- already where this cluster is ahead. What was counted for Prometheus stays counted, and what was not is counted next;
-- what came too late to be aggregated stays so. All else is to be aggregated anew. The tables are written anew, since an
-- UPDATE would be refused for rows that predate the rules. Nobody else can read or write executions meanwhile.
create function adopt_executions() returns boolean language plpgsql as $$
declare
	-- older than all transactions that a snapshot of this cluster does not see
	oldest constant text := '3';
	sees_the_oldest_only constant pg_snapshot := '4:4:';
	this_one constant xid8 := pg_current_xact_id();
	elsewhere constant boolean := is_restored_elsewhere();
	ahead xid8;
	counted pg_snapshot;
	restored_age int;
	own text;
begin
	if not elsewhere and not is_ahead_of_cluster() then
		return false;
	end if;
	lock table agent_executions, agent_execution_deletions, exposition_position in access exclusive mode;
	ahead := pg_snapshot_xmax(pg_current_snapshot());
	select seen into counted from exposition_position
		where pg_snapshot_xmax(seen) > ahead
			or system_identifier <> (select system_identifier from pg_control_system());
	if elsewhere then
		-- This cluster may have given out the same numbers. But its rows were written after its triggers were made, which a
		-- restore does at its end, and after the position came.
		select min(restored) into restored_age from (
			select age(xmin) from pg_trigger where tgrelid = 'agent_executions'::regclass and tgname = 'track_change'
			union all
			select age(xmin) from exposition_position) ages (restored);
		create temporary table own_executions on commit drop as
			select id, execution_start from agent_executions where age(xmin) < restored_age;
		create index on own_executions (id);
		own := case when exists (select from own_executions)
			then format('changed_in < %L and is_own_execution(id, execution_start)', ahead) else 'false' end;
	else
		own := format('changed_in < %L and coalesce(finished_in < %1$L, true)', ahead);
	end if;
	-- what is in progress again is counted when it has ended, unless it was inserted anew
	delete from exposition_reopened reopened where not exists (
		select from agent_executions execution
		where execution.id = reopened.id and execution.execution_start = reopened.execution_start
			and execution.finished_in = reopened.finished_in);
	-- no column that a view shows can be written anew
	drop view execution_changes;
	-- IS FALSE in there: "unrecognized node type", since PostgreSQL analyses it twice
	execute format($alter$
		alter table agent_executions
			alter column changed_in type xid8 using case when %1$s then changed_in
				when is_late_execution(execution_start, changed_in) then %2$L else %3$L::xid8 end,
			alter column finished_in type xid8 using case when finished_in is null or %1$s then finished_in
				when not coalesce(pg_visible_in_snapshot(finished_in, %4$L), true) then %2$L else %3$L::xid8 end
		$alter$, own, this_one, oldest, counted);
	perform make_execution_changes();
	perform grant_to_reader();
	update exposition_reopened reopened set finished_in = execution.finished_in
		from agent_executions execution
		where execution.id = reopened.id and execution.execution_start = reopened.execution_start;
	delete from agent_execution_deletions;
	update execution_drops
		set snapshot = case when elsewhere then sees_the_oldest_only else format('%s:%1$s:', this_one)::pg_snapshot end
		where elsewhere or pg_snapshot_xmax(snapshot) > ahead;
	update exposition_position
		set seen = case when elsewhere then sees_the_oldest_only else format('%s:%1$s:', this_one)::pg_snapshot end,
			system_identifier = (select system_identifier from pg_control_system())
		where counted is not null;
	return true;
end $$;
--rollback drop function adopt_executions(); drop function is_late_execution(timestamptz, xid8);
--rollback drop function is_own_execution(uuid, timestamptz);
