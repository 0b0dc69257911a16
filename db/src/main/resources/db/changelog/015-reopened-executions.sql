--liquibase formatted sql

--changeset agent-metrics:exposition-reopened
create table exposition_reopened (
	id uuid not null,
	execution_start timestamptz not null,
	finished_in xid8 not null,
	primary key (id, execution_start)
);
comment on table exposition_reopened is
	'Executions that had ended, but were in progress again when their end was to be counted for Prometheus: they count when they have ended again.';
comment on column exposition_reopened.id is 'The execution''s id.';
comment on column exposition_reopened.execution_start is 'The execution''s start.';
comment on column exposition_reopened.finished_in is
	'The execution''s finished_in: another one has been inserted anew since, and counts by itself.';
insert into reader_grants values ('exposition_reopened', 'select, insert, update, delete');
--rollback delete from reader_grants where table_name = 'exposition_reopened';
--rollback drop table exposition_reopened;
