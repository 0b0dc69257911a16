--liquibase formatted sql

--changeset agent-metrics:annotations
-- How long one lasts is bounded, so that those of a window are found by when they began.
create table annotations (
	id uuid primary key default gen_random_uuid(),
	kind text not null,
	starts_at timestamptz not null default now(),
	ends_at timestamptz,
	text text not null,
	agent_id uuid references agents on delete cascade,
	environment text,
	link text,
	constraint annotations_kind_known check (kind in ('DEPLOYMENT', 'INCIDENT', 'NOTE')),
	constraint annotations_start_bounded
		check (starts_at >= '2000-01-01 00:00:00+00' and starts_at < '2100-01-01 00:00:00+00'),
	constraint annotations_end_bounded check (ends_at >= starts_at and ends_at <= starts_at + interval '744 hours'),
	constraint annotations_text_bounded check (text ~ '\S' and length(text) <= 500),
	constraint annotations_environment_bounded check (environment ~ '\S' and length(environment) <= 200),
	constraint annotations_link_bounded check (link ~ '^https?://[^/\s]\S*$' and length(link) <= 2000)
);
create index annotations_by_start on annotations (starts_at, id);
create index annotations_by_agent on annotations (agent_id, starts_at, id);
comment on table annotations is
	'What happened that executions do not tell of, such as deployments and incidents; shown beside the metrics of that time. Written by whoever knows of it.';
comment on column annotations.id is 'Identifies it.';
comment on column annotations.kind is 'DEPLOYMENT, INCIDENT or NOTE.';
comment on column annotations.starts_at is 'When it happened or began, from 2000 to 2099.';
comment on column annotations.ends_at is
	'When it was over, up to 31 days later. Null for what took no time; an incident without it goes on, for 31 days at most.';
comment on column annotations.text is 'What to show of it, up to 500 characters.';
comment on column annotations.agent_id is 'The agent that it is about; null for all agents.';
comment on column annotations.environment is 'Where it happened, as executions name it; null for everywhere.';
comment on column annotations.link is 'Where more of it can be seen, an address with http or https; null if nowhere.';
--rollback drop table annotations;

--changeset agent-metrics:grants-of-annotations
insert into reader_grants values ('annotations', 'select');
insert into writer_grants values ('annotations', 'select, insert, update, delete');
--rollback delete from writer_grants where table_name = 'annotations';
--rollback delete from reader_grants where table_name = 'annotations';
