--liquibase formatted sql

--changeset agent-metrics:first-execution-for-readers splitStatements:false
-- it looks into the partitions one by one, which only their owner may
do $$
begin
	alter function first_execution_start() security definer;
	execute format('alter function first_execution_start() set search_path = %I, pg_temp', current_schema());
end $$;
--rollback alter function first_execution_start() security invoker; alter function first_execution_start() reset search_path;
