--liquibase formatted sql

--changeset agent-metrics:unpack-hourly-counts splitStatements:false
create function unpack_hourly_counts(packed bytea)
returns table (hour integer, total bigint, successful bigint, failed bigint)
language plpgsql immutable strict parallel safe rows 10 as $$
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
comment on function unpack_hourly_counts(bytea) is
	'The hours of agent_metrics.hourly_counts: select metric_date, h.* from agent_metrics, unpack_hourly_counts(hourly_counts) h.';
--rollback drop function unpack_hourly_counts(bytea);

--changeset agent-metrics:hourly-counts splitStatements:false
-- who waits for the table is waited for by all its readers: rather fail and be tried again
set local lock_timeout = '5s';
create function pack_hourly_counts(totals bigint[], successes bigint[], failures bigint[])
returns bytea language plpgsql immutable as $$
declare
	packed bytea := '';
	number bigint;
begin
	for hour in 1 .. cardinality(totals) loop
		if totals[hour] > 0 then
			foreach number in array array[hour - 1, totals[hour], coalesce(successes[hour], 0), coalesce(failures[hour], 0)] loop
				while number > 127 loop
					packed := packed || set_byte('\x00', 0, ((number & 127) | 128)::int);
					number := number >> 7;
				end loop;
				packed := packed || set_byte('\x00', 0, number::int);
			end loop;
		end if;
	end loop;
	return packed;
end $$;
alter table agent_metrics add column hourly_counts bytea;
-- one pass writes the rows anew without the arrays; an update would leave both versions of each
alter table agent_metrics
	alter column hourly_total drop not null,
	alter column hourly_successful drop not null,
	alter column hourly_failed drop not null,
	alter column hourly_counts type bytea using pack_hourly_counts(hourly_total, hourly_successful, hourly_failed),
	alter column hourly_total type boolean using null,
	alter column hourly_successful type boolean using null,
	alter column hourly_failed type boolean using null;
alter table agent_metrics
	alter column hourly_counts set not null,
	drop column hourly_total,
	drop column hourly_successful,
	drop column hourly_failed;
drop function pack_hourly_counts(bigint[], bigint[], bigint[]);
comment on column agent_metrics.hourly_counts is
	'For each hour of the local day with executions: hour from 0, total, successful, failed, in LEB128; see unpack_hourly_counts().';
--rollback alter table agent_metrics add column hourly_total bigint[], add column hourly_successful bigint[], add column hourly_failed bigint[];
--rollback update agent_metrics set (hourly_total, hourly_successful, hourly_failed) = (
--rollback 	select array_agg(nullif(total, 0) order by hour), array_agg(nullif(successful, 0) order by hour),
--rollback 		array_agg(nullif(failed, 0) order by hour)
--rollback 	from generate_series(0, greatest((select max(hour) from unpack_hourly_counts(hourly_counts)), coalesce((
--rollback 		select ceil(extract(epoch from (metric_date + 1)::timestamp at time zone zone - metric_date::timestamp at time zone zone) / 3600)
--rollback 		from aggregation_state), 24)::int - 1)) as hour
--rollback 	left join unpack_hourly_counts(hourly_counts) using (hour));
--rollback alter table agent_metrics drop column hourly_counts, alter column hourly_total set not null,
--rollback 	alter column hourly_successful set not null, alter column hourly_failed set not null;
