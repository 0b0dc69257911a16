--liquibase formatted sql

--changeset agent-metrics:execution-changes-view splitStatements:false
-- a function, since adopt_executions() has to make the view anew
create function make_execution_changes() returns void language plpgsql as $$
begin
	create view execution_changes as
	select agent_id, execution_start as happened, changed_in from agent_executions
	union all
	select agent_id, quarter_hour, changed_in from agent_execution_deletions;
	comment on view execution_changes is 'Every execution and every deletion, with the transaction that wrote it last.';
	comment on column execution_changes.agent_id is 'Whose execution.';
	comment on column execution_changes.happened is
		'When the execution starts; of a deleted one the quarter hour, which lies in its day.';
	comment on column execution_changes.changed_in is 'The transaction that inserted, updated or deleted it last.';
end $$;

do $$
begin
	perform make_execution_changes();
end $$;
--rollback drop view execution_changes;
--rollback drop function make_execution_changes();

--changeset agent-metrics:changed-since-closed splitStatements:false
-- The rule that says whether a stored day still holds. Bodies of this form are bound to their tables when they are made,
-- whatever the caller's search_path.
create function changed_since_closed(changed_in xid8, closed_in pg_snapshot) returns boolean language sql stable
	return not pg_visible_in_snapshot(changed_in, closed_in) and not exists (
		select from aggregation_shards
		group by shards
		having count(*) = shards
			and bool_and(watermark is not null and pg_visible_in_snapshot(changed_in, watermark)));
comment on function changed_since_closed(xid8, pg_snapshot) is
	'Whether a change was seen neither by the run that closed its day, which had that snapshot, nor by a complete run since.';

-- Nothing that was written before this transaction can have changed a closed day. Statements get it as a value: the planner
-- only finds the index on changed_in worth it when it knows the number.
create function unseen_horizon() returns xid8 language sql stable
	return coalesce(
		(select max(lowest) from (
			select min(pg_snapshot_xmin(watermark)) as lowest
			from aggregation_shards
			group by shards
			having count(watermark) = shards) complete),
		(select min(pg_snapshot_xmin(snapshot)) from aggregated_days),
		'0'::xid8);
comment on function unseen_horizon() is
	'The transaction before which nothing was written for which changed_since_closed() could be true.';
--rollback drop function unseen_horizon(); drop function changed_since_closed(xid8, pg_snapshot);
