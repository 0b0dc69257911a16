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

--changeset agent-metrics:aggregated-days
create table aggregated_days (
	metric_date date primary key,
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
	updated_at timestamptz not null default now()
);
comment on table aggregated_days is
	'The ledger: one row per closed day, with the totals of all agents; a day without executions has a row too.';
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
