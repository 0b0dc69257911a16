--liquibase formatted sql

--changeset agent-metrics:aggregation-state
create table aggregation_state (
	singleton boolean primary key default true check (singleton),
	zone text not null,
	system_identifier bigint not null,
	raw_from date
);
comment on table aggregation_state is 'What every stored day rests on; one row, written by the first aggregator run.';
comment on column aggregation_state.zone is 'The time zone in which days begin and end.';
comment on column aggregation_state.system_identifier is
	'The PostgreSQL cluster whose transaction numbers the watermarks hold.';
comment on column aggregation_state.raw_from is
	'The first day whose executions are all still there; null while retention has dropped none.';
--rollback drop table aggregation_state;

--changeset agent-metrics:aggregation-shards
create sequence aggregation_fence;
create table aggregation_shards (
	shards int not null,
	shard int not null,
	fence bigint not null,
	watermark pg_snapshot,
	completed_at timestamptz,
	primary key (shards, shard),
	check (shard >= 0 and shard < shards)
);
comment on table aggregation_shards is 'One row per aggregator process that may run: one without shards, else n.';
comment on column aggregation_shards.fence is
	'Raised by each new run; a run that no longer holds the highest number writes nothing.';
comment on column aggregation_shards.watermark is
	'The snapshot of the last complete run: what it did not see is what the next one has to do.';
--rollback drop table aggregation_shards; drop sequence aggregation_fence;

--changeset agent-metrics:aggregation-runs
create table aggregation_runs (
	shards int not null,
	shard int not null,
	started_at timestamptz not null,
	alive_at timestamptz,
	ended_at timestamptz,
	duration_seconds double precision,
	executions bigint,
	failed boolean,
	reconciliation_failures bigint not null default 0,
	primary key (shards, shard)
);
comment on table aggregation_runs is
	'The last run of each aggregator process that may run; duration, executions and failed are those of the last one that ended.';
comment on column aggregation_runs.alive_at is
	'When the run last said that it is at work, every few seconds; locks would tell as well, but not on a standby.';
comment on column aggregation_runs.ended_at is 'Null while the run that began at started_at is at work, or after it was killed.';
comment on column aggregation_runs.reconciliation_failures is
	'How often, ever, what was read of some days was not what PostgreSQL counted there.';
--rollback drop table aggregation_runs;

--changeset agent-metrics:aggregated-days
create table aggregated_days (
	metric_date date primary key,
	starts_at timestamptz not null,
	ends_at timestamptz not null,
	closed_at timestamptz not null default now(),
	snapshot pg_snapshot not null,
	agents bigint not null,
	total_executions bigint not null,
	successful_executions bigint not null,
	failed_executions bigint not null,
	cancelled_executions bigint not null,
	in_progress_executions bigint not null,
	total_errors bigint not null,
	timed_executions bigint not null,
	sum_execution_time_ms bigint not null,
	min_execution_time_ms bigint,
	max_execution_time_ms bigint,
	hourly_total bigint[] not null,
	hourly_successful bigint[] not null,
	hourly_failed bigint[] not null,
	latency_sketch bytea not null,
	revision bigint not null default 1,
	updated_at timestamptz not null default now(),
	constraint aggregated_days_bounded check (starts_at < ends_at)
);
comment on table aggregated_days is
	'The ledger: one row per closed day, with the totals of all agents; a day without executions has a row too.';
-- who aggregates decides when a day begins and ends; statements are told, and never ask a time zone
comment on column aggregated_days.starts_at is 'When the day begins in the zone of aggregation_state.';
comment on column aggregated_days.ends_at is 'When the next day begins.';
comment on column aggregated_days.sum_execution_time_ms is 'The sum of the times; 9223372036854775807 when it is not less.';
comment on column aggregated_days.snapshot is 'What the run that closed the day could see.';
alter table aggregated_days alter column latency_sketch set storage external;
--rollback drop table aggregated_days;

--changeset agent-metrics:aggregated-day-shards
create table aggregated_day_shards (
	metric_date date not null,
	shards int not null,
	shard int not null,
	snapshot pg_snapshot not null,
	completed_at timestamptz not null default now(),
	primary key (metric_date, shards, shard)
);
comment on table aggregated_day_shards is
	'Shards that are done with a day that is not closed yet; the last of a set closes it.';
--rollback drop table aggregated_day_shards;

--changeset agent-metrics:provisional-days
create table provisional_days (
	metric_date date not null,
	shards int not null,
	shard int not null,
	snapshot pg_snapshot not null,
	aggregated_at timestamptz not null default now(),
	primary key (metric_date, shards, shard)
);
comment on table provisional_days is
	'Days that are not over but have provisional rows: what the last preview could see.';
--rollback drop table provisional_days;

--changeset agent-metrics:agent-shard
-- Which shard an agent belongs to; uuid_hash never changes, because hash partitions rest on it.
create function agent_shard(agent_id uuid, shards int) returns int language sql immutable parallel safe
	return mod(abs(uuid_hash(agent_id)::bigint), shards::bigint)::int;
--rollback drop function agent_shard(uuid, int);

--changeset agent-metrics:first-executions splitStatements:false
-- Days with executions begin where the first of them starts. That is noted when an execution is written that starts before
-- all others, so that nobody has to look for it among all agents and partitions.
create table first_executions (
	quarter_hour timestamptz not null
);
-- not unique: of two writers who both write the first execution one would wait for the other's transaction
create index first_executions_lowest on first_executions (quarter_hour);
comment on table first_executions is
	'Where the executions begin: the lowest of its rows. One is added whenever an execution starts before all others.';
comment on column first_executions.quarter_hour is
	'Before this no execution starts, and no closed day counts one. Days begin at quarter hours, so it lies in the first day.';

-- PostgreSQL asks an immutable function once per statement, not once per row. What it knows then may be too late, never too
-- early: what it sees is committed, or written by the same transaction, and taken away only while nobody writes.
create function first_execution_noted() returns timestamptz language plpgsql immutable security definer as $$
begin
	return coalesce((select min(quarter_hour) from first_executions), 'infinity');
end $$;

create function note_first_execution() returns trigger language plpgsql security definer as $$
declare
	starts constant timestamptz := date_bin('15 minutes', new.execution_start, '2000-01-01 00:00:00+00');
begin
	insert into first_executions
	select starts where not exists (select from first_executions where quarter_hour <= starts);
	return new;
end $$;

-- Executions that are deleted leave their row. Where the lowest has neither an execution nor a closed day that counts one,
-- what the executions begin with now takes its place, and the days before that, all of them empty, are forgotten. Whoever
-- writes has relied on a row, and is waited for; if that takes long, the next call does it.
create function renew_first_execution() returns void language plpgsql as $$
declare
	noted constant timestamptz := (select min(quarter_hour) from first_executions);
	counted timestamptz := (
		select starts_at from aggregated_days where total_executions > 0 order by metric_date limit 1);
	first timestamptz;
begin
	if noted is null or counted <= noted or exists (
			select from agent_executions
			where execution_start >= noted and execution_start < noted + interval '15 minutes') then
		return;
	end if;
	begin
		perform set_config('lock_timeout', '500ms', true);
		lock table agent_executions in share row exclusive mode;
	exception
		when lock_not_available then
			return;
	end;
	first := least(date_bin('15 minutes', first_execution_start(), '2000-01-01 00:00:00+00'), counted);
	delete from first_executions where first is null or quarter_hour < first;
	insert into first_executions
	select first where first is not null and not exists (select from first_executions where quarter_hour <= first);
	delete from aggregated_days where ends_at <= first;
end $$;

create trigger note_first_execution before insert on agent_executions
	for each row when (new.execution_start < first_execution_noted()) execute function note_first_execution();
-- Executions outlive a rollback. The trigger's lock has waited for everybody who was writing: from here on each row is
-- noted or seen.
insert into first_executions
select date_bin('15 minutes', start, '2000-01-01 00:00:00+00') from first_execution_start() as start where start is not null;
--rollback drop trigger note_first_execution on agent_executions;
--rollback drop function renew_first_execution(); drop function note_first_execution(); drop function first_execution_noted();
--rollback drop table first_executions;

--changeset agent-metrics:functions-with-a-search-path splitStatements:false
--comment: the schema's name is known only when this runs; the trigger that runs for every row names everything in full instead, which is faster (decision 25)
-- Those that writers fire once for a statement, that people call, or that run as their owner. What they do depends on no
-- caller's search_path.
do $$
declare
	function_name text;
begin
	foreach function_name in array array['track_execution_deletion()', 'refuse_execution_truncation()',
			'unpack_hourly_counts(bytea)', 'first_execution_start()', 'first_execution_noted()', 'note_first_execution()'] loop
		execute format('alter function %s set search_path = %I, pg_temp', function_name, current_schema());
	end loop;
end $$;
--rollback alter function track_execution_deletion() reset search_path;
--rollback alter function refuse_execution_truncation() reset search_path;
--rollback alter function unpack_hourly_counts(bytea) reset search_path;
--rollback alter function first_execution_start() reset search_path;
--rollback alter function first_execution_noted() reset search_path;
--rollback alter function note_first_execution() reset search_path;

--changeset agent-metrics:aggregation-ledger
create view aggregation_ledger as
with days as materialized (
	select range_agg(tstzrange(starts_at, ends_at)) as closed,
		coalesce(bit_xor(hashint8extended(revision, metric_date - '2000-01-01'::date))
			# hashint8extended(count(*), (extract(epoch from max(updated_at)) * 1000000)::bigint), 0) as revision
	from aggregated_days
)
select coalesce(state.zone, 'UTC') as zone, state.raw_from, first.start as first_start, days.closed,
	-- before the first execution there is nothing to miss, and before raw_from retention has seen to it that nothing is
	(select metric_date from aggregated_days
		where ends_at = (
			select upper(run) from unnest(days.closed) as run
			where lower(run) <= coalesce(
				(select max(starts_at) from aggregated_days where metric_date <= state.raw_from), first.start,
				lower(days.closed))
			order by run desc limit 1)) as aggregated_through,
	days.revision
from days
cross join (select min(quarter_hour) as start from first_executions) first
left join aggregation_state state on true;
comment on view aggregation_ledger is 'How far the aggregator has come; one row, also before its first run.';
comment on column aggregation_ledger.zone is 'The time zone in which days begin and end.';
comment on column aggregation_ledger.raw_from is 'The first day whose executions are all still there; null while none have been dropped.';
comment on column aggregation_ledger.first_start is 'The quarter hour in which executions begin.';
comment on column aggregation_ledger.closed is 'The time of all closed days: a range for each unbroken run of them.';
comment on column aggregation_ledger.aggregated_through is
	'The last day up to which all days are closed from the first with executions on; null while that is not.';
comment on column aggregation_ledger.revision is 'Another number whenever a closed day has come, gone or changed.';
--rollback drop view aggregation_ledger;

--changeset agent-metrics:execution-drops
create table execution_drops (
	kept_from timestamptz primary key,
	snapshot pg_snapshot not null,
	dropped_at timestamptz not null default now()
);
comment on table execution_drops is 'One row per week of executions that retention has dropped.';
comment on column execution_drops.kept_from is
	'Where the first day begins whose executions were kept; the week lies before it and after the kept_from before.';
comment on column execution_drops.snapshot is
	'What the drop could see, all of it aggregated before: what it did not see came too late to be.';

create table late_executions (
	agent_id uuid not null,
	metric_date date not null,
	executions bigint not null check (executions > 0),
	primary key (agent_id, metric_date)
);
comment on table late_executions is
	'Executions that came or changed after their day''s executions had been dropped, as the last run of the aggregator found them.';
comment on column late_executions.executions is 'They are kept in agent_executions, and no metric counts them.';
--rollback drop table late_executions; drop table execution_drops;

--changeset agent-metrics:replayed-until splitStatements:false
-- Up to when the database knows what was committed: on a primary, and on a standby that is connected and has replayed
-- all that it received, now; on any other standby the last commit that it has replayed.
create function replayed_until() returns timestamptz language sql stable
	return case
		when not pg_is_in_recovery() then now()
		when pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() and exists (select from pg_stat_wal_receiver) then now()
		-- it has replayed no commit since it was started: what its last checkpoint had it has
		else coalesce(pg_last_xact_replay_timestamp(), (select checkpoint_time from pg_control_checkpoint()))
	end;
comment on function replayed_until() is
	'Up to when this database knows what was committed: now on a primary, the last replayed commit on a standby that lags.';
--rollback drop function replayed_until();
