--liquibase formatted sql

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

--changeset agent-metrics:exposition-reopened
create table exposition_reopened (
	id uuid not null,
	execution_start timestamptz not null,
	finished_in xid8 not null,
	primary key (id, execution_start)
);
comment on table exposition_reopened is
	'Executions that had ended, but were in progress again when their end was to be counted for Prometheus: they count when they have ended again.';
comment on column exposition_reopened.id is 'The execution''s id.';
comment on column exposition_reopened.execution_start is 'The execution''s start.';
comment on column exposition_reopened.finished_in is
	'The execution''s finished_in: another one has been inserted anew since, and counts by itself.';
--rollback drop table exposition_reopened;
