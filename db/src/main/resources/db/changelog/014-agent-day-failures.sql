--liquibase formatted sql

--changeset agent-metrics:agent-day-failures
create table agent_day_failures (
	agent_id uuid not null references agents on delete cascade,
	metric_date date not null,
	reason text not null,
	program text not null,
	snapshot pg_snapshot not null,
	first_failed_at timestamptz not null default now(),
	last_failed_at timestamptz not null default now(),
	primary key (agent_id, metric_date)
);
comment on table agent_day_failures is
	'Agents'' days that could not be aggregated: their day is closed without them. A row goes when its agent''s day succeeds.';
comment on column agent_day_failures.agent_id is 'The agent.';
comment on column agent_day_failures.metric_date is 'The day, in the installation''s zone.';
comment on column agent_day_failures.reason is 'What went wrong, for the operator.';
comment on column agent_day_failures.program is 'The version of the aggregator that failed; another one tries again.';
comment on column agent_day_failures.snapshot is 'What the run that failed could see.';
comment on column agent_day_failures.first_failed_at is 'When it failed first.';
comment on column agent_day_failures.last_failed_at is 'When it failed last.';
create index agent_day_failures_by_date on agent_day_failures (metric_date);
insert into reader_grants values ('agent_day_failures', 'select');
--rollback delete from reader_grants where table_name = 'agent_day_failures'; drop table agent_day_failures;

--changeset agent-metrics:saturated-sums
comment on column agent_metrics.success_rate is
	'Percent of successful + failed executions with two decimals, 0 and 100 only for none and all; 0 when there are none.';
comment on column agent_metrics.error_rate is 'Like success_rate, of the failed executions.';
comment on column agent_metrics.sum_execution_time_ms is 'The sum of the times; 9223372036854775807 when it is not less.';
comment on column agent_metrics.avg_execution_time_ms is
	'The sum by the number of timed executions; null when there are none, or the sum says only that it is not less.';
comment on column aggregated_days.sum_execution_time_ms is 'The sum of the times; 9223372036854775807 when it is not less.';
--rollback comment on column agent_metrics.error_rate is null;
