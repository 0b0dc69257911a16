--liquibase formatted sql

--changeset agent-metrics:received-spans
-- Traces and their spans are kept as long as more of them may come. Who stores spans of a trace holds its row, so that
-- of two one sees what the other has stored.
create table received_traces (
	trace_id uuid primary key,
	kept_until timestamptz not null,
	spans bigint not null
);
create index received_traces_by_time on received_traces (kept_until);
comment on table received_traces is 'The traces of which spans have come in; who stores spans of one locks its row.';
comment on column received_traces.kept_until is 'Until when its spans are kept, as the receiver or the import that stored some of them says.';
comment on column received_traces.spans is 'How many spans of it have come, those that came again included.';

create table received_spans (
	trace_id uuid not null,
	span_id text collate "C" not null,
	parent_id text,
	role text not null,
	client boolean not null,
	service text not null,
	agent text,
	agent_id text,
	started timestamptz not null,
	ended timestamptz,
	status text not null,
	error_type text,
	error_message text,
	user_key text,
	release text,
	environment text,
	input_tokens bigint,
	output_tokens bigint,
	cached_input_tokens bigint,
	run_agent text,
	run_started timestamptz,
	run_input_tokens bigint,
	run_output_tokens bigint,
	run_cached_input_tokens bigint,
	primary key (trace_id, span_id)
);
comment on table received_spans is
	'The spans of received_traces, no more of each than decides which runs of agents there are: nothing that went in or came out.';
comment on column received_spans.span_id is '16 hexadecimal digits.';
comment on column received_spans.parent_id is 'The span that it belongs to, which may never come; null if there is none.';
comment on column received_spans.role is 'What it stands for, as far as it can be told from itself.';
comment on column received_spans.client is 'Whether it is the caller''s side of a call.';
comment on column received_spans.service is 'The name space and name of the service that sent it, as space/name.';
comment on column received_spans.agent is 'The name of the agent that it is a run of, if it is one; null if there is none.';
comment on column received_spans.agent_id is 'Identifies its agent in place of the name; null if the name does.';
comment on column received_spans.ended is 'Null while it runs.';
comment on column received_spans.status is 'As of an execution, if it is one.';
comment on column received_spans.user_key is 'For whom it ran, as the service calls them; null if not said.';
comment on column received_spans.release is 'The release of the agent or its service; null if not said.';
comment on column received_spans.environment is 'Where it ran, such as production; null if not said.';
comment on column received_spans.input_tokens is 'As it says itself, like the other tokens; null if it does not.';
comment on column received_spans.run_agent is 'The key of the agent of which it is stored as an execution; null if it is not.';
comment on column received_spans.run_started is 'The start of that execution; null if it is none.';
comment on column received_spans.run_input_tokens is
	'Of the model calls of that execution, without those of executions inside it, like the other tokens; null if none says.';
--rollback drop table received_spans; drop table received_traces;

--changeset agent-metrics:span-receipts
create table span_receipts (
	service text not null,
	hour timestamptz not null,
	outcome text not null,
	spans bigint not null,
	primary key (service, hour, outcome)
);
create index span_receipts_by_hour on span_receipts (hour);
comment on table span_receipts is 'What became of the spans that came in, by service and hour, for 30 days.';
comment on column span_receipts.service is
	'The name space and name of the service that sent them, as space/name; "other services" beyond 1,000 in an hour.';
comment on column span_receipts.outcome is
	'"run", "merged" (told by another span of a run), "no agent", "repeated", or "rejected: " and why. Beside these, "new agents" counts agents.';
--rollback drop table span_receipts;

--changeset agent-metrics:writer-grants
create table writer_grants (like reader_grants including all);
comment on table writer_grants is
	'What a member of the role agent_metrics_writer may do; grant_to_writer() makes it so after each migration.';
insert into writer_grants values
	('agents', 'select, insert, update'),
	('agent_executions', 'select, insert, update, delete'),
	('agent_execution_deletions', 'insert'),
	('execution_sources', 'select, insert'),
	('execution_rejects', 'select, insert, update, delete'),
	('execution_drops', 'select'),
	('received_traces', 'select, insert, update, delete'),
	('received_spans', 'select, insert, update, delete'),
	('span_receipts', 'select, insert, update, delete'),
	('databasechangelog', 'select');
insert into reader_grants values ('span_receipts', 'select');
--rollback delete from reader_grants where table_name = 'span_receipts'; drop table writer_grants;

--changeset agent-metrics:grant-to-roles splitStatements:false rollbackSplitStatements:false
-- as grant_to_reader() before, for any role
create function grant_to_role(role_name text, grants regclass) returns boolean language plpgsql as $$
declare
	table_grant record;
begin
	if not exists (select from pg_roles where rolname = role_name) then
		begin
			execute format('create role %I nologin', role_name);
		exception
			when insufficient_privilege then
				return false;
			when duplicate_object or unique_violation then
				null; -- another database of this server was faster
		end;
	end if;
	if not has_schema_privilege(role_name, current_schema(), 'usage') then
		execute format('grant usage on schema %I to %I', current_schema(), role_name);
	end if;
	for table_grant in execute format('select table_name, privileges from %s', grants) loop
		execute format('revoke all on %I from %I', table_grant.table_name, role_name);
		execute format('grant %s on %I to %I', table_grant.privileges, table_grant.table_name, role_name);
	end loop;
	return true;
end $$;

create or replace function grant_to_reader() returns boolean language sql
	return grant_to_role('agent_metrics_reader', 'reader_grants');

create function grant_to_writer() returns boolean language sql
	return grant_to_role('agent_metrics_writer', 'writer_grants');
--rollback drop function grant_to_writer();
--rollback create or replace function grant_to_reader() returns boolean language plpgsql as $$
--rollback declare
--rollback 	reader_grant reader_grants;
--rollback begin
--rollback 	if not exists (select from pg_roles where rolname = 'agent_metrics_reader') then
--rollback 		begin
--rollback 			create role agent_metrics_reader nologin;
--rollback 		exception
--rollback 			when insufficient_privilege then
--rollback 				return false;
--rollback 			when duplicate_object or unique_violation then
--rollback 				null;
--rollback 		end;
--rollback 	end if;
--rollback 	if not has_schema_privilege('agent_metrics_reader', current_schema(), 'usage') then
--rollback 		execute format('grant usage on schema %I to agent_metrics_reader', current_schema());
--rollback 	end if;
--rollback 	for reader_grant in select * from reader_grants loop
--rollback 		execute format('revoke all on %I from agent_metrics_reader', reader_grant.table_name);
--rollback 		execute format('grant %s on %I to agent_metrics_reader', reader_grant.privileges, reader_grant.table_name);
--rollback 	end loop;
--rollback 	return true;
--rollback end $$;
--rollback drop function grant_to_role(text, regclass);
