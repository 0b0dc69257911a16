--liquibase formatted sql

--changeset agent-metrics:execution-sources
create table execution_sources (
	id smallint generated always as identity primary key,
	name text not null unique check (name ~ '^[a-z][a-z0-9_-]{0,39}$'),
	statuses jsonb not null,
	connected_table text,
	connected_at timestamptz,
	copied_through text,
	copied_at timestamptz,
	copy_snapshot pg_snapshot,
	copy_mapping text
);
comment on table execution_sources is
	'Where executions come from that their platform does not write here itself: its own table, or files of them.';
comment on column execution_sources.id is 'What executions and agents name it by.';
comment on column execution_sources.name is 'Its name in the settings; part of every id that is made from one of its keys.';
comment on column execution_sources.statuses is 'The source''s words for a status, in lower case without spaces, hyphens and _, and which status each means.';
comment on column execution_sources.connected_table is 'The table whose changes come over, quoted as SQL wants it; null while there is none.';
comment on column execution_sources.connected_at is 'Since when its changes come over.';
comment on column execution_sources.copied_through is 'The last key of its history that has been copied; null before the first and after the last.';
comment on column execution_sources.copied_at is 'When all of its history had been copied last; null while it never was.';
comment on column execution_sources.copy_snapshot is 'What the newest copy of its history could see when it began.';
comment on column execution_sources.copy_mapping is 'How the copy reads rows and words: one that reads them otherwise begins anew.';

-- few executions have none, and what counts users leaves those out
alter table agent_executions alter column user_id drop not null;
alter table agent_executions add column source_id smallint;
comment on column agent_executions.user_id is 'For whom the agent ran; null while unknown.';
comment on column agent_executions.source_id is
	'The row of execution_sources it came from; negative if it came by a file, null if the platform wrote it here.';
alter table agents
	add column external_id text,
	add column source_id smallint references execution_sources;
comment on column agents.external_id is 'What its platform calls it, where that is not a UUID.';
comment on column agents.source_id is 'The row of execution_sources it came from; null if the platform wrote it here.';

create table execution_rejects (
	source_id smallint not null references execution_sources on delete cascade,
	key text not null,
	reason text not null,
	stored boolean not null,
	first_at timestamptz not null default now(),
	last_at timestamptz not null default now(),
	times bigint not null default 1,
	primary key (source_id, key)
);
comment on table execution_rejects is
	'Executions of a connected table that do not fit, up to 10,000 of each source. A row goes when its execution fits or is deleted.';
comment on column execution_rejects.key is 'The first 500 characters of its key in the source.';
comment on column execution_rejects.reason is 'What is wrong with it.';
comment on column execution_rejects.stored is 'Whether it is stored nevertheless, without the value that is wrong.';
comment on column execution_rejects.times is 'How often it came.';

create table execution_misses (
	source_id smallint not null references execution_sources on delete cascade,
	missed_at timestamptz not null default clock_timestamp(),
	missed_in xid8 not null default pg_current_xact_id(),
	cause text not null
);
create index execution_misses_by_source on execution_misses (source_id);
comment on table execution_misses is
	'Statements of a platform whose changes could not be stored here, up to 1,000 of each source; the next connect copies what they changed.';
comment on column execution_misses.missed_in is 'The platform''s transaction: a copy that began after it has what it changed.';
--rollback drop table execution_misses; drop table execution_rejects;
--rollback alter table agents drop column source_id, drop column external_id;
--rollback alter table agent_executions drop column source_id;
--rollback drop table execution_sources;

--changeset agent-metrics:releases-and-costs
-- Not valid, like every rule that executions get: nothing is read and nobody waits. What they refuse cannot be true; whether cached
-- tokens are part of the input is what platforms disagree about, so the two are not compared.
alter table agent_executions
	add column agent_version text,
	add column environment text,
	add column input_tokens bigint,
	add column output_tokens bigint,
	add column cached_input_tokens bigint,
	add column cost_usd numeric,
	add column external_id text,
	add constraint agent_executions_version_bounded
		check (agent_version ~ '\S' and length(agent_version) <= 200) not valid,
	add constraint agent_executions_environment_bounded
		check (environment ~ '\S' and length(environment) <= 200) not valid,
	add constraint agent_executions_input_tokens_bounded check (input_tokens between 0 and 1000000000000) not valid,
	add constraint agent_executions_output_tokens_bounded check (output_tokens between 0 and 1000000000000) not valid,
	add constraint agent_executions_cached_input_tokens_bounded
		check (cached_input_tokens between 0 and 1000000000000) not valid,
	-- NaN and infinity are greater than any number; digits that nobody pays would be added up with each sum. Without
	-- BETWEEN, which nests: PostgreSQL would take the rule of a new partition, made from this one's text, for another.
	add constraint agent_executions_cost_bounded
		check (cost_usd >= 0 and cost_usd <= 1000000 and scale(cost_usd) <= 40) not valid,
	add constraint agent_executions_external_id_bounded
		check (external_id ~ '\S' and length(external_id) <= 500) not valid;
comment on column agent_executions.agent_version is 'The release of the agent that ran; null if not said.';
comment on column agent_executions.environment is 'Where it ran, such as production; null if not said.';
comment on column agent_executions.input_tokens is
	'How many tokens models were given in the run, as the writer counts them; null if not said.';
comment on column agent_executions.output_tokens is 'How many tokens models answered with in the run; null if not said.';
comment on column agent_executions.cached_input_tokens is
	'How many tokens of what models were given came from a cache; null if not said.';
comment on column agent_executions.cost_usd is 'What the run cost in US dollars, as the writer says it; null if not said.';
comment on column agent_executions.external_id is
	'What the run is called where more of it can be seen, such as its trace; null if not said.';
--rollback alter table agent_executions drop column agent_version, drop column environment, drop column input_tokens,
--rollback 	drop column output_tokens, drop column cached_input_tokens, drop column cost_usd, drop column external_id;

--changeset agent-metrics:source-uuid splitStatements:false
-- The same key always becomes the same id, whichever way it comes in.
create function source_uuid(source_name text, key text) returns uuid language sql immutable parallel safe
	return case
		-- in place of one pattern, which takes six times as long
		when key like '________-____-____-____-____________' and key !~ '[^0-9a-fA-F-]' and length(replace(key, '-', '')) = 32
			then key::uuid
		else overlay(overlay(md5(source_name || ':' || key) placing '3' from 13)
			placing translate(substr(md5(source_name || ':' || key), 17, 1), '0123456789abcdef', '89ab89ab89ab89ab') from 17)::uuid
	end;
comment on function source_uuid(text, text) is
	'The key itself where it is a UUID, else the name-based one (RFC 9562, version 3 without a name space) of source:key.';
--rollback drop function source_uuid(text, text);

--changeset agent-metrics:mapped-executions splitStatements:false
create type foreign_execution as (
	key text,
	agent text,
	agent_name text,
	user_key text,
	status text,
	started timestamptz,
	ended timestamptz,
	duration_ms numeric,
	error_type text,
	error_message text,
	agent_version text,
	environment text,
	input_tokens numeric,
	output_tokens numeric,
	cached_input_tokens numeric,
	cost_usd numeric,
	external_id text
);
comment on type foreign_execution is 'An execution as its source has it, with its times in the types that they have here; tokens may be any number.';

create type mapped_execution as (
	ordinal bigint,
	key text,
	id uuid,
	agent_id uuid,
	agent_external_id text,
	agent_name text,
	user_id uuid,
	status text,
	execution_start timestamptz,
	execution_end timestamptz,
	execution_time_ms bigint,
	error_type text,
	error_message text,
	agent_version text,
	environment text,
	input_tokens bigint,
	output_tokens bigint,
	cached_input_tokens bigint,
	cost_usd numeric,
	external_id text,
	reason text,
	remark text
);
comment on type mapped_execution is
	'What becomes of an execution of a source: one that cannot be stored has a reason, one without a value that is wrong a remark.';

-- Returns a text as an execution may have it: null if it is blank or too long.
create function fitting_text(given text, longest int) returns text language sql immutable parallel safe
	return case when length(given) <= longest and given ~ '\S' then given end;

-- Returns a number of tokens as an execution may have it, null if it may not; NaN is greater than any number.
create function fitting_tokens(given numeric) returns bigint language sql immutable parallel safe
	return case when given between 0 and 1000000000000 then floor(given)::bigint end;

create function fitting_cost(given numeric) returns numeric language sql immutable parallel safe
	return case when given between 0 and 1000000 and scale(given) <= 40 then given end;

-- In the order of the executions.
create function mapped_executions(source_name text, statuses jsonb, executions foreign_execution[])
returns setof mapped_execution language sql stable rows 100
begin atomic
	with given as (
		select given.*, statuses ->> lower(translate(given.status, e' \t\r\n_-', '') collate "C") as known_status,
			isfinite(given.started) and given.started >= '2000-01-01 00:00:00+00' and given.started < '2100-01-01 00:00:00+00'
				as starts_within_bounds,
			-- NaN is greater than any number
			given.duration_ms >= 0 and given.duration_ms <= 315576000000 as takes_within_bounds,
			source_uuid(source_name, agent) as agent_id
		from unnest(executions) with ordinality as given (key, agent, agent_name, user_key, status, started, ended, duration_ms,
			error_type, error_message, agent_version, environment, input_tokens, output_tokens, cached_input_tokens, cost_usd,
			external_id, ordinal)
		-- so that each of these is computed once
		offset 0
	),
	judged as (
		select given.*, case
				when starts_within_bounds and isfinite(ended) and ended >= started and ended < '2110-01-01 00:00:00+00'
					then ended - started <= interval '315576000 seconds'
				when ended is not null then false
			end as ends_within_bounds
		from given
		offset 0
	)
	select ordinal, key, source_uuid(source_name, key), agent_id,
		case when agent_id::text <> lower(agent collate "C") then agent end,
		coalesce(substring(agent_name from '\S.*'), agent), source_uuid(source_name, nullif(user_key, '')), known_status, started,
		case when ends_within_bounds then ended end, case when takes_within_bounds then floor(duration_ms)::bigint end,
		nullif(error_type, ''), nullif(error_message, ''),
		fitting_text(agent_version, 200), fitting_text(environment, 200), fitting_tokens(input_tokens),
		fitting_tokens(output_tokens), fitting_tokens(cached_input_tokens), fitting_cost(cost_usd),
		fitting_text(external_id, 500),
		case
			when key is null or key !~ '\S' then 'the id is missing'
			when agent is null or agent !~ '\S' then 'the agent is missing'
			when status is null or status !~ '\S' then 'the status is missing'
			when known_status is null then format('the status "%s" is not known', left(status, 100))
			when started is null then 'the start is missing'
			when not starts_within_bounds then 'the start is not within the years 2000 to 2099'
			-- they were counted, and would be told of as late for ever
			when started < kept_from then
				format('it started before %s, and retention has dropped what did', (kept_from at time zone 'UTC')::date)
		end,
		case
			when ended < started then 'ends before it starts'
			when not ends_within_bounds then 'its end is not within ten years after its start and before 2110'
			when not takes_within_bounds then format('its duration of %s ms is not within 0 to ten years', duration_ms)
			when length(agent_version) > 200 then 'its version is longer than 200 characters'
			when length(environment) > 200 then 'its environment is longer than 200 characters'
			when length(external_id) > 500 then 'its external id is longer than 500 characters'
			when fitting_tokens(input_tokens) is null and input_tokens is not null
				then format('its %s input tokens are not within 0 to 1,000,000,000,000', left(input_tokens::text, 40))
			when fitting_tokens(output_tokens) is null and output_tokens is not null
				then format('its %s output tokens are not within 0 to 1,000,000,000,000', left(output_tokens::text, 40))
			when fitting_tokens(cached_input_tokens) is null and cached_input_tokens is not null
				then format('its %s cached tokens are not within 0 to 1,000,000,000,000', left(cached_input_tokens::text, 40))
			when fitting_cost(cost_usd) is null and cost_usd is not null
				then format('its cost of %s USD is not within 0 to 1,000,000 with up to 40 decimals', left(cost_usd::text, 40))
		end
	from judged, (select max(kept_from) as kept_from from execution_drops) drops
	order by ordinal;
end;
--rollback drop function mapped_executions(text, jsonb, foreign_execution[]);
--rollback drop function fitting_cost(numeric); drop function fitting_tokens(numeric); drop function fitting_text(text, int);
--rollback drop type mapped_execution; drop type foreign_execution;

--changeset agent-metrics:store-executions splitStatements:false
-- Stores executions of a source in place of what is stored of them, and deletes those that are gone or no longer fit. What
-- another source or the platform itself has written stays as it is. A negative source is a file of it: what its table has
-- brought stays, too, and what does not fit is told by the import. Returns how many rows it wrote.
-- Whatever is rarely needed is only asked for: the platform waits for each statement.
create function store_executions(source smallint, changed foreign_execution[], gone foreign_execution[])
returns bigint language plpgsql as $$
declare
	origin execution_sources;
	mapped mapped_execution[];
	has_problems boolean;
	had_problems boolean;
	has_new_agents boolean;
	written bigint;
	most_rejects constant int := 10000;
begin
	select * into strict origin from execution_sources where id = abs(source);
	select array_agg(given), source > 0 and bool_or(coalesce(reason, remark) is not null),
			exists (select from execution_rejects where source_id = source),
			bool_or(reason is null and (agents.id is null or agents.source_id = origin.id
				and agent_name not in (agents.name, coalesce(given.agent_external_id, agent_id::text))))
		into mapped, has_problems, had_problems, has_new_agents
	from mapped_executions(origin.name, origin.statuses, changed) given left join agents on agents.id = given.agent_id;
	if has_problems or cardinality(gone) > 0 then
		delete from agent_executions execution using (
			(select id, agent_id, execution_start from mapped_executions(origin.name, origin.statuses, gone)
			union
			select id, agent_id, execution_start from unnest(mapped) where source > 0 and reason is not null)
			except
			select id, agent_id, execution_start from unnest(mapped) where reason is null) removed
		where execution.id = removed.id and execution.execution_start = removed.execution_start
			and execution.agent_id = removed.agent_id and execution.source_id = source;
	end if;
	if had_problems then
		delete from execution_rejects rejects where source_id = source
			and key in (select left(keys.key, 500) from unnest(changed || gone) keys)
			and not exists (
				select from unnest(mapped) given
				where left(given.key, 500) = rejects.key and coalesce(reason, remark) is not null);
	end if;
	if has_problems then
		insert into execution_rejects as rejects (source_id, key, reason, stored)
		select distinct on (left(coalesce(key, ''), 500)) source, left(coalesce(key, ''), 500), coalesce(reason, remark), reason is null
		from unnest(mapped)
		where coalesce(reason, remark) is not null
		order by left(coalesce(key, ''), 500), ordinal desc
		limit (select most_rejects - count(*) from (select from execution_rejects where source_id = source limit most_rejects) counted)
		on conflict (source_id, key) do update
			set reason = excluded.reason, stored = excluded.stored, last_at = now(), times = rejects.times + 1;
	end if;
	if has_new_agents then
		-- in one order, so that of two transactions one waits for the other
		insert into agents (id, name, external_id, source_id)
		select distinct on (agent_id) agent_id, agent_name, agent_external_id, origin.id from unnest(mapped) given
		where reason is null and not exists (select from agents where agents.id = given.agent_id)
		order by agent_id, ordinal desc
		on conflict do nothing;
		update agents set name = given.agent_name
		from (
			select distinct on (agent_id) agent_id, agent_name from unnest(mapped)
			-- what has no name is called by its key, which is no new name
			where reason is null and agent_name <> coalesce(agent_external_id, agent_id::text)
			order by agent_id, ordinal desc) given
		where agents.id = given.agent_id and agents.id in (
			-- whoever renames it now knows its name as well
			select id from agents other
			where other.id = given.agent_id and other.source_id = origin.id and other.name <> given.agent_name
			for no key update skip locked);
	end if;
	insert into agent_executions as execution (id, agent_id, user_id, status, execution_start, execution_end, execution_time_ms,
		error_type, error_message, agent_version, environment, input_tokens, output_tokens, cached_input_tokens, cost_usd,
		external_id, source_id)
	select distinct on (id, execution_start) id, agent_id, user_id, status, execution_start, execution_end, execution_time_ms,
		error_type, error_message, agent_version, environment, input_tokens, output_tokens, cached_input_tokens, cost_usd,
		external_id, source
	from unnest(mapped)
	where reason is null
	order by id, execution_start, ordinal desc
	on conflict (id, execution_start) do update
		set agent_id = excluded.agent_id, user_id = excluded.user_id, status = excluded.status, execution_end = excluded.execution_end,
			execution_time_ms = excluded.execution_time_ms, error_type = excluded.error_type, error_message = excluded.error_message,
			agent_version = excluded.agent_version, environment = excluded.environment, input_tokens = excluded.input_tokens,
			output_tokens = excluded.output_tokens, cached_input_tokens = excluded.cached_input_tokens,
			cost_usd = excluded.cost_usd, external_id = excluded.external_id, source_id = excluded.source_id
		where execution.source_id in (source, -abs(source))
			and (execution.agent_id, execution.user_id, execution.status, execution.execution_end, execution.execution_time_ms,
					execution.error_type, execution.error_message, execution.agent_version, execution.environment,
					execution.input_tokens, execution.output_tokens, execution.cached_input_tokens, execution.cost_usd,
					execution.external_id, execution.source_id)
				is distinct from (excluded.agent_id, excluded.user_id, excluded.status, excluded.execution_end,
					excluded.execution_time_ms, excluded.error_type, excluded.error_message, excluded.agent_version,
					excluded.environment, excluded.input_tokens, excluded.output_tokens, excluded.cached_input_tokens,
					excluded.cost_usd, excluded.external_id, excluded.source_id);
	get diagnostics written = row_count;
	return written;
end $$;

-- The same, an execution at a time: what PostgreSQL refuses is noted with its words, and harms no other.
create function store_executions_singly(source smallint, changed foreign_execution[], gone foreign_execution[])
returns bigint language plpgsql as $$
declare
	execution foreign_execution;
	written bigint := 0;
begin
	foreach execution in array changed loop
		begin
			written := written + store_executions(source, array[execution],
				array(select old from unnest(gone) old where old.key = execution.key));
		exception
			when data_exception or integrity_constraint_violation or program_limit_exceeded or raise_exception then
				insert into execution_rejects as rejects (source_id, key, reason, stored)
				select source, left(execution.key, 500), sqlerrm, false
				where (select count(*) from (select from execution_rejects where source_id = source limit 10000) counted) < 10000
				on conflict (source_id, key) do update
					set reason = excluded.reason, stored = false, last_at = now(), times = rejects.times + 1;
		end;
	end loop;
	perform store_executions(source, '{}', array(
		select old from unnest(gone) old where not exists (select from unnest(changed) new where new.key = old.key)));
	return written;
end $$;

-- After a TRUNCATE of the source's table.
create function forget_executions(source smallint) returns void language plpgsql as $$
begin
	delete from agent_executions where source_id = source;
	delete from execution_rejects where source_id = source;
end $$;

create function note_miss(source smallint, cause text) returns void language plpgsql as $$
begin
	-- those that a copy under way has seen go at its end: they do not count
	insert into execution_misses (source_id, cause)
	select source, cause
	where (select count(*) from (
		select from execution_misses join execution_sources on id = source_id
		where source_id = source and not coalesce(pg_visible_in_snapshot(missed_in, copy_snapshot), false)
		limit 1000) counted) < 1000;
end $$;

do $$
declare
	function_name text;
begin
	foreach function_name in array array['store_executions(smallint, foreign_execution[], foreign_execution[])',
			'store_executions_singly(smallint, foreign_execution[], foreign_execution[])', 'forget_executions(smallint)',
			'note_miss(smallint, text)'] loop
		execute format('alter function %s set search_path = %I, pg_temp', function_name, current_schema());
	end loop;
end $$;
-- planned once for all partitions: planning takes longer than storing an execution
alter function store_executions(smallint, foreign_execution[], foreign_execution[])
	set plan_cache_mode = force_generic_plan;
--rollback drop function note_miss(smallint, text); drop function forget_executions(smallint);
--rollback drop function store_executions_singly(smallint, foreign_execution[], foreign_execution[]);
--rollback drop function store_executions(smallint, foreign_execution[], foreign_execution[]);

--changeset agent-metrics:execution-times-of-sources
-- as before, but for a time that a source gives: it gives it with each change
create or replace trigger time_updated_execution before update on agent_executions
	for each row when (new.execution_end is not null and new.execution_time_ms is null
		or new.execution_end < new.execution_start
		or new.source_id is null and old.execution_end is not null and new.execution_end is distinct from old.execution_end)
	execute function time_execution();
--rollback create or replace trigger time_updated_execution before update on agent_executions
--rollback 	for each row when (new.execution_end is not null and new.execution_time_ms is null
--rollback 		or new.execution_end < new.execution_start
--rollback 		or old.execution_end is not null and new.execution_end is distinct from old.execution_end)
--rollback 	execute function time_execution();

--changeset agent-metrics:is-followed splitStatements:false
-- Triggers are found by names, since a reader may not look into the platform's schema.
create function is_followed(source_name text, table_name text) returns boolean language sql stable
	return (
		select count(*) = 4
		from pg_trigger
		join pg_class followed on followed.oid = tgrelid
		join pg_namespace schema_of on schema_of.oid = followed.relnamespace
		join pg_proc on pg_proc.oid = tgfoid
		where tgname like 'agent\_metrics\_%' and tgenabled in ('O', 'A')
			and format('%I.%I', schema_of.nspname, followed.relname) = table_name
			and proname = 'mirror_' || source_name
			and pronamespace = (select relnamespace from pg_class where oid = 'execution_sources'::regclass));
comment on function is_followed(text, text) is
	'Whether all changes of a table come over as executions of a source; the table is named as in execution_sources.';
--rollback drop function is_followed(text, text);

--changeset agent-metrics:reader-grants-of-sources
insert into reader_grants values
	('execution_sources', 'select'),
	('execution_rejects', 'select'),
	('execution_misses', 'select');
--rollback delete from reader_grants where table_name in ('execution_sources', 'execution_rejects', 'execution_misses');
