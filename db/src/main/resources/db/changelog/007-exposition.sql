--liquibase formatted sql

--changeset agent-metrics:executions-finished
-- whoever counts finished executions in write order goes on where it stopped
create index agent_executions_finished on agent_executions (finished_in) where finished_in is not null;
--rollback drop index agent_executions_finished;

--changeset agent-metrics:exposition
create table exposition_position (
	singleton boolean primary key default true check (singleton),
	seen pg_snapshot not null,
	caught_up_at timestamptz not null,
	system_identifier bigint not null
);
comment on table exposition_position is
	'How far finished executions are counted for Prometheus; one row, written by the replica of the API that publishes.';
comment on column exposition_position.seen is 'Every finished execution that this snapshot sees is counted, no other is.';
comment on column exposition_position.caught_up_at is 'When there last was none left to count.';
comment on column exposition_position.system_identifier is 'The PostgreSQL cluster whose transaction numbers the snapshot holds.';

create table exposition_totals (
	agent_id text primary key,
	completed bigint not null,
	failed bigint not null,
	timed_out bigint not null,
	cancelled bigint not null,
	duration_buckets bigint[] not null,
	duration_sum_ms double precision not null,
	updated_at timestamptz not null default now()
);
comment on table exposition_totals is
	'What has been counted up to exposition_position; moves with it in one transaction, so that no replica loses or doubles a run.';
comment on column exposition_totals.agent_id is 'An agent with time series of its own, or other: all agents without.';
comment on column exposition_totals.duration_buckets is 'Timed executions per bucket of the histogram, not cumulated; the last has no upper bound.';

create table exposition_errors (
	agent_id text not null references exposition_totals on delete cascade,
	error_type text not null,
	failed bigint not null,
	primary key (agent_id, error_type)
);
comment on table exposition_errors is 'Failed executions per error type, like exposition_totals.';

create table exposition_recent (
	minute timestamptz not null,
	agent_id text not null references exposition_totals on delete cascade,
	successful bigint not null,
	failed bigint not null,
	primary key (minute, agent_id)
);
comment on table exposition_recent is 'Runs by the minute in which they were counted, as far back as the success rate reaches.';

-- few rows that change every second: with room on its page a new version needs no index entry
alter table exposition_position set (fillfactor = 50);
alter table exposition_totals set (fillfactor = 50);
alter table exposition_errors set (fillfactor = 50);
alter table exposition_recent set (fillfactor = 50);
--rollback drop table exposition_position; drop table exposition_recent; drop table exposition_errors; drop table exposition_totals;

--changeset agent-metrics:aggregation-runs
create table aggregation_runs (
	shards int not null,
	shard int not null,
	started_at timestamptz not null,
	ended_at timestamptz,
	duration_seconds double precision,
	executions bigint,
	failed boolean,
	reconciliation_failures bigint not null default 0,
	primary key (shards, shard)
);
comment on table aggregation_runs is
	'The last run of each aggregator process that may run; duration, executions and failed are those of the last one that ended.';
comment on column aggregation_runs.ended_at is 'Null while the run that began at started_at is at work, or after it was killed.';
comment on column aggregation_runs.reconciliation_failures is
	'How often, ever, what was read of some days was not what PostgreSQL counted there.';
--rollback drop table aggregation_runs;
