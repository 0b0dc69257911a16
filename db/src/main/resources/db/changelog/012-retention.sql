--liquibase formatted sql

--changeset agent-metrics:default-partition-by-start
-- What lies outside the weeks may have come in any order, years of it: a day of it is found without reading the rest.
set local lock_timeout = '5s';
create index agent_executions_default_by_start on agent_executions_default (execution_start);
--rollback drop index agent_executions_default_by_start;

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
insert into reader_grants values ('late_executions', 'select');
--rollback delete from reader_grants where table_name = 'late_executions';
--rollback drop table late_executions; drop table execution_drops;

--changeset agent-metrics:batch-pruning
-- old runs are deleted from Spring Batch's tables, whose foreign keys would else be looked for row by row
create index batch_job_execution_instance on batch_job_execution (job_instance_id);
create index batch_job_execution_params_execution on batch_job_execution_params (job_execution_id);
create index batch_step_execution_execution on batch_step_execution (job_execution_id);
--rollback drop index batch_job_execution_instance; drop index batch_job_execution_params_execution;
--rollback drop index batch_step_execution_execution;
