--liquibase formatted sql

--changeset agent-metrics:agent-metrics
create table agent_metrics (
	id uuid primary key default gen_random_uuid(),
	agent_id uuid not null references agents,
	metric_date date not null,
	total_executions bigint not null,
	successful_executions bigint not null,
	failed_executions bigint not null,
	cancelled_executions bigint not null,
	in_progress_executions bigint not null,
	total_errors bigint not null,
	success_rate double precision not null,
	error_rate double precision not null,
	timed_executions bigint not null,
	sum_execution_time_ms bigint not null,
	avg_execution_time_ms double precision,
	min_execution_time_ms bigint,
	max_execution_time_ms bigint,
	p50_execution_time_ms bigint,
	p95_execution_time_ms bigint,
	p99_execution_time_ms bigint,
	hourly_total bigint[] not null,
	hourly_successful bigint[] not null,
	hourly_failed bigint[] not null,
	latency_sketch bytea not null,
	revision bigint not null default 1,
	provisional boolean not null default false,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	unique (agent_id, metric_date),
	constraint agent_metrics_counts_add_up check (total_executions
		= successful_executions + failed_executions + cancelled_executions + in_progress_executions)
);
comment on table agent_metrics is 'One row per agent and day with executions; written by the aggregator alone.';
comment on column agent_metrics.success_rate is 'Percent of successful + failed executions; 0 when there are none.';
comment on column agent_metrics.timed_executions is 'Executions with a measured time: what times and percentiles are over.';
comment on column agent_metrics.hourly_total is 'Executions by hour of the local day: 23, 24 or 25 values; null where there are none, which takes no room.';
comment on column agent_metrics.latency_sketch is 'The distribution of execution times, mergeable; see LatencySketch.';
comment on column agent_metrics.revision is 'Grows with each change of the row, so that caches and tests can tell.';
comment on column agent_metrics.provisional is 'The day is not over or not closed: the row is a preview.';
-- a sketch is already compact: trying to compress it only costs time
alter table agent_metrics alter column latency_sketch set storage external;
create index agent_metrics_by_date on agent_metrics (metric_date);
--rollback drop table agent_metrics;

--changeset agent-metrics:agent-error-groups
create table agent_error_groups (
	agent_id uuid not null references agents,
	metric_date date not null,
	fingerprint text not null,
	masking_version smallint not null,
	example text not null,
	occurrences bigint not null check (occurrences > 0),
	first_seen timestamptz not null,
	last_seen timestamptz not null,
	primary key (agent_id, metric_date, fingerprint, masking_version)
);
comment on table agent_error_groups is
	'Per agent and day the 100 most frequent groups of error messages and one for all others.';
create index agent_error_groups_by_date on agent_error_groups (metric_date);
--rollback drop table agent_error_groups;
