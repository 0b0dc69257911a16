--liquibase formatted sql

--changeset agent-metrics:retired-agents
-- Null without a default: no row is written anew, and a short lock is all it takes.
alter table agents add column retired_at timestamptz;
comment on column agents.retired_at is
	'When the agent was retired; null while it runs. Set and cleared by whoever writes agents. A retired agent leaves lists, rankings, health and objectives; what it has done stays.';
--rollback alter table agents drop column retired_at;
