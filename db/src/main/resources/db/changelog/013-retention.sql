--liquibase formatted sql

--changeset agent-metrics:default-partition-by-start
-- What lies outside the weeks may have come in any order, years of it: a day of it is found without reading the rest.
set local lock_timeout = '5s';
create index agent_executions_default_by_start on agent_executions_default (execution_start);
--rollback drop index agent_executions_default_by_start;
