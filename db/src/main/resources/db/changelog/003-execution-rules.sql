--liquibase formatted sql

--changeset agent-metrics:execution-bounds
-- Not valid, like every rule that executions get: those that are stored already may lie outside. Whoever writes one of them
-- anew has to mend it.
alter table agent_executions
	add constraint agent_executions_start_bounded check (execution_start < '2100-01-01 00:00:00+00') not valid,
	add constraint agent_executions_end_bounded check (execution_end < '2110-01-01 00:00:00+00') not valid,
	-- ten years of 365.25 days
	add constraint agent_executions_time_bounded check (execution_time_ms <= 315576000000) not valid;
--rollback alter table agent_executions drop constraint agent_executions_start_bounded,
--rollback 	drop constraint agent_executions_end_bounded, drop constraint agent_executions_time_bounded;

--changeset agent-metrics:execution-times splitStatements:false
-- Gives an execution that ended without a time the one from its start to its end.
create function time_execution() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	-- what was the time to another end is not the time to this one
	if tg_op = 'UPDATE' and new.execution_end is distinct from old.execution_end and isfinite(old.execution_end)
			and new.execution_time_ms = old.execution_time_ms
			and new.execution_time_ms = floor(extract(epoch from old.execution_end - old.execution_start) * 1000) then
		new.execution_time_ms := null;
	end if;
	-- The clocks of the two moments disagree, so when it ended is not known. Refused, it would stay in progress for ever.
	if new.execution_end < new.execution_start then
		new.execution_end := null;
		if new.execution_time_ms < 0 then
			new.execution_time_ms := null;
		end if;
	end if;
	if new.execution_time_ms is null and isfinite(new.execution_end)
			and new.status in ('COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED') then
		new.execution_time_ms := floor(extract(epoch from new.execution_end - new.execution_start) * 1000);
	end if;
	return new;
end $$;
-- only for rows that need it: most have their time and their first end
create trigger time_inserted_execution before insert on agent_executions
	for each row when (new.execution_end is not null and new.execution_time_ms is null
		or new.execution_end < new.execution_start)
	execute function time_execution();
create trigger time_updated_execution before update on agent_executions
	for each row when (new.execution_end is not null and new.execution_time_ms is null
		or new.execution_end < new.execution_start
		or old.execution_end is not null and new.execution_end is distinct from old.execution_end)
	execute function time_execution();
--rollback drop trigger time_updated_execution on agent_executions; drop trigger time_inserted_execution on agent_executions;
--rollback drop function time_execution();
