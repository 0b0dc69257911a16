--liquibase formatted sql

--changeset agent-metrics:reader-grants
create table reader_grants (
	table_name text primary key,
	privileges text not null check (privileges ~ '^(select|insert|update|delete)(, (select|insert|update|delete))*$')
);
comment on table reader_grants is
	'What a member of the role agent_metrics_reader may do; grant_to_reader() makes it so after each migration.';
-- partitions are read through their parent; databasechangelog tells the version of the schema
insert into reader_grants values
	('agents', 'select'),
	('agent_executions', 'select'),
	('agent_execution_deletions', 'select'),
	('execution_changes', 'select'),
	('late_executions', 'select'),
	('first_executions', 'select'),
	('agent_metrics', 'select'),
	('agent_error_groups', 'select'),
	('agent_day_failures', 'select'),
	('aggregated_days', 'select'),
	('aggregated_day_shards', 'select'),
	('provisional_days', 'select'),
	('aggregation_state', 'select'),
	('aggregation_shards', 'select'),
	('aggregation_runs', 'select'),
	('aggregation_ledger', 'select'),
	('exposition_position', 'select, insert, update, delete'),
	('exposition_totals', 'select, insert, update, delete'),
	('exposition_errors', 'select, insert, update, delete'),
	('exposition_recent', 'select, insert, update, delete'),
	('exposition_reopened', 'select, insert, update, delete'),
	('databasechangelog', 'select');
--rollback drop table reader_grants;

--changeset agent-metrics:grant-to-reader splitStatements:false
-- A role belongs to the whole server, and not every owner of a database may make one: then an administrator makes it,
-- and the next migration finds it. Returns whether the role is there.
create function grant_to_reader() returns boolean language plpgsql as $$
declare
	reader_grant reader_grants;
begin
	if not exists (select from pg_roles where rolname = 'agent_metrics_reader') then
		begin
			create role agent_metrics_reader nologin;
		exception
			when insufficient_privilege then
				return false;
			when duplicate_object or unique_violation then
				null; -- another database of this server was faster
		end;
	end if;
	if not has_schema_privilege('agent_metrics_reader', current_schema(), 'usage') then
		execute format('grant usage on schema %I to agent_metrics_reader', current_schema());
	end if;
	for reader_grant in select * from reader_grants loop
		execute format('revoke all on %I from agent_metrics_reader', reader_grant.table_name);
		execute format('grant %s on %I to agent_metrics_reader', reader_grant.privileges, reader_grant.table_name);
	end loop;
	return true;
end $$;
--rollback drop function grant_to_reader();
