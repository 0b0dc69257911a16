--liquibase formatted sql

--changeset agent-metrics:executions-unexplained
-- failures without a message are grouped by their type: found without reading the other runs
create index if not exists agent_executions_unexplained on agent_executions (agent_id, execution_start)
	where error_message is null and status in ('FAILED', 'TIMEOUT');
comment on table agent_error_groups is
	'Per agent and day the 100 most frequent groups of errors, by message or type, and one for all others.';
--rollback drop index agent_executions_unexplained;
