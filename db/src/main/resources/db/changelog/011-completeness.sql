--liquibase formatted sql

--changeset agent-metrics:first-executions splitStatements:false
-- Days with executions begin where the first of them starts. That is noted when an execution is written that starts before
-- all others, so that nobody has to look for it among all agents and partitions.
set local lock_timeout = '5s';
create table first_executions (
	quarter_hour timestamptz not null
);
-- not unique: of two writers who both write the first execution one would wait for the other's transaction
create index first_executions_lowest on first_executions (quarter_hour);
comment on table first_executions is
	'Where the executions begin: the lowest of its rows. One is added whenever an execution starts before all others.';
comment on column first_executions.quarter_hour is
	'Before this no execution starts, and no closed day counts one. Days begin at quarter hours, so it lies in the first day.';
insert into reader_grants values ('first_executions', 'select');

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

do $$
begin
	execute format('alter function first_execution_noted() set search_path = %I, pg_temp', current_schema());
	execute format('alter function note_first_execution() set search_path = %I, pg_temp', current_schema());
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
-- the trigger's lock has waited for everybody who was writing: from here on each row is noted or seen
insert into first_executions
select date_bin('15 minutes', start, '2000-01-01 00:00:00+00') from first_execution_start() as start where start is not null;
--rollback drop trigger note_first_execution on agent_executions;
--rollback drop function renew_first_execution(); drop function note_first_execution(); drop function first_execution_noted();
--rollback drop table first_executions; delete from reader_grants where table_name = 'first_executions';

--changeset agent-metrics:day-bounds
-- who aggregates decides when a day begins and ends; statements are told, and never ask a time zone
alter table aggregated_days
	add column starts_at timestamptz,
	add column ends_at timestamptz,
	add constraint aggregated_days_bounded
		check (starts_at is not null and ends_at is not null and starts_at < ends_at) not valid;
comment on column aggregated_days.starts_at is 'When the day begins in the zone of aggregation_state.';
comment on column aggregated_days.ends_at is 'When the next day begins.';
--rollback alter table aggregated_days drop column starts_at, drop column ends_at;

--changeset agent-metrics:aggregation-ledger
create view aggregation_ledger as
with days as materialized (
	select range_agg(tstzrange(starts_at, ends_at)) filter (where starts_at is not null) as closed,
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
insert into reader_grants values ('aggregation_ledger', 'select');
--rollback delete from reader_grants where table_name = 'aggregation_ledger'; drop view aggregation_ledger;
