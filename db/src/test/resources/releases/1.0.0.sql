-- A database of 1.0.0 with rows in its tables, as pg_dump wrote it: see docs/decisions/0031-additive-schema.md

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE FUNCTION public.adopt_executions() RETURNS boolean
    LANGUAGE plpgsql
    AS $_$
declare
	
	oldest constant text := '3';
	sees_the_oldest_only constant pg_snapshot := '4:4:';
	this_one constant xid8 := pg_current_xact_id();
	elsewhere constant boolean := is_restored_elsewhere();
	ahead xid8;
	counted pg_snapshot;
	restored_age int;
	own text;
begin
	if not elsewhere and not is_ahead_of_cluster() then
		return false;
	end if;
	lock table agent_executions, agent_execution_deletions, exposition_position in access exclusive mode;
	ahead := pg_snapshot_xmax(pg_current_snapshot());
	select seen into counted from exposition_position
		where pg_snapshot_xmax(seen) > ahead
			or system_identifier <> (select system_identifier from pg_control_system());
	if elsewhere then
		
		
		select min(restored) into restored_age from (
			select age(xmin) from pg_trigger where tgrelid = 'agent_executions'::regclass and tgname = 'track_change'
			union all
			select age(xmin) from exposition_position) ages (restored);
		create temporary table own_executions on commit drop as
			select id, execution_start from agent_executions where age(xmin) < restored_age;
		create index on own_executions (id);
		own := case when exists (select from own_executions)
			then format('changed_in < %L and is_own_execution(id, execution_start)', ahead) else 'false' end;
	else
		own := format('changed_in < %L and coalesce(finished_in < %1$L, true)', ahead);
	end if;
	
	delete from exposition_reopened reopened where not exists (
		select from agent_executions execution
		where execution.id = reopened.id and execution.execution_start = reopened.execution_start
			and execution.finished_in = reopened.finished_in);
	
	drop view execution_changes;
	
	execute format($alter$
		alter table agent_executions
			alter column changed_in type xid8 using case when %1$s then changed_in
				when is_late_execution(execution_start, changed_in) then %2$L else %3$L::xid8 end,
			alter column finished_in type xid8 using case when finished_in is null or %1$s then finished_in
				when not coalesce(pg_visible_in_snapshot(finished_in, %4$L), true) then %2$L else %3$L::xid8 end
		$alter$, own, this_one, oldest, counted);
	perform make_execution_changes();
	perform grant_to_reader();
	update exposition_reopened reopened set finished_in = execution.finished_in
		from agent_executions execution
		where execution.id = reopened.id and execution.execution_start = reopened.execution_start;
	delete from agent_execution_deletions;
	update execution_drops
		set snapshot = case when elsewhere then sees_the_oldest_only else format('%s:%1$s:', this_one)::pg_snapshot end
		where elsewhere or pg_snapshot_xmax(snapshot) > ahead;
	update exposition_position
		set seen = case when elsewhere then sees_the_oldest_only else format('%s:%1$s:', this_one)::pg_snapshot end,
			system_identifier = (select system_identifier from pg_control_system())
		where counted is not null;
	return true;
end $_$;

CREATE FUNCTION public.agent_shard(agent_id uuid, shards integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (mod(abs((uuid_hash(agent_id))::bigint), (shards)::bigint))::integer;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.aggregation_shards (
    shards integer NOT NULL,
    shard integer NOT NULL,
    fence bigint NOT NULL,
    watermark pg_snapshot,
    completed_at timestamp with time zone,
    CONSTRAINT aggregation_shards_check CHECK (((shard >= 0) AND (shard < shards)))
);

COMMENT ON TABLE public.aggregation_shards IS 'One row per aggregator process that may run: one without shards, else n.';

COMMENT ON COLUMN public.aggregation_shards.fence IS 'Raised by each new run; a run that no longer holds the highest number writes nothing.';

COMMENT ON COLUMN public.aggregation_shards.watermark IS 'The snapshot of the last complete run: what it did not see is what the next one has to do.';

CREATE FUNCTION public.changed_since_closed(changed_in xid8, closed_in pg_snapshot) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN ((NOT pg_visible_in_snapshot(changed_in, closed_in)) AND (NOT (EXISTS (SELECT FROM public.aggregation_shards GROUP BY aggregation_shards.shards HAVING ((count(*) = aggregation_shards.shards) AND bool_and(((aggregation_shards.watermark IS NOT NULL) AND pg_visible_in_snapshot(changed_since_closed.changed_in, aggregation_shards.watermark))))))));

COMMENT ON FUNCTION public.changed_since_closed(changed_in xid8, closed_in pg_snapshot) IS 'Whether a change was seen neither by the run that closed its day, which had that snapshot, nor by a complete run since.';

CREATE FUNCTION public.create_execution_partition(week date) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
	partition_name text := 'agent_executions_' || to_char(week, 'IYYY"w"IW');
	lower_bound timestamptz := week::timestamp at time zone 'UTC';
	upper_bound timestamptz := (week + 7)::timestamp at time zone 'UTC';
	rule record;
	most_moved constant int := 20000;
begin
	
	
	perform from agent_executions_default where execution_start >= lower_bound and execution_start < upper_bound
		order by execution_start offset most_moved limit 1;
	if found then
		return;
	end if;
	
	
	lock table agent_executions_default in access exclusive mode;
	if to_regclass(partition_name) is not null then
		return;
	end if;
	execute format('create table %I (like agent_executions including all excluding constraints)', partition_name);
	
	execute format('alter table %I set (autovacuum_vacuum_insert_scale_factor = 0.05, '
		|| 'autovacuum_analyze_scale_factor = 0.05)', partition_name);
	
	execute format('with early as (delete from agent_executions_default '
		|| 'where execution_start >= %L and execution_start < %L returning *) insert into %I select * from early',
		lower_bound, upper_bound, partition_name);
	
	for rule in
		select conname, pg_get_constraintdef(oid) as definition from pg_constraint
		where conrelid = 'agent_executions'::regclass and contype = 'c'
	loop
		execute format('alter table %I add constraint %I %s', partition_name, rule.conname, rule.definition);
	end loop;
	execute format('alter table agent_executions attach partition %I for values from (%L) to (%L)',
		partition_name, lower_bound, upper_bound);
	perform track_partition_deletions(partition_name);
end $$;

CREATE PROCEDURE public.ensure_execution_partitions(IN first_day date, IN last_day date)
    LANGUAGE plpgsql
    AS $$
declare
	week date := date_trunc('week', first_day::timestamp)::date;
	attempt int;
	done boolean;
begin
	while week <= last_day loop
		if to_regclass('agent_executions_' || to_char(week, 'IYYY"w"IW')) is null
				and not exists (select from execution_drops where kept_from >= (week + 7)::timestamp at time zone 'UTC') then
			attempt := 0;
			loop
				attempt := attempt + 1;
				begin
					perform set_config('lock_timeout', '500ms', true);
					perform create_execution_partition(week);
					done := true;
				exception
					when lock_not_available or deadlock_detected then
						if attempt >= 20 then
							raise;
						end if;
						done := false;
				end;
				commit;
				exit when done;
				perform pg_sleep(0.25);
			end loop;
		end if;
		week := week + 7;
	end loop;
end $$;

CREATE FUNCTION public.first_execution_noted() RETURNS timestamp with time zone
    LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
	return coalesce((select min(quarter_hour) from first_executions), 'infinity');
end $$;

CREATE FUNCTION public.first_execution_start() RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
declare
	partition_name regclass;
	occupied boolean;
	candidate timestamptz;
	earliest timestamptz;
begin
	for partition_name in
		select inhrelid from pg_inherits join pg_class on pg_class.oid = inhrelid
		where inhparent = 'agent_executions'::regclass
		order by pg_get_expr(relpartbound, inhrelid) = 'DEFAULT' desc,
			substring(pg_get_expr(relpartbound, inhrelid) from $re$FROM \('([^']*)'\)$re$)::timestamptz
	loop
		execute format('select exists (select from %s)', partition_name) into occupied;
		if occupied then
			execute format('select min(start) from agents cross join lateral (select execution_start as start from %s '
				|| 'where agent_id = agents.id order by execution_start limit 1) starts', partition_name) into candidate;
			earliest := least(earliest, candidate);
			exit when partition_name <> 'agent_executions_default'::regclass;
		end if;
	end loop;
	return earliest;
end $_$;

CREATE FUNCTION public.grant_to_reader() RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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
				null; 
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

CREATE FUNCTION public.is_ahead_of_cluster() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
	select exists (
		select from (
			(select changed_in from agent_executions order by changed_in desc limit 1)
			union all
			(select finished_in from agent_executions where finished_in is not null order by finished_in desc limit 1)
			union all
			(select changed_in from agent_execution_deletions order by changed_in desc limit 1)
			union all
			select pg_snapshot_xmax(watermark) from aggregation_shards where watermark is not null
			union all
			select pg_snapshot_xmax(snapshot) from aggregated_days
			union all
			select pg_snapshot_xmax(seen) from exposition_position) stored (number)
		where number > pg_snapshot_xmax(pg_current_snapshot()))
$$;

CREATE FUNCTION public.is_late_execution(execution_start timestamp with time zone, changed_in xid8) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $$
begin
	return not coalesce(pg_visible_in_snapshot(changed_in, (
		select snapshot from execution_drops where kept_from > is_late_execution.execution_start
		order by kept_from limit 1)), true);
end $$;

CREATE FUNCTION public.is_own_execution(id uuid, execution_start timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $$
begin
	return exists (select from pg_temp.own_executions own
		where own.id = is_own_execution.id and own.execution_start = is_own_execution.execution_start);
end $$;

CREATE FUNCTION public.is_restored_elsewhere() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
	select exists (
		select from (
			select system_identifier from aggregation_state
			union all
			select system_identifier from exposition_position) stored
		where system_identifier <> (select system_identifier from pg_control_system()))
$$;

CREATE FUNCTION public.make_execution_changes() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
	create view execution_changes as
	select agent_id, execution_start as happened, changed_in from agent_executions
	union all
	select agent_id, quarter_hour, changed_in from agent_execution_deletions;
	comment on view execution_changes is 'Every execution and every deletion, with the transaction that wrote it last.';
	comment on column execution_changes.agent_id is 'Whose execution.';
	comment on column execution_changes.happened is
		'When the execution starts; of a deleted one the quarter hour, which lies in its day.';
	comment on column execution_changes.changed_in is 'The transaction that inserted, updated or deleted it last.';
end $$;

CREATE FUNCTION public.note_first_execution() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
	starts constant timestamptz := date_bin('15 minutes', new.execution_start, '2000-01-01 00:00:00+00');
begin
	insert into first_executions
	select starts where not exists (select from first_executions where quarter_hour <= starts);
	return new;
end $$;

CREATE FUNCTION public.refuse_execution_truncation() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
	raise exception 'executions cannot be truncated, because that cannot be tracked'
		using errcode = 'feature_not_supported', hint = 'Use DELETE.';
end $$;

CREATE FUNCTION public.renew_first_execution() RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
	noted constant timestamptz := (select min(quarter_hour) from first_executions);
	counted timestamptz := (
		select starts_at from aggregated_days where total_executions > 0 order by metric_date limit 1);
	first timestamptz;
begin
	if noted is null or counted <= noted or exists (
			select from agent_executions
			where execution_start >= noted and execution_start < noted + interval '15 minutes') then
		return;
	end if;
	begin
		perform set_config('lock_timeout', '500ms', true);
		lock table agent_executions in share row exclusive mode;
	exception
		when lock_not_available then
			return;
	end;
	first := least(date_bin('15 minutes', first_execution_start(), '2000-01-01 00:00:00+00'), counted);
	delete from first_executions where first is null or quarter_hour < first;
	insert into first_executions
	select first where first is not null and not exists (select from first_executions where quarter_hour <= first);
	delete from aggregated_days where ends_at <= first;
end $$;

CREATE FUNCTION public.replayed_until() RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    RETURN CASE WHEN (NOT pg_is_in_recovery()) THEN now() WHEN ((pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn()) AND (EXISTS (SELECT FROM pg_stat_wal_receiver))) THEN now() ELSE COALESCE(pg_last_xact_replay_timestamp(), (SELECT pg_control_checkpoint.checkpoint_time FROM pg_control_checkpoint() pg_control_checkpoint(checkpoint_lsn, redo_lsn, redo_wal_file, timeline_id, prev_timeline_id, full_page_writes, next_xid, next_oid, next_multixact_id, next_multi_offset, oldest_xid, oldest_xid_dbid, oldest_active_xid, oldest_multi_xid, oldest_multi_dbid, oldest_commit_ts_xid, newest_commit_ts_xid, checkpoint_time))) END;

COMMENT ON FUNCTION public.replayed_until() IS 'Up to when this database knows what was committed: now on a primary, the last replayed commit on a standby that lags.';

CREATE FUNCTION public.time_execution() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
	
	if tg_op = 'UPDATE' and new.execution_end is distinct from old.execution_end and isfinite(old.execution_end)
			and new.execution_time_ms = old.execution_time_ms
			and new.execution_time_ms = floor(extract(epoch from old.execution_end - old.execution_start) * 1000) then
		new.execution_time_ms := null;
	end if;
	
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

CREATE FUNCTION public.track_execution_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
	if tg_op operator(pg_catalog.=) 'UPDATE' then
		if new.agent_id operator(pg_catalog.<>) old.agent_id
				or new.execution_start operator(pg_catalog.<>) old.execution_start then
			raise exception 'agent_id and execution_start of an execution never change'
				using errcode = 'integrity_constraint_violation',
					hint = 'Delete the execution and insert it anew.';
		end if;
		new.finished_in := old.finished_in;
	else
		new.finished_in := null;
	end if;
	new.changed_in := pg_catalog.pg_current_xact_id();
	if new.finished_in is null and new.status operator(pg_catalog.=) any
			(array['COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED']::pg_catalog.text[]) then
		new.finished_in := new.changed_in;
	end if;
	return new;
end $$;

CREATE FUNCTION public.track_execution_deletion() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
	insert into agent_execution_deletions (agent_id, quarter_hour)
	select distinct agent_id, date_bin('15 minutes', execution_start, '2000-01-01 00:00:00+00') from deleted;
	return null;
end $$;

CREATE FUNCTION public.track_partition_deletions(partition_name text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
	execute format('create or replace trigger track_deletion after delete on %I referencing old table as deleted '
		|| 'for each statement execute function track_execution_deletion()', partition_name);
	execute format('create or replace trigger refuse_truncation before truncate on %I '
		|| 'for each statement execute function refuse_execution_truncation()', partition_name);
end $$;

CREATE FUNCTION public.unpack_hourly_counts(packed bytea) RETURNS TABLE(hour integer, total bigint, successful bigint, failed bigint)
    LANGUAGE plpgsql IMMUTABLE STRICT ROWS 10 PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
	byte int;
	value bigint := 0;
	shift int := 0;
	which int := 0;
begin
	for at in 0 .. length(packed) - 1 loop
		if shift = 63 then
			raise exception 'A number of the hourly counts % has more than 63 bits', packed using errcode = 'data_exception';
		end if;
		byte := get_byte(packed, at);
		value := value | ((byte & 127)::bigint << shift);
		if byte > 127 then
			shift := shift + 7;
		else
			case which
				when 0 then hour := value;
				when 1 then total := value;
				when 2 then successful := value;
				when 3 then
					failed := value;
					return next;
			end case;
			which := (which + 1) % 4;
			value := 0;
			shift := 0;
		end if;
	end loop;
	if which > 0 or shift > 0 then
		raise exception 'The hourly counts % end within an hour', packed using errcode = 'data_exception';
	end if;
end $$;

COMMENT ON FUNCTION public.unpack_hourly_counts(packed bytea) IS 'The hours of agent_metrics.hourly_counts: select metric_date, h.* from agent_metrics, unpack_hourly_counts(hourly_counts) h.';

CREATE TABLE public.aggregated_days (
    metric_date date NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone DEFAULT now() NOT NULL,
    snapshot pg_snapshot NOT NULL,
    agents bigint NOT NULL,
    total_executions bigint NOT NULL,
    successful_executions bigint NOT NULL,
    failed_executions bigint NOT NULL,
    cancelled_executions bigint NOT NULL,
    in_progress_executions bigint NOT NULL,
    total_errors bigint NOT NULL,
    timed_executions bigint NOT NULL,
    sum_execution_time_ms bigint NOT NULL,
    min_execution_time_ms bigint,
    max_execution_time_ms bigint,
    hourly_total bigint[] NOT NULL,
    hourly_successful bigint[] NOT NULL,
    hourly_failed bigint[] NOT NULL,
    latency_sketch bytea NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT aggregated_days_bounded CHECK ((starts_at < ends_at))
);
ALTER TABLE ONLY public.aggregated_days ALTER COLUMN latency_sketch SET STORAGE EXTERNAL;

COMMENT ON TABLE public.aggregated_days IS 'The ledger: one row per closed day, with the totals of all agents; a day without executions has a row too.';

COMMENT ON COLUMN public.aggregated_days.starts_at IS 'When the day begins in the zone of aggregation_state.';

COMMENT ON COLUMN public.aggregated_days.ends_at IS 'When the next day begins.';

COMMENT ON COLUMN public.aggregated_days.snapshot IS 'What the run that closed the day could see.';

COMMENT ON COLUMN public.aggregated_days.sum_execution_time_ms IS 'The sum of the times; 9223372036854775807 when it is not less.';

CREATE FUNCTION public.unseen_horizon() RETURNS xid8
    LANGUAGE sql STABLE
    RETURN COALESCE((SELECT max(complete.lowest) AS max FROM (SELECT min(pg_snapshot_xmin(aggregation_shards.watermark)) AS lowest FROM public.aggregation_shards GROUP BY aggregation_shards.shards HAVING (count(aggregation_shards.watermark) = aggregation_shards.shards)) complete), (SELECT min(pg_snapshot_xmin(aggregated_days.snapshot)) AS min FROM public.aggregated_days), '0'::xid8);

COMMENT ON FUNCTION public.unseen_horizon() IS 'The transaction before which nothing was written for which changed_since_closed() could be true.';

CREATE TABLE public.agent_day_failures (
    agent_id uuid NOT NULL,
    metric_date date NOT NULL,
    reason text NOT NULL,
    program text NOT NULL,
    snapshot pg_snapshot NOT NULL,
    first_failed_at timestamp with time zone DEFAULT now() NOT NULL,
    last_failed_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.agent_day_failures IS 'Agents'' days that could not be aggregated: their day is closed without them. A row goes when its agent''s day succeeds.';

COMMENT ON COLUMN public.agent_day_failures.agent_id IS 'The agent.';

COMMENT ON COLUMN public.agent_day_failures.metric_date IS 'The day, in the installation''s zone.';

COMMENT ON COLUMN public.agent_day_failures.reason IS 'What went wrong, for the operator.';

COMMENT ON COLUMN public.agent_day_failures.program IS 'The version of the aggregator that failed; another one tries again.';

COMMENT ON COLUMN public.agent_day_failures.snapshot IS 'What the run that failed could see.';

COMMENT ON COLUMN public.agent_day_failures.first_failed_at IS 'When it failed first.';

COMMENT ON COLUMN public.agent_day_failures.last_failed_at IS 'When it failed last.';

CREATE TABLE public.agent_error_groups (
    agent_id uuid NOT NULL,
    metric_date date NOT NULL,
    fingerprint text NOT NULL,
    masking_version smallint NOT NULL,
    example text NOT NULL,
    occurrences bigint NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    CONSTRAINT agent_error_groups_occurrences_check CHECK ((occurrences > 0))
);

COMMENT ON TABLE public.agent_error_groups IS 'Per agent and day the 100 most frequent groups of errors, by message or type, and one for all others.';

CREATE TABLE public.agent_execution_deletions (
    agent_id uuid NOT NULL,
    quarter_hour timestamp with time zone NOT NULL,
    changed_in xid8 DEFAULT pg_current_xact_id() NOT NULL
);

CREATE TABLE public.agent_executions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    agent_id uuid NOT NULL,
    user_id uuid NOT NULL,
    input_data jsonb,
    status text NOT NULL,
    execution_start timestamp with time zone NOT NULL,
    execution_end timestamp with time zone,
    execution_time_ms bigint,
    error_type text,
    error_message text,
    changed_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    finished_in xid8,
    CONSTRAINT agent_executions_end_after_start CHECK ((execution_end >= execution_start)),
    CONSTRAINT agent_executions_start_plausible CHECK (((execution_start >= '2000-01-01 00:00:00+00'::timestamp with time zone) AND (execution_start < 'infinity'::timestamp with time zone))),
    CONSTRAINT agent_executions_status_known CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'COMPLETED'::text, 'FAILED'::text, 'TIMEOUT'::text, 'CANCELLED'::text]))),
    CONSTRAINT agent_executions_time_not_negative CHECK ((execution_time_ms >= 0))
)
PARTITION BY RANGE (execution_start);

COMMENT ON TABLE public.agent_executions IS 'One row per run of an agent; written by the agent platform, read by the aggregator and the API.';

COMMENT ON COLUMN public.agent_executions.execution_end IS 'When the run ended; null while unknown, also where the platform said that it was before the start.';

COMMENT ON COLUMN public.agent_executions.execution_time_ms IS 'How long the run took as the platform measured it, else from its start to its end, in milliseconds; null while unknown.';

COMMENT ON COLUMN public.agent_executions.changed_in IS 'The transaction that last wrote the row: what a snapshot did not see is exactly what is new since.';

COMMENT ON COLUMN public.agent_executions.finished_in IS 'The transaction in which the row first had a terminal status: counts each run once, whatever happens later.';

CREATE TABLE public.agent_executions_2026w46 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    agent_id uuid NOT NULL,
    user_id uuid NOT NULL,
    input_data jsonb,
    status text NOT NULL,
    execution_start timestamp with time zone NOT NULL,
    execution_end timestamp with time zone,
    execution_time_ms bigint,
    error_type text,
    error_message text,
    changed_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    finished_in xid8,
    CONSTRAINT agent_executions_end_after_start CHECK ((execution_end >= execution_start)),
    CONSTRAINT agent_executions_start_plausible CHECK (((execution_start >= '2000-01-01 00:00:00+00'::timestamp with time zone) AND (execution_start < 'infinity'::timestamp with time zone))),
    CONSTRAINT agent_executions_status_known CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'COMPLETED'::text, 'FAILED'::text, 'TIMEOUT'::text, 'CANCELLED'::text]))),
    CONSTRAINT agent_executions_time_not_negative CHECK ((execution_time_ms >= 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0.05', autovacuum_analyze_scale_factor='0.05');

COMMENT ON COLUMN public.agent_executions_2026w46.execution_end IS 'When the run ended; null while unknown, also where the platform said that it was before the start.';

COMMENT ON COLUMN public.agent_executions_2026w46.execution_time_ms IS 'How long the run took as the platform measured it, else from its start to its end, in milliseconds; null while unknown.';

COMMENT ON COLUMN public.agent_executions_2026w46.changed_in IS 'The transaction that last wrote the row: what a snapshot did not see is exactly what is new since.';

COMMENT ON COLUMN public.agent_executions_2026w46.finished_in IS 'The transaction in which the row first had a terminal status: counts each run once, whatever happens later.';

CREATE TABLE public.agent_executions_2026w47 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    agent_id uuid NOT NULL,
    user_id uuid NOT NULL,
    input_data jsonb,
    status text NOT NULL,
    execution_start timestamp with time zone NOT NULL,
    execution_end timestamp with time zone,
    execution_time_ms bigint,
    error_type text,
    error_message text,
    changed_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    finished_in xid8,
    CONSTRAINT agent_executions_end_after_start CHECK ((execution_end >= execution_start)),
    CONSTRAINT agent_executions_start_plausible CHECK (((execution_start >= '2000-01-01 00:00:00+00'::timestamp with time zone) AND (execution_start < 'infinity'::timestamp with time zone))),
    CONSTRAINT agent_executions_status_known CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'COMPLETED'::text, 'FAILED'::text, 'TIMEOUT'::text, 'CANCELLED'::text]))),
    CONSTRAINT agent_executions_time_not_negative CHECK ((execution_time_ms >= 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0.05', autovacuum_analyze_scale_factor='0.05');

COMMENT ON COLUMN public.agent_executions_2026w47.execution_end IS 'When the run ended; null while unknown, also where the platform said that it was before the start.';

COMMENT ON COLUMN public.agent_executions_2026w47.execution_time_ms IS 'How long the run took as the platform measured it, else from its start to its end, in milliseconds; null while unknown.';

COMMENT ON COLUMN public.agent_executions_2026w47.changed_in IS 'The transaction that last wrote the row: what a snapshot did not see is exactly what is new since.';

COMMENT ON COLUMN public.agent_executions_2026w47.finished_in IS 'The transaction in which the row first had a terminal status: counts each run once, whatever happens later.';

CREATE TABLE public.agent_executions_default (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    agent_id uuid NOT NULL,
    user_id uuid NOT NULL,
    input_data jsonb,
    status text NOT NULL,
    execution_start timestamp with time zone NOT NULL,
    execution_end timestamp with time zone,
    execution_time_ms bigint,
    error_type text,
    error_message text,
    changed_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    finished_in xid8,
    CONSTRAINT agent_executions_end_after_start CHECK ((execution_end >= execution_start)),
    CONSTRAINT agent_executions_start_plausible CHECK (((execution_start >= '2000-01-01 00:00:00+00'::timestamp with time zone) AND (execution_start < 'infinity'::timestamp with time zone))),
    CONSTRAINT agent_executions_status_known CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'COMPLETED'::text, 'FAILED'::text, 'TIMEOUT'::text, 'CANCELLED'::text]))),
    CONSTRAINT agent_executions_time_not_negative CHECK ((execution_time_ms >= 0))
);

CREATE TABLE public.agent_metrics (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    agent_id uuid NOT NULL,
    metric_date date NOT NULL,
    total_executions bigint NOT NULL,
    successful_executions bigint NOT NULL,
    failed_executions bigint NOT NULL,
    cancelled_executions bigint NOT NULL,
    in_progress_executions bigint NOT NULL,
    total_errors bigint NOT NULL,
    success_rate double precision NOT NULL,
    error_rate double precision NOT NULL,
    timed_executions bigint NOT NULL,
    sum_execution_time_ms bigint NOT NULL,
    avg_execution_time_ms double precision,
    min_execution_time_ms bigint,
    max_execution_time_ms bigint,
    p50_execution_time_ms bigint,
    p95_execution_time_ms bigint,
    p99_execution_time_ms bigint,
    hourly_counts bytea NOT NULL,
    latency_sketch bytea NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    provisional boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT agent_metrics_counts_add_up CHECK ((total_executions = (((successful_executions + failed_executions) + cancelled_executions) + in_progress_executions)))
);
ALTER TABLE ONLY public.agent_metrics ALTER COLUMN latency_sketch SET STORAGE EXTERNAL;

COMMENT ON TABLE public.agent_metrics IS 'One row per agent and day with executions; written by the aggregator alone.';

COMMENT ON COLUMN public.agent_metrics.success_rate IS 'Percent of successful + failed executions with two decimals, 0 and 100 only for none and all; 0 when there are none.';

COMMENT ON COLUMN public.agent_metrics.error_rate IS 'Like success_rate, of the failed executions.';

COMMENT ON COLUMN public.agent_metrics.timed_executions IS 'Executions with a measured time: what times and percentiles are over.';

COMMENT ON COLUMN public.agent_metrics.sum_execution_time_ms IS 'The sum of the times; 9223372036854775807 when it is not less.';

COMMENT ON COLUMN public.agent_metrics.avg_execution_time_ms IS 'The sum by the number of timed executions; null when there are none, or the sum says only that it is not less.';

COMMENT ON COLUMN public.agent_metrics.hourly_counts IS 'For each hour of the local day with executions: hour from 0, total, successful, failed, in LEB128; see unpack_hourly_counts().';

COMMENT ON COLUMN public.agent_metrics.latency_sketch IS 'The distribution of execution times, mergeable; see LatencySketch.';

COMMENT ON COLUMN public.agent_metrics.revision IS 'Grows with each change of the row, so that caches and tests can tell.';

COMMENT ON COLUMN public.agent_metrics.provisional IS 'The day is not over or not closed: the row is a preview.';

CREATE TABLE public.agents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT agents_name_check CHECK ((name ~ '\S'::text))
);

COMMENT ON TABLE public.agents IS 'The agents whose executions are measured; written by the agent platform.';

CREATE TABLE public.aggregated_day_shards (
    metric_date date NOT NULL,
    shards integer NOT NULL,
    shard integer NOT NULL,
    snapshot pg_snapshot NOT NULL,
    completed_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.aggregated_day_shards IS 'Shards that are done with a day that is not closed yet; the last of a set closes it.';

CREATE SEQUENCE public.aggregation_fence
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.aggregation_state (
    singleton boolean DEFAULT true NOT NULL,
    zone text NOT NULL,
    system_identifier bigint NOT NULL,
    raw_from date,
    CONSTRAINT aggregation_state_singleton_check CHECK (singleton)
);

COMMENT ON TABLE public.aggregation_state IS 'What every stored day rests on; one row, written by the first aggregator run.';

COMMENT ON COLUMN public.aggregation_state.zone IS 'The time zone in which days begin and end.';

COMMENT ON COLUMN public.aggregation_state.system_identifier IS 'The PostgreSQL cluster whose transaction numbers the watermarks hold.';

COMMENT ON COLUMN public.aggregation_state.raw_from IS 'The first day whose executions are all still there; null while retention has dropped none.';

CREATE TABLE public.first_executions (
    quarter_hour timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.first_executions IS 'Where the executions begin: the lowest of its rows. One is added whenever an execution starts before all others.';

COMMENT ON COLUMN public.first_executions.quarter_hour IS 'Before this no execution starts, and no closed day counts one. Days begin at quarter hours, so it lies in the first day.';

CREATE VIEW public.aggregation_ledger AS
 WITH days AS MATERIALIZED (
         SELECT range_agg(tstzrange(aggregated_days.starts_at, aggregated_days.ends_at)) AS closed,
            COALESCE((bit_xor(hashint8extended(aggregated_days.revision, ((aggregated_days.metric_date - '2000-01-01'::date))::bigint)) # hashint8extended(count(*), ((EXTRACT(epoch FROM max(aggregated_days.updated_at)) * (1000000)::numeric))::bigint)), (0)::bigint) AS revision
           FROM public.aggregated_days
        )
 SELECT COALESCE(state.zone, 'UTC'::text) AS zone,
    state.raw_from,
    first.start AS first_start,
    days.closed,
    ( SELECT aggregated_days.metric_date
           FROM public.aggregated_days
          WHERE (aggregated_days.ends_at = ( SELECT upper(run.run) AS upper
                   FROM unnest(days.closed) run(run)
                  WHERE (lower(run.run) <= COALESCE(( SELECT max(aggregated_days_1.starts_at) AS max
                           FROM public.aggregated_days aggregated_days_1
                          WHERE (aggregated_days_1.metric_date <= state.raw_from)), first.start, lower(days.closed)))
                  ORDER BY run.run DESC
                 LIMIT 1))) AS aggregated_through,
    days.revision
   FROM ((days
     CROSS JOIN ( SELECT min(first_executions.quarter_hour) AS start
           FROM public.first_executions) first)
     LEFT JOIN public.aggregation_state state ON (true));

COMMENT ON VIEW public.aggregation_ledger IS 'How far the aggregator has come; one row, also before its first run.';

COMMENT ON COLUMN public.aggregation_ledger.zone IS 'The time zone in which days begin and end.';

COMMENT ON COLUMN public.aggregation_ledger.raw_from IS 'The first day whose executions are all still there; null while none have been dropped.';

COMMENT ON COLUMN public.aggregation_ledger.first_start IS 'The quarter hour in which executions begin.';

COMMENT ON COLUMN public.aggregation_ledger.closed IS 'The time of all closed days: a range for each unbroken run of them.';

COMMENT ON COLUMN public.aggregation_ledger.aggregated_through IS 'The last day up to which all days are closed from the first with executions on; null while that is not.';

COMMENT ON COLUMN public.aggregation_ledger.revision IS 'Another number whenever a closed day has come, gone or changed.';

CREATE TABLE public.aggregation_runs (
    shards integer NOT NULL,
    shard integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    alive_at timestamp with time zone,
    ended_at timestamp with time zone,
    duration_seconds double precision,
    executions bigint,
    failed boolean,
    reconciliation_failures bigint DEFAULT 0 NOT NULL
);

COMMENT ON TABLE public.aggregation_runs IS 'The last run of each aggregator process that may run; duration, executions and failed are those of the last one that ended.';

COMMENT ON COLUMN public.aggregation_runs.alive_at IS 'When the run last said that it is at work, every few seconds; locks would tell as well, but not on a standby.';

COMMENT ON COLUMN public.aggregation_runs.ended_at IS 'Null while the run that began at started_at is at work, or after it was killed.';

COMMENT ON COLUMN public.aggregation_runs.reconciliation_failures IS 'How often, ever, what was read of some days was not what PostgreSQL counted there.';

CREATE TABLE public.batch_job_execution (
    job_execution_id bigint NOT NULL,
    version bigint,
    job_instance_id bigint NOT NULL,
    create_time timestamp without time zone NOT NULL,
    start_time timestamp without time zone,
    end_time timestamp without time zone,
    status character varying(10),
    exit_code character varying(2500),
    exit_message character varying(2500),
    last_updated timestamp without time zone
);

CREATE TABLE public.batch_job_execution_context (
    job_execution_id bigint NOT NULL,
    short_context character varying(2500) NOT NULL,
    serialized_context text
);

CREATE TABLE public.batch_job_execution_params (
    job_execution_id bigint NOT NULL,
    parameter_name character varying(100) NOT NULL,
    parameter_type character varying(100) NOT NULL,
    parameter_value character varying(2500),
    identifying character(1) NOT NULL
);

CREATE SEQUENCE public.batch_job_execution_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.batch_job_instance (
    job_instance_id bigint NOT NULL,
    version bigint,
    job_name character varying(100) NOT NULL,
    job_key character varying(32) NOT NULL
);

CREATE SEQUENCE public.batch_job_instance_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.batch_step_execution (
    step_execution_id bigint NOT NULL,
    version bigint NOT NULL,
    step_name character varying(100) NOT NULL,
    job_execution_id bigint NOT NULL,
    create_time timestamp without time zone NOT NULL,
    start_time timestamp without time zone,
    end_time timestamp without time zone,
    status character varying(10),
    commit_count bigint,
    read_count bigint,
    filter_count bigint,
    write_count bigint,
    read_skip_count bigint,
    write_skip_count bigint,
    process_skip_count bigint,
    rollback_count bigint,
    exit_code character varying(2500),
    exit_message character varying(2500),
    last_updated timestamp without time zone
);

CREATE TABLE public.batch_step_execution_context (
    step_execution_id bigint NOT NULL,
    short_context character varying(2500) NOT NULL,
    serialized_context text
);

CREATE SEQUENCE public.batch_step_execution_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.databasechangelog (
    id character varying(255) NOT NULL,
    author character varying(255) NOT NULL,
    filename character varying(255) NOT NULL,
    dateexecuted timestamp without time zone NOT NULL,
    orderexecuted integer NOT NULL,
    exectype character varying(10) NOT NULL,
    md5sum character varying(35),
    description character varying(255),
    comments character varying(255),
    tag character varying(255),
    liquibase character varying(20),
    contexts character varying(255),
    labels character varying(255),
    deployment_id character varying(10)
);

CREATE TABLE public.databasechangeloglock (
    id integer NOT NULL,
    locked boolean NOT NULL,
    lockgranted timestamp without time zone,
    lockedby character varying(255)
);

CREATE VIEW public.execution_changes AS
 SELECT agent_executions.agent_id,
    agent_executions.execution_start AS happened,
    agent_executions.changed_in
   FROM public.agent_executions
UNION ALL
 SELECT agent_execution_deletions.agent_id,
    agent_execution_deletions.quarter_hour AS happened,
    agent_execution_deletions.changed_in
   FROM public.agent_execution_deletions;

COMMENT ON VIEW public.execution_changes IS 'Every execution and every deletion, with the transaction that wrote it last.';

COMMENT ON COLUMN public.execution_changes.agent_id IS 'Whose execution.';

COMMENT ON COLUMN public.execution_changes.happened IS 'When the execution starts; of a deleted one the quarter hour, which lies in its day.';

COMMENT ON COLUMN public.execution_changes.changed_in IS 'The transaction that inserted, updated or deleted it last.';

CREATE TABLE public.execution_drops (
    kept_from timestamp with time zone NOT NULL,
    snapshot pg_snapshot NOT NULL,
    dropped_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.execution_drops IS 'One row per week of executions that retention has dropped.';

COMMENT ON COLUMN public.execution_drops.kept_from IS 'Where the first day begins whose executions were kept; the week lies before it and after the kept_from before.';

COMMENT ON COLUMN public.execution_drops.snapshot IS 'What the drop could see, all of it aggregated before: what it did not see came too late to be.';

CREATE TABLE public.exposition_errors (
    agent_id text NOT NULL,
    error_type text NOT NULL,
    failed bigint NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE public.exposition_errors IS 'Failed executions per error type, like exposition_totals.';

CREATE TABLE public.exposition_position (
    singleton boolean DEFAULT true NOT NULL,
    seen pg_snapshot NOT NULL,
    caught_up_at timestamp with time zone NOT NULL,
    system_identifier bigint NOT NULL,
    CONSTRAINT exposition_position_singleton_check CHECK (singleton)
)
WITH (fillfactor='50');

COMMENT ON TABLE public.exposition_position IS 'How far finished executions are counted for Prometheus; one row, written by the replica of the API that publishes.';

COMMENT ON COLUMN public.exposition_position.seen IS 'Every finished execution that this snapshot sees is counted, no other is.';

COMMENT ON COLUMN public.exposition_position.caught_up_at IS 'When there last was none left to count.';

COMMENT ON COLUMN public.exposition_position.system_identifier IS 'The PostgreSQL cluster whose transaction numbers the snapshot holds.';

CREATE TABLE public.exposition_recent (
    minute timestamp with time zone NOT NULL,
    agent_id text NOT NULL,
    successful bigint NOT NULL,
    failed bigint NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE public.exposition_recent IS 'Runs by the minute in which they were counted, as far back as the success rate reaches.';

CREATE TABLE public.exposition_reopened (
    id uuid NOT NULL,
    execution_start timestamp with time zone NOT NULL,
    finished_in xid8 NOT NULL
);

COMMENT ON TABLE public.exposition_reopened IS 'Executions that had ended, but were in progress again when their end was to be counted for Prometheus: they count when they have ended again.';

COMMENT ON COLUMN public.exposition_reopened.id IS 'The execution''s id.';

COMMENT ON COLUMN public.exposition_reopened.execution_start IS 'The execution''s start.';

COMMENT ON COLUMN public.exposition_reopened.finished_in IS 'The execution''s finished_in: another one has been inserted anew since, and counts by itself.';

CREATE TABLE public.exposition_totals (
    agent_id text NOT NULL,
    completed bigint NOT NULL,
    failed bigint NOT NULL,
    timed_out bigint NOT NULL,
    cancelled bigint NOT NULL,
    duration_buckets bigint[] NOT NULL,
    duration_sum_ms double precision NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE public.exposition_totals IS 'What has been counted up to exposition_position; moves with it in one transaction, so that no replica loses or doubles a run.';

COMMENT ON COLUMN public.exposition_totals.agent_id IS 'An agent with time series of its own, or other: all agents without.';

COMMENT ON COLUMN public.exposition_totals.duration_buckets IS 'Timed executions per bucket of the histogram, not cumulated; the last has no upper bound.';

CREATE TABLE public.late_executions (
    agent_id uuid NOT NULL,
    metric_date date NOT NULL,
    executions bigint NOT NULL,
    CONSTRAINT late_executions_executions_check CHECK ((executions > 0))
);

COMMENT ON TABLE public.late_executions IS 'Executions that came or changed after their day''s executions had been dropped, as the last run of the aggregator found them.';

COMMENT ON COLUMN public.late_executions.executions IS 'They are kept in agent_executions, and no metric counts them.';

CREATE TABLE public.provisional_days (
    metric_date date NOT NULL,
    shards integer NOT NULL,
    shard integer NOT NULL,
    snapshot pg_snapshot NOT NULL,
    aggregated_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.provisional_days IS 'Days that are not over but have provisional rows: what the last preview could see.';

CREATE TABLE public.reader_grants (
    table_name text NOT NULL,
    privileges text NOT NULL,
    CONSTRAINT reader_grants_privileges_check CHECK ((privileges ~ '^(select|insert|update|delete)(, (select|insert|update|delete))*$'::text))
);

COMMENT ON TABLE public.reader_grants IS 'What a member of the role agent_metrics_reader may do; grant_to_reader() makes it so after each migration.';

ALTER TABLE ONLY public.agent_executions ATTACH PARTITION public.agent_executions_2026w46 FOR VALUES FROM ('2026-11-09 00:00:00+00') TO ('2026-11-16 00:00:00+00');

ALTER TABLE ONLY public.agent_executions ATTACH PARTITION public.agent_executions_2026w47 FOR VALUES FROM ('2026-11-16 00:00:00+00') TO ('2026-11-23 00:00:00+00');

ALTER TABLE ONLY public.agent_executions ATTACH PARTITION public.agent_executions_default DEFAULT;

INSERT INTO public.agent_day_failures VALUES ('22222222-2222-2222-2222-222222222222', '2026-11-10', 'A time is negative', '1.0.0', '1000:1010:1003', '2026-11-11 01:00:00+00', '2026-11-11 01:00:00+00');

INSERT INTO public.agent_error_groups VALUES ('11111111-1111-1111-1111-111111111111', '2026-11-10', 'Timeout after <*>', 2, 'Timeout after 30 s', 1, '2026-11-10 11:00:00+00', '2026-11-10 11:00:00+00');

INSERT INTO public.agent_execution_deletions VALUES ('22222222-2222-2222-2222-222222222222', '2026-11-17 12:00:00+00', '925');

INSERT INTO public.agent_executions_2026w46 VALUES ('aaaaaaaa-0000-0000-0000-000000000001', '11111111-1111-1111-1111-111111111111', '33333333-3333-3333-3333-333333333333', '{"a": 1}', 'COMPLETED', '2026-11-10 10:00:00+00', '2026-11-10 10:00:05+00', 5000, NULL, NULL, '924', '924');
INSERT INTO public.agent_executions_2026w46 VALUES ('aaaaaaaa-0000-0000-0000-000000000002', '11111111-1111-1111-1111-111111111111', '33333333-3333-3333-3333-333333333333', NULL, 'FAILED', '2026-11-10 11:00:00+00', '2026-11-10 11:00:30+00', 30000, 'Timeout', 'Timeout after 30 s', '924', '924');

INSERT INTO public.agent_executions_2026w47 VALUES ('aaaaaaaa-0000-0000-0000-000000000003', '22222222-2222-2222-2222-222222222222', '33333333-3333-3333-3333-333333333333', NULL, 'RUNNING', '2026-11-17 09:00:00+00', NULL, NULL, NULL, NULL, '924', NULL);

INSERT INTO public.agent_executions_default VALUES ('aaaaaaaa-0000-0000-0000-000000000004', '22222222-2222-2222-2222-222222222222', '33333333-3333-3333-3333-333333333333', NULL, 'COMPLETED', '2025-01-01 09:00:00+00', '2025-01-01 09:01:00+00', 60000, NULL, NULL, '924', '924');

INSERT INTO public.agent_metrics VALUES ('44444444-4444-4444-4444-444444444444', '11111111-1111-1111-1111-111111111111', '2026-11-10', 2, 1, 1, 0, 0, 1, 50, 50, 2, 35000, 17500, 5000, 30000, 5000, 30000, 30000, '\x0b0101000c010001', '\x414d4c530101', 2, false, '2026-11-11 01:00:00+00', '2026-11-11 01:00:00+00');

INSERT INTO public.agents VALUES ('11111111-1111-1111-1111-111111111111', 'Billing triage', '2026-11-01 00:00:00+00');
INSERT INTO public.agents VALUES ('22222222-2222-2222-2222-222222222222', 'Contract review', '2026-11-02 00:00:00+00');

INSERT INTO public.aggregated_day_shards VALUES ('2026-11-11', 2, 1, '1000:1010:1003', '2026-11-12 01:00:00+00');

INSERT INTO public.aggregated_days VALUES ('2026-11-10', '2026-11-09 23:00:00+00', '2026-11-10 23:00:00+00', '2026-11-11 01:00:00+00', '1000:1010:1003', 1, 2, 1, 1, 0, 0, 1, 2, 35000, 5000, 30000, '{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}', '{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}', '{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}', '\x414d4c530101', 1, '2026-11-11 01:00:00+00');

INSERT INTO public.aggregation_runs VALUES (1, 0, '2026-11-11 00:59:00+00', '2026-11-11 01:00:00+00', '2026-11-11 01:00:00+00', 60, 2, false, 0);

INSERT INTO public.aggregation_shards VALUES (1, 0, 3, '1000:1010:1003', '2026-11-11 01:00:00+00');

INSERT INTO public.aggregation_state VALUES (true, 'Europe/Berlin', 7500000000000000000, '2026-11-09');

INSERT INTO public.batch_job_execution VALUES (1, 2, 1, '2026-11-11 00:59:00', '2026-11-11 00:59:00', '2026-11-11 01:00:00', 'COMPLETED', 'COMPLETED', '', '2026-11-11 01:00:00');

INSERT INTO public.batch_job_execution_context VALUES (1, '{}', NULL);

INSERT INTO public.batch_job_execution_params VALUES (1, 'run', 'java.lang.Long', '1', 'Y');

INSERT INTO public.batch_job_instance VALUES (1, 0, 'aggregate', '0123456789abcdef0123456789abcdef');

INSERT INTO public.batch_step_execution VALUES (1, 2, 'aggregate', 1, '2026-11-11 00:59:00', NULL, NULL, 'COMPLETED', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO public.batch_step_execution_context VALUES (1, '{}', NULL);

INSERT INTO public.databasechangelog VALUES ('agents', 'agent-metrics', 'db/changelog/001-agents-and-executions.sql', '2026-11-26 22:48:53.157564', 1, 'EXECUTED', '9:7a70f55dac5deba940b95e7fe5142bb5', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('agent-executions', 'agent-metrics', 'db/changelog/001-agents-and-executions.sql', '2026-11-26 22:48:53.292057', 2, 'EXECUTED', '9:0601ead097b74a82aade6fef7a778b6a', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('execution-changes', 'agent-metrics', 'db/changelog/001-agents-and-executions.sql', '2026-11-26 22:48:53.34127', 3, 'EXECUTED', '9:574eef7af7888bbad05b8e09ae27b26c', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('execution-deletions', 'agent-metrics', 'db/changelog/001-agents-and-executions.sql', '2026-11-26 22:48:53.391627', 4, 'EXECUTED', '9:800c656b88f4bd1c6310e7203288b3aa', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('execution-partition-functions', 'agent-metrics', 'db/changelog/002-execution-partitions.sql', '2026-11-26 22:48:53.451322', 5, 'EXECUTED', '9:270de2bda2a54a18608d63c12b777321', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('default-execution-partition', 'agent-metrics', 'db/changelog/002-execution-partitions.sql', '2026-11-26 22:48:53.498354', 6, 'EXECUTED', '9:b38e457c627ba2c0b1df633154990037', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('first-execution-start', 'agent-metrics', 'db/changelog/002-execution-partitions.sql', '2026-11-26 22:48:53.530743', 7, 'EXECUTED', '9:0842e53bbba00b2b3ccca1057eff200b', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('execution-bounds', 'agent-metrics', 'db/changelog/003-execution-rules.sql', '2026-11-26 22:48:53.565332', 8, 'EXECUTED', '9:42938374c911bf8c1273f3cc09776773', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('execution-times', 'agent-metrics', 'db/changelog/003-execution-rules.sql', '2026-11-26 22:48:53.597723', 9, 'EXECUTED', '9:5defcc82b2da376d36f3998ac474f643', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('agent-metrics', 'agent-metrics', 'db/changelog/004-agent-metrics.sql', '2026-11-26 22:48:53.771565', 10, 'EXECUTED', '9:5fd8895ac67d60978705576237f56d2e', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('unpack-hourly-counts', 'agent-metrics', 'db/changelog/004-agent-metrics.sql', '2026-11-26 22:48:53.80589', 11, 'EXECUTED', '9:5240c2be3c90605863209193411f344b', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('agent-error-groups', 'agent-metrics', 'db/changelog/004-agent-metrics.sql', '2026-11-26 22:48:53.843719', 12, 'EXECUTED', '9:8db3d0f99ace364412231f23718178cd', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('agent-day-failures', 'agent-metrics', 'db/changelog/004-agent-metrics.sql', '2026-11-26 22:48:53.874069', 13, 'EXECUTED', '9:ac08f28dddef9779a6349b1b837a3ff1', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('aggregation-state', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:53.893207', 14, 'EXECUTED', '9:8607f39e46239b73b58fca661ffd25a5', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('aggregation-shards', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:53.924274', 15, 'EXECUTED', '9:916b939deb088ae6df5a0a3bee9efa5d', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('aggregation-runs', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:53.954447', 16, 'EXECUTED', '9:109efcc7777e6eb4aae19713804ed519', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('aggregated-days', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:53.991752', 17, 'EXECUTED', '9:72c6a240b43cd0002e944ce52305713f', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('aggregated-day-shards', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:54.058656', 18, 'EXECUTED', '9:4a1a00793cbca31c16dafc56a1590476', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('provisional-days', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:54.088157', 19, 'EXECUTED', '9:796ba794a625e7b616908a016b3ef82a', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('agent-shard', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:54.105774', 20, 'EXECUTED', '9:2bc320758ff83e539710d5fd350d955d', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('first-executions', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:54.147497', 21, 'EXECUTED', '9:f4500306c490eaf1d69f833b7e676d3d', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('functions-with-a-search-path', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:54.168004', 22, 'EXECUTED', '9:840a39b038b055f5fd76c4b517a8c48d', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('aggregation-ledger', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:54.1899', 23, 'EXECUTED', '9:37ea30eff0d8102ece1e04427ed30dd7', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('execution-drops', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:54.222557', 24, 'EXECUTED', '9:d4b5db9040e0928510803cce8b30723b', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('replayed-until', 'agent-metrics', 'db/changelog/005-day-ledger.sql', '2026-11-26 22:48:54.237254', 25, 'EXECUTED', '9:fae508a88880b8b3bb79e7f0a2435a7c', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('spring-batch', 'agent-metrics', 'db/changelog/006-spring-batch.sql', '2026-11-26 22:48:54.296148', 26, 'EXECUTED', '9:c7b53e318f668ac0301c6974ec23f8d4', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('exposition', 'agent-metrics', 'db/changelog/007-exposition.sql', '2026-11-26 22:48:54.341979', 27, 'EXECUTED', '9:f9104bd5869022f7f310c001532251ee', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('exposition-reopened', 'agent-metrics', 'db/changelog/007-exposition.sql', '2026-11-26 22:48:54.361354', 28, 'EXECUTED', '9:4909285a61cd231faadafd32d281a2da', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('reader-grants', 'agent-metrics', 'db/changelog/008-reader-role.sql', '2026-11-26 22:48:54.379045', 29, 'EXECUTED', '9:518ef98533a5c355f2060dd55d57480c', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('grant-to-reader', 'agent-metrics', 'db/changelog/008-reader-role.sql', '2026-11-26 22:48:54.406134', 30, 'EXECUTED', '9:27846c67e3be2ffece6a23f5ca86de4a', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('restored-elsewhere', 'agent-metrics', 'db/changelog/009-restored-elsewhere.sql', '2026-11-26 22:48:54.430583', 31, 'EXECUTED', '9:309472c98239d4edb46b2d1768f3bf1b', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('adopt-executions', 'agent-metrics', 'db/changelog/009-restored-elsewhere.sql', '2026-11-26 22:48:54.502799', 32, 'EXECUTED', '9:10ce99db0e5f7a2a30dd493d5a5d26c4', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('execution-changes-view', 'agent-metrics', 'db/changelog/010-changed-since-closed.sql', '2026-11-26 22:48:54.607765', 33, 'EXECUTED', '9:6127a1550836645a639e0bd224d62c51', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');
INSERT INTO public.databasechangelog VALUES ('changed-since-closed', 'agent-metrics', 'db/changelog/010-changed-since-closed.sql', '2026-11-26 22:48:54.681489', 34, 'EXECUTED', '9:c866d9ae9ee93c1f97f5725835de98e5', 'sql', '', NULL, '4.33.0', NULL, NULL, '5733329935');

INSERT INTO public.databasechangeloglock VALUES (1, false, NULL, NULL);

INSERT INTO public.execution_drops VALUES ('2025-01-05 23:00:00+00', '900:900:', '2026-11-01 00:00:00+00');

INSERT INTO public.exposition_errors VALUES ('11111111-1111-1111-1111-111111111111', 'Timeout', 1);

INSERT INTO public.exposition_position VALUES (true, '1000:1010:1003', '2026-11-17 12:00:00+00', 7500000000000000000);

INSERT INTO public.exposition_recent VALUES ('2026-11-17 12:00:00+00', '11111111-1111-1111-1111-111111111111', 1, 1);

INSERT INTO public.exposition_reopened VALUES ('aaaaaaaa-0000-0000-0000-000000000003', '2026-11-17 09:00:00+00', '1001');

INSERT INTO public.exposition_totals VALUES ('11111111-1111-1111-1111-111111111111', 1, 1, 0, 0, '{0,1,1,0}', 35000, '2026-11-17 12:00:00+00');

INSERT INTO public.first_executions VALUES ('2026-11-10 10:00:00+00');
INSERT INTO public.first_executions VALUES ('2025-01-01 09:00:00+00');

INSERT INTO public.late_executions VALUES ('22222222-2222-2222-2222-222222222222', '2025-01-01', 1);

INSERT INTO public.provisional_days VALUES ('2026-11-17', 1, 0, '1000:1010:1003', '2026-11-17 12:00:00+00');

INSERT INTO public.reader_grants VALUES ('agents', 'select');
INSERT INTO public.reader_grants VALUES ('agent_executions', 'select');
INSERT INTO public.reader_grants VALUES ('agent_execution_deletions', 'select');
INSERT INTO public.reader_grants VALUES ('execution_changes', 'select');
INSERT INTO public.reader_grants VALUES ('late_executions', 'select');
INSERT INTO public.reader_grants VALUES ('first_executions', 'select');
INSERT INTO public.reader_grants VALUES ('agent_metrics', 'select');
INSERT INTO public.reader_grants VALUES ('agent_error_groups', 'select');
INSERT INTO public.reader_grants VALUES ('agent_day_failures', 'select');
INSERT INTO public.reader_grants VALUES ('aggregated_days', 'select');
INSERT INTO public.reader_grants VALUES ('aggregated_day_shards', 'select');
INSERT INTO public.reader_grants VALUES ('provisional_days', 'select');
INSERT INTO public.reader_grants VALUES ('aggregation_state', 'select');
INSERT INTO public.reader_grants VALUES ('aggregation_shards', 'select');
INSERT INTO public.reader_grants VALUES ('aggregation_runs', 'select');
INSERT INTO public.reader_grants VALUES ('aggregation_ledger', 'select');
INSERT INTO public.reader_grants VALUES ('exposition_position', 'select, insert, update, delete');
INSERT INTO public.reader_grants VALUES ('exposition_totals', 'select, insert, update, delete');
INSERT INTO public.reader_grants VALUES ('exposition_errors', 'select, insert, update, delete');
INSERT INTO public.reader_grants VALUES ('exposition_recent', 'select, insert, update, delete');
INSERT INTO public.reader_grants VALUES ('exposition_reopened', 'select, insert, update, delete');
INSERT INTO public.reader_grants VALUES ('databasechangelog', 'select');

SELECT pg_catalog.setval('public.aggregation_fence', 3, true);

SELECT pg_catalog.setval('public.batch_job_execution_seq', 1, true);

SELECT pg_catalog.setval('public.batch_job_instance_seq', 1, true);

SELECT pg_catalog.setval('public.batch_step_execution_seq', 1, true);

ALTER TABLE ONLY public.agent_day_failures
    ADD CONSTRAINT agent_day_failures_pkey PRIMARY KEY (agent_id, metric_date);

ALTER TABLE ONLY public.agent_error_groups
    ADD CONSTRAINT agent_error_groups_pkey PRIMARY KEY (agent_id, metric_date, fingerprint, masking_version);

ALTER TABLE ONLY public.agent_executions
    ADD CONSTRAINT agent_executions_pkey PRIMARY KEY (id, execution_start);

ALTER TABLE ONLY public.agent_executions_2026w46
    ADD CONSTRAINT agent_executions_2026w46_pkey PRIMARY KEY (id, execution_start);

ALTER TABLE ONLY public.agent_executions_2026w47
    ADD CONSTRAINT agent_executions_2026w47_pkey PRIMARY KEY (id, execution_start);

ALTER TABLE ONLY public.agent_executions_default
    ADD CONSTRAINT agent_executions_default_pkey PRIMARY KEY (id, execution_start);

ALTER TABLE public.agent_executions
    ADD CONSTRAINT agent_executions_end_bounded CHECK ((execution_end < '2110-01-01 00:00:00+00'::timestamp with time zone)) NOT VALID;

ALTER TABLE public.agent_executions
    ADD CONSTRAINT agent_executions_start_bounded CHECK ((execution_start < '2100-01-01 00:00:00+00'::timestamp with time zone)) NOT VALID;

ALTER TABLE public.agent_executions
    ADD CONSTRAINT agent_executions_time_bounded CHECK ((execution_time_ms <= '315576000000'::bigint)) NOT VALID;

ALTER TABLE ONLY public.agent_metrics
    ADD CONSTRAINT agent_metrics_agent_id_metric_date_key UNIQUE (agent_id, metric_date);

ALTER TABLE ONLY public.agent_metrics
    ADD CONSTRAINT agent_metrics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.aggregated_day_shards
    ADD CONSTRAINT aggregated_day_shards_pkey PRIMARY KEY (metric_date, shards, shard);

ALTER TABLE ONLY public.aggregated_days
    ADD CONSTRAINT aggregated_days_pkey PRIMARY KEY (metric_date);

ALTER TABLE ONLY public.aggregation_runs
    ADD CONSTRAINT aggregation_runs_pkey PRIMARY KEY (shards, shard);

ALTER TABLE ONLY public.aggregation_shards
    ADD CONSTRAINT aggregation_shards_pkey PRIMARY KEY (shards, shard);

ALTER TABLE ONLY public.aggregation_state
    ADD CONSTRAINT aggregation_state_pkey PRIMARY KEY (singleton);

ALTER TABLE ONLY public.batch_job_execution_context
    ADD CONSTRAINT batch_job_execution_context_pkey PRIMARY KEY (job_execution_id);

ALTER TABLE ONLY public.batch_job_execution
    ADD CONSTRAINT batch_job_execution_pkey PRIMARY KEY (job_execution_id);

ALTER TABLE ONLY public.batch_job_instance
    ADD CONSTRAINT batch_job_instance_pkey PRIMARY KEY (job_instance_id);

ALTER TABLE ONLY public.batch_step_execution_context
    ADD CONSTRAINT batch_step_execution_context_pkey PRIMARY KEY (step_execution_id);

ALTER TABLE ONLY public.batch_step_execution
    ADD CONSTRAINT batch_step_execution_pkey PRIMARY KEY (step_execution_id);

ALTER TABLE ONLY public.databasechangeloglock
    ADD CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.execution_drops
    ADD CONSTRAINT execution_drops_pkey PRIMARY KEY (kept_from);

ALTER TABLE ONLY public.exposition_errors
    ADD CONSTRAINT exposition_errors_pkey PRIMARY KEY (agent_id, error_type);

ALTER TABLE ONLY public.exposition_position
    ADD CONSTRAINT exposition_position_pkey PRIMARY KEY (singleton);

ALTER TABLE ONLY public.exposition_recent
    ADD CONSTRAINT exposition_recent_pkey PRIMARY KEY (minute, agent_id);

ALTER TABLE ONLY public.exposition_reopened
    ADD CONSTRAINT exposition_reopened_pkey PRIMARY KEY (id, execution_start);

ALTER TABLE ONLY public.exposition_totals
    ADD CONSTRAINT exposition_totals_pkey PRIMARY KEY (agent_id);

ALTER TABLE ONLY public.batch_job_instance
    ADD CONSTRAINT job_inst_un UNIQUE (job_name, job_key);

ALTER TABLE ONLY public.late_executions
    ADD CONSTRAINT late_executions_pkey PRIMARY KEY (agent_id, metric_date);

ALTER TABLE ONLY public.provisional_days
    ADD CONSTRAINT provisional_days_pkey PRIMARY KEY (metric_date, shards, shard);

ALTER TABLE ONLY public.reader_grants
    ADD CONSTRAINT reader_grants_pkey PRIMARY KEY (table_name);

CREATE INDEX agent_day_failures_by_date ON public.agent_day_failures USING btree (metric_date);

CREATE INDEX agent_error_groups_by_date ON public.agent_error_groups USING btree (metric_date);

CREATE INDEX agent_execution_deletions_changed ON public.agent_execution_deletions USING btree (changed_in);

CREATE INDEX agent_executions_errors ON ONLY public.agent_executions USING btree (agent_id, execution_start) WHERE (error_message IS NOT NULL);

CREATE INDEX agent_executions_2026w46_agent_id_execution_start_idx ON public.agent_executions_2026w46 USING btree (agent_id, execution_start) WHERE (error_message IS NOT NULL);

CREATE INDEX agent_executions_in_progress ON ONLY public.agent_executions USING btree (agent_id, execution_start) WHERE (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text]));

CREATE INDEX agent_executions_2026w46_agent_id_execution_start_idx1 ON public.agent_executions_2026w46 USING btree (agent_id, execution_start) WHERE (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text]));

CREATE INDEX agent_executions_unexplained ON ONLY public.agent_executions USING btree (agent_id, execution_start) WHERE ((error_message IS NULL) AND (status = ANY (ARRAY['FAILED'::text, 'TIMEOUT'::text])));

CREATE INDEX agent_executions_2026w46_agent_id_execution_start_idx2 ON public.agent_executions_2026w46 USING btree (agent_id, execution_start) WHERE ((error_message IS NULL) AND (status = ANY (ARRAY['FAILED'::text, 'TIMEOUT'::text])));

CREATE INDEX agent_executions_by_agent ON ONLY public.agent_executions USING btree (agent_id, execution_start) INCLUDE (status, execution_time_ms);

CREATE INDEX agent_executions_2026w46_agent_id_execution_start_status_ex_idx ON public.agent_executions_2026w46 USING btree (agent_id, execution_start) INCLUDE (status, execution_time_ms);

CREATE INDEX agent_executions_changed ON ONLY public.agent_executions USING btree (changed_in);

CREATE INDEX agent_executions_2026w46_changed_in_idx ON public.agent_executions_2026w46 USING btree (changed_in);

CREATE INDEX agent_executions_by_start ON ONLY public.agent_executions USING brin (execution_start) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX agent_executions_2026w46_execution_start_idx ON public.agent_executions_2026w46 USING brin (execution_start) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX agent_executions_finished ON ONLY public.agent_executions USING btree (finished_in) WHERE (finished_in IS NOT NULL);

CREATE INDEX agent_executions_2026w46_finished_in_idx ON public.agent_executions_2026w46 USING btree (finished_in) WHERE (finished_in IS NOT NULL);

CREATE INDEX agent_executions_2026w47_agent_id_execution_start_idx ON public.agent_executions_2026w47 USING btree (agent_id, execution_start) WHERE (error_message IS NOT NULL);

CREATE INDEX agent_executions_2026w47_agent_id_execution_start_idx1 ON public.agent_executions_2026w47 USING btree (agent_id, execution_start) WHERE (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text]));

CREATE INDEX agent_executions_2026w47_agent_id_execution_start_idx2 ON public.agent_executions_2026w47 USING btree (agent_id, execution_start) WHERE ((error_message IS NULL) AND (status = ANY (ARRAY['FAILED'::text, 'TIMEOUT'::text])));

CREATE INDEX agent_executions_2026w47_agent_id_execution_start_status_ex_idx ON public.agent_executions_2026w47 USING btree (agent_id, execution_start) INCLUDE (status, execution_time_ms);

CREATE INDEX agent_executions_2026w47_changed_in_idx ON public.agent_executions_2026w47 USING btree (changed_in);

CREATE INDEX agent_executions_2026w47_execution_start_idx ON public.agent_executions_2026w47 USING brin (execution_start) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX agent_executions_2026w47_finished_in_idx ON public.agent_executions_2026w47 USING btree (finished_in) WHERE (finished_in IS NOT NULL);

CREATE INDEX agent_executions_default_agent_id_execution_start_idx ON public.agent_executions_default USING btree (agent_id, execution_start) WHERE (error_message IS NOT NULL);

CREATE INDEX agent_executions_default_agent_id_execution_start_idx1 ON public.agent_executions_default USING btree (agent_id, execution_start) WHERE (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text]));

CREATE INDEX agent_executions_default_agent_id_execution_start_idx2 ON public.agent_executions_default USING btree (agent_id, execution_start) WHERE ((error_message IS NULL) AND (status = ANY (ARRAY['FAILED'::text, 'TIMEOUT'::text])));

CREATE INDEX agent_executions_default_agent_id_execution_start_status_ex_idx ON public.agent_executions_default USING btree (agent_id, execution_start) INCLUDE (status, execution_time_ms);

CREATE INDEX agent_executions_default_by_start ON public.agent_executions_default USING btree (execution_start);

CREATE INDEX agent_executions_default_changed_in_idx ON public.agent_executions_default USING btree (changed_in);

CREATE INDEX agent_executions_default_execution_start_idx ON public.agent_executions_default USING brin (execution_start) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX agent_executions_default_finished_in_idx ON public.agent_executions_default USING btree (finished_in) WHERE (finished_in IS NOT NULL);

CREATE INDEX agent_metrics_by_date ON public.agent_metrics USING btree (metric_date);

CREATE INDEX batch_job_execution_instance ON public.batch_job_execution USING btree (job_instance_id);

CREATE INDEX batch_job_execution_params_execution ON public.batch_job_execution_params USING btree (job_execution_id);

CREATE INDEX batch_step_execution_execution ON public.batch_step_execution USING btree (job_execution_id);

CREATE INDEX first_executions_lowest ON public.first_executions USING btree (quarter_hour);

ALTER INDEX public.agent_executions_errors ATTACH PARTITION public.agent_executions_2026w46_agent_id_execution_start_idx;

ALTER INDEX public.agent_executions_in_progress ATTACH PARTITION public.agent_executions_2026w46_agent_id_execution_start_idx1;

ALTER INDEX public.agent_executions_unexplained ATTACH PARTITION public.agent_executions_2026w46_agent_id_execution_start_idx2;

ALTER INDEX public.agent_executions_by_agent ATTACH PARTITION public.agent_executions_2026w46_agent_id_execution_start_status_ex_idx;

ALTER INDEX public.agent_executions_changed ATTACH PARTITION public.agent_executions_2026w46_changed_in_idx;

ALTER INDEX public.agent_executions_by_start ATTACH PARTITION public.agent_executions_2026w46_execution_start_idx;

ALTER INDEX public.agent_executions_finished ATTACH PARTITION public.agent_executions_2026w46_finished_in_idx;

ALTER INDEX public.agent_executions_pkey ATTACH PARTITION public.agent_executions_2026w46_pkey;

ALTER INDEX public.agent_executions_errors ATTACH PARTITION public.agent_executions_2026w47_agent_id_execution_start_idx;

ALTER INDEX public.agent_executions_in_progress ATTACH PARTITION public.agent_executions_2026w47_agent_id_execution_start_idx1;

ALTER INDEX public.agent_executions_unexplained ATTACH PARTITION public.agent_executions_2026w47_agent_id_execution_start_idx2;

ALTER INDEX public.agent_executions_by_agent ATTACH PARTITION public.agent_executions_2026w47_agent_id_execution_start_status_ex_idx;

ALTER INDEX public.agent_executions_changed ATTACH PARTITION public.agent_executions_2026w47_changed_in_idx;

ALTER INDEX public.agent_executions_by_start ATTACH PARTITION public.agent_executions_2026w47_execution_start_idx;

ALTER INDEX public.agent_executions_finished ATTACH PARTITION public.agent_executions_2026w47_finished_in_idx;

ALTER INDEX public.agent_executions_pkey ATTACH PARTITION public.agent_executions_2026w47_pkey;

ALTER INDEX public.agent_executions_errors ATTACH PARTITION public.agent_executions_default_agent_id_execution_start_idx;

ALTER INDEX public.agent_executions_in_progress ATTACH PARTITION public.agent_executions_default_agent_id_execution_start_idx1;

ALTER INDEX public.agent_executions_unexplained ATTACH PARTITION public.agent_executions_default_agent_id_execution_start_idx2;

ALTER INDEX public.agent_executions_by_agent ATTACH PARTITION public.agent_executions_default_agent_id_execution_start_status_ex_idx;

ALTER INDEX public.agent_executions_changed ATTACH PARTITION public.agent_executions_default_changed_in_idx;

ALTER INDEX public.agent_executions_by_start ATTACH PARTITION public.agent_executions_default_execution_start_idx;

ALTER INDEX public.agent_executions_finished ATTACH PARTITION public.agent_executions_default_finished_in_idx;

ALTER INDEX public.agent_executions_pkey ATTACH PARTITION public.agent_executions_default_pkey;

CREATE TRIGGER note_first_execution BEFORE INSERT ON public.agent_executions FOR EACH ROW WHEN ((new.execution_start < public.first_execution_noted())) EXECUTE FUNCTION public.note_first_execution();

CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON public.agent_executions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_execution_truncation();

CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON public.agent_executions_2026w46 FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_execution_truncation();

CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON public.agent_executions_2026w47 FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_execution_truncation();

CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON public.agent_executions_default FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_execution_truncation();

CREATE TRIGGER time_inserted_execution BEFORE INSERT ON public.agent_executions FOR EACH ROW WHEN ((((new.execution_end IS NOT NULL) AND (new.execution_time_ms IS NULL)) OR (new.execution_end < new.execution_start))) EXECUTE FUNCTION public.time_execution();

CREATE TRIGGER time_updated_execution BEFORE UPDATE ON public.agent_executions FOR EACH ROW WHEN ((((new.execution_end IS NOT NULL) AND (new.execution_time_ms IS NULL)) OR (new.execution_end < new.execution_start) OR ((old.execution_end IS NOT NULL) AND (new.execution_end IS DISTINCT FROM old.execution_end)))) EXECUTE FUNCTION public.time_execution();

CREATE TRIGGER track_change BEFORE INSERT OR UPDATE ON public.agent_executions FOR EACH ROW EXECUTE FUNCTION public.track_execution_change();

CREATE TRIGGER track_deletion AFTER DELETE ON public.agent_executions REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.track_execution_deletion();

CREATE TRIGGER track_deletion AFTER DELETE ON public.agent_executions_2026w46 REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.track_execution_deletion();

CREATE TRIGGER track_deletion AFTER DELETE ON public.agent_executions_2026w47 REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.track_execution_deletion();

CREATE TRIGGER track_deletion AFTER DELETE ON public.agent_executions_default REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.track_execution_deletion();

ALTER TABLE ONLY public.agent_day_failures
    ADD CONSTRAINT agent_day_failures_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_error_groups
    ADD CONSTRAINT agent_error_groups_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id);

ALTER TABLE public.agent_executions
    ADD CONSTRAINT agent_executions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id);

ALTER TABLE ONLY public.agent_metrics
    ADD CONSTRAINT agent_metrics_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id);

ALTER TABLE ONLY public.exposition_errors
    ADD CONSTRAINT exposition_errors_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.exposition_totals(agent_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exposition_recent
    ADD CONSTRAINT exposition_recent_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.exposition_totals(agent_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.batch_job_execution_context
    ADD CONSTRAINT job_exec_ctx_fk FOREIGN KEY (job_execution_id) REFERENCES public.batch_job_execution(job_execution_id);

ALTER TABLE ONLY public.batch_job_execution_params
    ADD CONSTRAINT job_exec_params_fk FOREIGN KEY (job_execution_id) REFERENCES public.batch_job_execution(job_execution_id);

ALTER TABLE ONLY public.batch_step_execution
    ADD CONSTRAINT job_exec_step_fk FOREIGN KEY (job_execution_id) REFERENCES public.batch_job_execution(job_execution_id);

ALTER TABLE ONLY public.batch_job_execution
    ADD CONSTRAINT job_inst_exec_fk FOREIGN KEY (job_instance_id) REFERENCES public.batch_job_instance(job_instance_id);

ALTER TABLE ONLY public.batch_step_execution_context
    ADD CONSTRAINT step_exec_ctx_fk FOREIGN KEY (step_execution_id) REFERENCES public.batch_step_execution(step_execution_id);
