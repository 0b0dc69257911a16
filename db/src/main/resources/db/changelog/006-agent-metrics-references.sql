--liquibase formatted sql

--changeset agent-metrics:agent-metrics-references splitStatements:false
-- A foreign key is checked row by row, with a lock on the agent's row each: for days of many small agents that is a third
-- of what writing them costs. Here the same is checked once per statement, and the agents are kept by one lock that
-- writers of metrics share and that who deletes agents takes alone; see docs/decisions/0007-agents-of-metrics.md.
create function require_agents() returns trigger language plpgsql as $$
declare
	unknown uuid;
begin
	perform keep_agents(exclusively => false);
	select agent_id into unknown from inserted
		where not exists (select from agents where id = inserted.agent_id) limit 1;
	if found then
		raise exception '% refers to agent %, which does not exist', tg_table_name, unknown
			using errcode = 'foreign_key_violation';
	end if;
	return null;
end $$;

-- An older snapshot would not see what was written while this transaction waited.
create function keep_agents(exclusively boolean) returns void language plpgsql as $$
begin
	if current_setting('transaction_isolation') <> 'read committed' then
		raise exception 'agents are deleted, and metrics are written, only in READ COMMITTED transactions'
			using errcode = 'feature_not_supported';
	end if;
	if exclusively then
		perform pg_advisory_xact_lock(x'414D0004'::int, 0);
	else
		perform pg_advisory_xact_lock_shared(x'414D0004'::int, 0);
	end if;
end $$;

create function refuse_new_agent() returns trigger language plpgsql as $$
begin
	raise exception 'the agent of a row of % never changes', tg_table_name
		using errcode = 'integrity_constraint_violation', hint = 'Delete the row and insert it anew.';
end $$;

create trigger require_agents after insert on agent_metrics
	referencing new table as inserted for each statement execute function require_agents();
create trigger require_agents after insert on agent_error_groups
	referencing new table as inserted for each statement execute function require_agents();
create trigger keep_agent before update of agent_id on agent_metrics
	for each row when (new.agent_id <> old.agent_id) execute function refuse_new_agent();
create trigger keep_agent before update of agent_id on agent_error_groups
	for each row when (new.agent_id <> old.agent_id) execute function refuse_new_agent();

create function await_writers_of_metrics() returns trigger language plpgsql as $$
begin
	perform keep_agents(exclusively => true);
	return null;
end $$;

create function refuse_deletion_of_measured_agents() returns trigger language plpgsql as $$
declare
	measured uuid;
begin
	select id into measured from deleted
		where exists (select from agent_metrics where agent_id = deleted.id)
			or exists (select from agent_error_groups where agent_id = deleted.id) limit 1;
	if found then
		raise exception 'agent % still has metrics', measured using errcode = 'foreign_key_violation',
			hint = 'Delete its executions; the next run of the aggregator then removes its metrics.';
	end if;
	return null;
end $$;

create function refuse_new_agent_id() returns trigger language plpgsql as $$
begin
	raise exception 'the id of an agent never changes' using errcode = 'integrity_constraint_violation';
end $$;

create trigger await_writers_of_metrics before delete on agents
	for each statement execute function await_writers_of_metrics();
create trigger refuse_deletion_of_measured after delete on agents
	referencing old table as deleted for each statement execute function refuse_deletion_of_measured_agents();
create trigger keep_id before update of id on agents
	for each row when (new.id <> old.id) execute function refuse_new_agent_id();

alter table agent_metrics drop constraint agent_metrics_agent_id_fkey;
alter table agent_error_groups drop constraint agent_error_groups_agent_id_fkey;
--rollback alter table agent_metrics add foreign key (agent_id) references agents;
--rollback alter table agent_error_groups add foreign key (agent_id) references agents;
--rollback drop function require_agents() cascade;
--rollback drop function refuse_new_agent() cascade;
--rollback drop function await_writers_of_metrics() cascade;
--rollback drop function refuse_deletion_of_measured_agents() cascade;
--rollback drop function refuse_new_agent_id() cascade;
--rollback drop function keep_agents(boolean);
