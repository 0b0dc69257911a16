--liquibase formatted sql

--changeset agent-metrics:functions-with-a-search-path splitStatements:false
-- those that writers fire once for a statement, and the one that people call
do $$
declare
	function_name text;
begin
	foreach function_name in array array['track_execution_deletion()', 'refuse_execution_truncation()',
			'unpack_hourly_counts(bytea)'] loop
		execute format('alter function %s set search_path = %I, pg_temp', function_name, current_schema());
	end loop;
end $$;
--rollback alter function track_execution_deletion() reset search_path;
--rollback alter function refuse_execution_truncation() reset search_path;
--rollback alter function unpack_hourly_counts(bytea) reset search_path;

--changeset agent-metrics:runs-that-are-alive
alter table aggregation_runs add column alive_at timestamptz;
comment on column aggregation_runs.alive_at is
	'When the run last said that it is at work, every few seconds; locks would tell as well, but not on a standby.';
--rollback alter table aggregation_runs drop column alive_at;

--changeset agent-metrics:replayed-until splitStatements:false
-- Up to when the database knows what was committed: on a primary, and on a standby that is connected and has replayed
-- all that it received, now; on any other standby the last commit that it has replayed.
create function replayed_until() returns timestamptz language sql stable
	return case
		when not pg_is_in_recovery() then now()
		when pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() and exists (select from pg_stat_wal_receiver) then now()
		-- it has replayed no commit since it was started: what its last checkpoint had it has
		else coalesce(pg_last_xact_replay_timestamp(), (select checkpoint_time from pg_control_checkpoint()))
	end;
comment on function replayed_until() is
	'Up to when this database knows what was committed: now on a primary, the last replayed commit on a standby that lags.';
--rollback drop function replayed_until();
