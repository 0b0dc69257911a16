--liquibase formatted sql

--changeset agent-metrics:in-progress-executions
-- few executions are in progress: those that do not end are found without reading the others
create index agent_executions_in_progress on agent_executions (agent_id, execution_start)
	where status in ('PENDING', 'RUNNING');
--rollback drop index agent_executions_in_progress;
