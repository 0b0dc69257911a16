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
	hourly_counts bytea not null,
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
comment on column agent_metrics.success_rate is
	'Percent of successful + failed executions with two decimals, 0 and 100 only for none and all; 0 when there are none.';
comment on column agent_metrics.error_rate is 'Like success_rate, of the failed executions.';
comment on column agent_metrics.timed_executions is 'Executions with a measured time: what times and percentiles are over.';
comment on column agent_metrics.sum_execution_time_ms is 'The sum of the times; 9223372036854775807 when it is not less.';
comment on column agent_metrics.avg_execution_time_ms is
	'The sum by the number of timed executions; null when there are none, or the sum says only that it is not less.';
comment on column agent_metrics.hourly_counts is
	'For each hour of the local day with executions: hour from 0, total, successful, failed, in LEB128; see unpack_hourly_counts().';
comment on column agent_metrics.latency_sketch is 'The distribution of execution times, mergeable; see LatencySketch.';
comment on column agent_metrics.revision is 'Grows with each change of the row, so that caches and tests can tell.';
comment on column agent_metrics.provisional is 'The day is not over or not closed: the row is a preview.';
-- a sketch is already compact: trying to compress it only costs time
alter table agent_metrics alter column latency_sketch set storage external;
create index agent_metrics_by_date on agent_metrics (metric_date);
--rollback drop table agent_metrics;

--changeset agent-metrics:unpack-hourly-counts splitStatements:false
create function unpack_hourly_counts(packed bytea)
returns table (hour integer, total bigint, successful bigint, failed bigint)
language plpgsql immutable strict parallel safe rows 10 as $$
declare
	byte int;
	value bigint := 0;
	shift int := 0;
	which int := 0;
begin
	for at in 0 .. length(packed) - 1 loop
		if shift = 63 then
			raise exception 'A number of the hourly counts % has more than 63 bits', packed using errcode = 'data_exception';
		end if;
		byte := get_byte(packed, at);
		value := value | ((byte & 127)::bigint << shift);
		if byte > 127 then
			shift := shift + 7;
		else
			case which
				when 0 then hour := value;
				when 1 then total := value;
				when 2 then successful := value;
				when 3 then
					failed := value;
					return next;
			end case;
			which := (which + 1) % 4;
			value := 0;
			shift := 0;
		end if;
	end loop;
	if which > 0 or shift > 0 then
		raise exception 'The hourly counts % end within an hour', packed using errcode = 'data_exception';
	end if;
end $$;
comment on function unpack_hourly_counts(bytea) is
	'The hours of agent_metrics.hourly_counts: select metric_date, h.* from agent_metrics, unpack_hourly_counts(hourly_counts) h.';
--rollback drop function unpack_hourly_counts(bytea);

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
	'Per agent and day the 100 most frequent groups of errors, by message or type, and one for all others.';
create index agent_error_groups_by_date on agent_error_groups (metric_date);
--rollback drop table agent_error_groups;

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
--rollback drop table agent_day_failures;
