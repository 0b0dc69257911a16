--liquibase formatted sql

--changeset agent-metrics:agents
create table agents (
	id uuid primary key default gen_random_uuid(),
	name text not null check (name ~ '\S'),
	created_at timestamptz not null default now()
);
comment on table agents is 'The agents whose executions are measured; written by the agent platform.';
--rollback drop table agents;

--changeset agent-metrics:agent-executions
create table agent_executions (
	id uuid not null default gen_random_uuid(),
	agent_id uuid not null references agents,
	user_id uuid not null,
	input_data jsonb,
	status text not null,
	execution_start timestamptz not null,
	execution_end timestamptz,
	execution_time_ms bigint,
	error_type text,
	error_message text,
	changed_in xid8 not null default pg_current_xact_id(),
	finished_in xid8,
	primary key (id, execution_start),
	constraint agent_executions_status_known
		check (status in ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED')),
	constraint agent_executions_start_plausible
		check (execution_start >= '2000-01-01 00:00:00+00' and execution_start < 'infinity'),
	constraint agent_executions_end_after_start check (execution_end >= execution_start),
	constraint agent_executions_time_not_negative check (execution_time_ms >= 0)
) partition by range (execution_start);
comment on table agent_executions is
	'One row per run of an agent; written by the agent platform, read by the aggregator and the API.';
comment on column agent_executions.execution_end is
	'When the run ended; null while unknown, also where the platform said that it was before the start.';
comment on column agent_executions.execution_time_ms is
	'How long the run took as the platform measured it, else from its start to its end, in milliseconds; null while unknown.';
comment on column agent_executions.changed_in is
	'The transaction that last wrote the row: what a snapshot did not see is exactly what is new since.';
comment on column agent_executions.finished_in is
	'The transaction in which the row first had a terminal status: counts each run once, whatever happens later.';

-- covering: the statistics of one agent over a window are an index-only scan
create index agent_executions_by_agent on agent_executions (agent_id, execution_start)
	include (status, execution_time_ms);
-- failures are few: their messages are found without reading the other runs
create index agent_executions_errors on agent_executions (agent_id, execution_start)
	where error_message is not null;
create index agent_executions_changed on agent_executions (changed_in);
-- rows arrive in the order of their start: a day's rows are neighbours, so a tiny index finds them
create index agent_executions_by_start on agent_executions
	using brin (execution_start) with (pages_per_range = 32, autosummarize = on);
-- few executions are in progress: those that do not end are found without reading the others
create index agent_executions_in_progress on agent_executions (agent_id, execution_start)
	where status in ('PENDING', 'RUNNING');
-- whoever counts finished executions in write order goes on where it stopped
create index agent_executions_finished on agent_executions (finished_in) where finished_in is not null;
-- failures without a message are grouped by their type: found without reading the other runs
create index agent_executions_unexplained on agent_executions (agent_id, execution_start)
	where error_message is null and status in ('FAILED', 'TIMEOUT');
--rollback drop table agent_executions;

--changeset agent-metrics:execution-changes splitStatements:false
-- What a trigger does depends on nobody's search_path: a writer's may lack this schema, or have another's functions and
-- operators of the same names in front. This one is for each row, and SET would make inserting half as slow again.
create function track_execution_change() returns trigger language plpgsql as $$
begin
	if tg_op operator(pg_catalog.=) 'UPDATE' then
		if new.agent_id operator(pg_catalog.<>) old.agent_id
				or new.execution_start operator(pg_catalog.<>) old.execution_start then
			raise exception 'agent_id and execution_start of an execution never change'
				using errcode = 'integrity_constraint_violation',
					hint = 'Delete the execution and insert it anew.';
		end if;
		new.finished_in := old.finished_in;
	else
		new.finished_in := null;
	end if;
	new.changed_in := pg_catalog.pg_current_xact_id();
	if new.finished_in is null and new.status operator(pg_catalog.=) any
			(array['COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED']::pg_catalog.text[]) then
		new.finished_in := new.changed_in;
	end if;
	return new;
end $$;
create trigger track_change before insert or update on agent_executions
	for each row execute function track_execution_change();
--rollback drop trigger track_change on agent_executions; drop function track_execution_change();

--changeset agent-metrics:execution-deletions splitStatements:false
-- A deleted row cannot carry changed_in, so its place in time is kept here. Quarter hours are enough: every zone's
-- midnight falls on one.
create table agent_execution_deletions (
	agent_id uuid not null,
	quarter_hour timestamptz not null,
	changed_in xid8 not null default pg_current_xact_id()
);
create index agent_execution_deletions_changed on agent_execution_deletions (changed_in);

create function track_execution_deletion() returns trigger language plpgsql as $$
begin
	insert into agent_execution_deletions (agent_id, quarter_hour)
	select distinct agent_id, date_bin('15 minutes', execution_start, '2000-01-01 00:00:00+00') from deleted;
	return null;
end $$;
create trigger track_deletion after delete on agent_executions
	referencing old table as deleted
	for each statement execute function track_execution_deletion();

create function refuse_execution_truncation() returns trigger language plpgsql as $$
begin
	raise exception 'executions cannot be truncated, because that cannot be tracked'
		using errcode = 'feature_not_supported', hint = 'Use DELETE.';
end $$;
create trigger refuse_truncation before truncate on agent_executions
	for each statement execute function refuse_execution_truncation();
--rollback drop function refuse_execution_truncation() cascade;
--rollback drop function track_execution_deletion() cascade;
--rollback drop table agent_execution_deletions;
