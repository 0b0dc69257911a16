--liquibase formatted sql

--changeset agent-metrics:tokens-and-costs-of-days
-- Constant defaults: no row is written anew. The executions of days that are stored already told no tokens, costs or releases,
-- so the defaults are right for them.
alter table agent_metrics
	add column token_executions bigint not null default 0,
	add column input_tokens bigint not null default 0,
	add column output_tokens bigint not null default 0,
	add column cached_input_tokens bigint not null default 0,
	add column token_sketch bytea,
	add column cost_executions bigint not null default 0,
	add column cost_usd numeric not null default 0,
	add column cells integer not null default 1,
	add column agent_version text,
	add column environment text;
comment on column agent_metrics.token_executions is
	'Executions that report input or output tokens: what tokens per run are over.';
comment on column agent_metrics.input_tokens is
	'The sum of the input tokens of all executions; 9223372036854775807 when it is not less.';
comment on column agent_metrics.output_tokens is 'Like input_tokens, of the output tokens.';
comment on column agent_metrics.cached_input_tokens is 'Like input_tokens, of the input tokens that came from a cache.';
comment on column agent_metrics.token_sketch is
	'The distribution of the tokens of a run, input and output together, of those that report any; null where none does. Mergeable; see LatencySketch.';
comment on column agent_metrics.cost_executions is 'Executions that report a cost.';
comment on column agent_metrics.cost_usd is 'The sum of the costs in US dollars, exact.';
comment on column agent_metrics.cells is
	'How many different pairs of release and environment the executions have, 1001 when there are more than 1000. 1: the day is itself the only cell. Else its cells are in agent_metric_cells.';
comment on column agent_metrics.agent_version is
	'The release of a day that is a single cell; null if not said, and where there are more cells.';
comment on column agent_metrics.environment is
	'The environment of a day that is a single cell; null if not said, and where there are more cells.';
-- a sketch is already compact: trying to compress it only costs time
alter table agent_metrics alter column token_sketch set storage external;
--rollback alter table agent_metrics drop column environment, drop column agent_version, drop column cells, drop column cost_usd,
--rollback 	drop column cost_executions, drop column token_sketch, drop column cached_input_tokens, drop column output_tokens,
--rollback 	drop column input_tokens, drop column token_executions;

--changeset agent-metrics:agent-metric-cells
-- No foreign key to agent_metrics: it would be asked for each row there that is replaced, which are mostly days of a single
-- cell. Cells come and go in the same transactions as their day.
create table agent_metric_cells (
	agent_id uuid not null references agents,
	metric_date date not null,
	agent_version text,
	environment text,
	other boolean not null default false,
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
	hourly_counts bytea not null,
	latency_sketch bytea not null,
	token_executions bigint not null,
	input_tokens bigint not null,
	output_tokens bigint not null,
	cached_input_tokens bigint not null,
	token_sketch bytea,
	cost_executions bigint not null,
	cost_usd numeric not null,
	unique nulls not distinct (agent_id, metric_date, agent_version, environment, other),
	constraint agent_metric_cells_counts_add_up check (total_executions
		= successful_executions + failed_executions + cancelled_executions + in_progress_executions),
	constraint agent_metric_cells_other_unnamed check (not other or agent_version is null and environment is null)
);
alter table agent_metric_cells
	alter column latency_sketch set storage external,
	alter column token_sketch set storage external;
create index agent_metric_cells_by_date on agent_metric_cells (metric_date);
comment on table agent_metric_cells is
	'Days of agents by release and environment, where a day has more than one of these; together a day''s cells are its row in agent_metrics, and they share its revision. Written by the aggregator alone.';
comment on column agent_metric_cells.agent_id is 'The agent.';
comment on column agent_metric_cells.metric_date is 'The day, in the installation''s zone.';
comment on column agent_metric_cells.agent_version is 'The release; null if not said.';
comment on column agent_metric_cells.environment is 'The environment; null if not said.';
comment on column agent_metric_cells.other is
	'All executions beyond the 49 cells with the most, of whatever release and environment; all of a day with more than 1000 cells.';
comment on column agent_metric_cells.total_executions is 'The executions of the cell, as those in agent_metrics of the day; so are all others.';
comment on column agent_metric_cells.successful_executions is 'Those that are COMPLETED.';
comment on column agent_metric_cells.failed_executions is 'Those that are FAILED or TIMEOUT.';
comment on column agent_metric_cells.cancelled_executions is 'Those that are CANCELLED.';
comment on column agent_metric_cells.in_progress_executions is 'Those that are PENDING or RUNNING.';
comment on column agent_metric_cells.total_errors is 'Those that have an error message.';
comment on column agent_metric_cells.timed_executions is 'Those with a measured time.';
comment on column agent_metric_cells.sum_execution_time_ms is 'The sum of the times; 9223372036854775807 when it is not less.';
comment on column agent_metric_cells.min_execution_time_ms is 'The shortest time; null without one.';
comment on column agent_metric_cells.max_execution_time_ms is 'The longest time; null without one.';
comment on column agent_metric_cells.hourly_counts is 'As in agent_metrics; see unpack_hourly_counts().';
comment on column agent_metric_cells.latency_sketch is 'The distribution of execution times, mergeable; see LatencySketch.';
comment on column agent_metric_cells.token_executions is 'Those that report input or output tokens.';
comment on column agent_metric_cells.input_tokens is 'The sum of the input tokens; 9223372036854775807 when it is not less.';
comment on column agent_metric_cells.output_tokens is 'Like input_tokens, of the output tokens.';
comment on column agent_metric_cells.cached_input_tokens is 'Like input_tokens, of the input tokens that came from a cache.';
comment on column agent_metric_cells.token_sketch is
	'The distribution of the tokens of a run, input and output together, of those that report any; null where none does.';
comment on column agent_metric_cells.cost_executions is 'Those that report a cost.';
comment on column agent_metric_cells.cost_usd is 'The sum of the costs in US dollars, exact.';
--rollback drop table agent_metric_cells;

--changeset agent-metrics:reader-grants-of-cells
insert into reader_grants values ('agent_metric_cells', 'select');
--rollback delete from reader_grants where table_name = 'agent_metric_cells';
