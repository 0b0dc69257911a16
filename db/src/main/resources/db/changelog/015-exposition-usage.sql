--liquibase formatted sql

--changeset agent-metrics:exposition-usage
create table exposition_usage (
	agent_id text not null references exposition_totals on delete cascade,
	agent_version text not null,
	input_tokens bigint not null,
	output_tokens bigint not null,
	cached_input_tokens bigint not null,
	cost_usd numeric not null,
	updated_at timestamptz not null default now(),
	primary key (agent_id, agent_version)
);
alter table exposition_usage set (fillfactor = 50);
comment on table exposition_usage is
	'The tokens and costs of what exposition_totals counts; moves with exposition_position, too.';
comment on column exposition_usage.agent_version is
	'The release; empty for what was counted without telling releases apart, other for all that have no time series of their own.';
comment on column exposition_usage.input_tokens is 'The sum of the input tokens; 9223372036854775807 when it is not less.';
comment on column exposition_usage.output_tokens is 'Like input_tokens, of the output tokens.';
comment on column exposition_usage.cached_input_tokens is 'Like input_tokens, of the input tokens that came from a cache.';
comment on column exposition_usage.cost_usd is 'The sum of the costs in US dollars, exact.';
comment on column exposition_usage.updated_at is 'When something was last added.';
--rollback drop table exposition_usage;

--changeset agent-metrics:reader-grants-of-exposition-usage
insert into reader_grants values ('exposition_usage', 'select, insert, update, delete');
--rollback delete from reader_grants where table_name = 'exposition_usage';
