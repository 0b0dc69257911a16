package io.agentmetrics.aggregator.door;

import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.agentmetrics.aggregator.job.RefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The table of a source as the database has it, and the SQL that reads executions from
 * it. No value that its columns can hold makes that SQL fail: what is not a time that
 * PostgreSQL could convert becomes infinity, which is out of bounds.
 *
 * @param name the table with its schema, quoted as SQL wants it
 * @param key the column that identifies an execution, quoted
 * @param keyType its type
 * @param started the expression of an execution's start
 * @param execution the expression of a foreign_execution
 */
record SourceTable(String name, String key, String keyType, String started, String execution) {

	/** What a row is called in the expressions. */
	static final String ROW = "source_row";

	private static final String AGENT_ROW = "agent_row";

	private static final String RELATION = """
			select table_of.oid::bigint as oid, format('%I.%I', schema_of.nspname, table_of.relname) as name,
				table_of.relkind::text as kind, table_of.relispartition as partition,
				exists (select from pg_inherits where table_of.oid in (inhrelid, inhparent)) as inherits,
				table_of.relpersistence = 't' as temporary, row_security_active(table_of.oid) as row_security,
				has_table_privilege(table_of.oid, 'SELECT') as readable,
				has_table_privilege(table_of.oid, 'TRIGGER') as triggerable,
				exists (select from pg_attribute where attrelid = table_of.oid and attname = 'finished_in'
					and atttypid = 'xid8'::regtype) as ours
			from pg_class table_of join pg_namespace schema_of on schema_of.oid = relnamespace
			where table_of.oid = to_regclass(:name)
			""";

	private static final String COLUMNS = """
			select attname as name, format_type(base.oid, -1) as type,
				base.typnamespace = 'pg_catalog'::regnamespace as built_in,
				base.typtype = 'e' or exists (
					select from pg_namespace
					where oid = base.typnamespace and nspname in ('pg_catalog', current_schema())) as comparable,
				attgenerated = 'v' as virtual, attnotnull and exists (
					select from pg_index
					where indrelid = attrelid and indisunique and indisvalid and indimmediate and indpred is null
						and indexprs is null and indnkeyatts = 1 and indkey[0] = attnum) as identifies
			from pg_attribute join pg_type on pg_type.oid = atttypid
				join pg_type base on base.oid = coalesce(nullif(pg_type.typbasetype, 0), pg_type.oid)
			where attrelid = :table::oid and attnum > 0 and not attisdropped
			order by attnum
			""";

	private static final List<String> NUMBERS = List.of("smallint", "integer", "bigint", "numeric", "real",
			"double precision");

	/** They are written with all their digits as text alone. */
	private static final List<String> FLOATS = List.of("real", "double precision");

	private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");

	/** What is written otherwise by each session's settings. */
	private static final List<String> WRITTEN_IN_MANY_WAYS = List.of("timestamp with time zone",
			"timestamp without time zone", "date", "time with time zone", "time without time zone", "interval", "real",
			"double precision", "money", "bytea");

	private static final List<String> LOCAL_TIMES = List.of("timestamp without time zone", "date");

	private static final String INSTANT = "timestamp with time zone";

	/**
	 * Looks up the table of a source.
	 * @param source its name in the settings
	 * @throws RefusedException if it cannot be a source, or its columns are not what the
	 * settings say
	 */
	static SourceTable find(JdbcClient jdbc, String source, SourceProperties properties) {
		if (properties.table() == null) {
			throw refused(source, "table is not set: it is the table with the executions, like public.runs");
		}
		Relation relation = relation(jdbc, source, "table", properties.table());
		requireTriggers(source, relation);
		Columns columns = columns(jdbc, source, relation);
		SourceProperties.Columns names = properties.columns();
		names.required().forEach((what, name) -> columns.required(name, "columns." + what));
		Column key = columns.identifying(names.id(), "columns.id");
		String agent = text(columns.naming(names.agent(), "columns.agent"));
		String started = time(source, "columns.start", columns.required(names.start(), "columns.start"), properties);
		String agentName = text(columns.find(names.agentName()));
		if (properties.agents() != null) {
			agentName = agentName(jdbc, source, properties.agents(), columns.required(names.agent(), "columns.agent"));
		}
		Column ended = columns.find(names.end());
		Column duration = columns.find(names.duration());
		Column externalId = (names.externalId() != null) ? columns.find(names.externalId()) : null;
		String execution = """
				row(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)::foreign_execution""".formatted(
				text(key), agent, agentName, text(columns.find(names.user())),
				text(columns.required(names.status(), "columns.status")), started,
				(ended != null) ? time(source, "columns.end", ended, properties) : "null",
				(duration != null) ? milliseconds(source, duration, properties.durationUnit()) : "null",
				text(columns.find(names.errorType())), text(columns.find(names.errorMessage())),
				text(columns.find(names.version())), text(columns.find(names.environment())),
				number(source, "columns.input-tokens", columns.find(names.inputTokens())),
				number(source, "columns.output-tokens", columns.find(names.outputTokens())),
				number(source, "columns.cached-input-tokens", columns.find(names.cachedInputTokens())),
				number(source, "columns.cost", columns.find(names.cost())), text(externalId));
		return new SourceTable(relation.name(), key.quoted(), key.type(), started, execution);
	}

	private static Relation relation(JdbcClient jdbc, String source, String setting, String table) {
		Relation relation;
		try {
			relation = jdbc.sql(RELATION).param("name", table).query(Relation.class).optional().orElse(null);
		}
		catch (DataAccessException ex) {
			throw refused(source, setting + " is " + table + ", which cannot be a table of this database: "
					+ ex.getMostSpecificCause().getMessage());
		}
		if (relation == null) {
			throw refused(source, setting + " is " + table + ", but there is no such table in this database");
		}
		if (!relation.readable()) {
			throw refused(source, "the database login needs SELECT on " + relation.name());
		}
		if (relation.rowSecurity()) {
			throw refused(source, relation.name() + " hides rows from the database login by row security: "
					+ "give the login BYPASSRLS or a policy of its own for all rows and the owner's rights");
		}
		return relation;
	}

	private static void requireTriggers(String source, Relation relation) {
		String wrong = switch (relation.kind()) {
			case "r" -> null;
			case "v", "m" -> "a view";
			case "p" -> "partitioned";
			case "f" -> "a foreign table";
			default -> "no table";
		};
		if (relation.partition()) {
			wrong = "a partition of another table";
		}
		else if (relation.inherits() && wrong == null) {
			wrong = "part of an inheritance";
		}
		else if (relation.temporary()) {
			wrong = "temporary";
		}
		if (wrong != null) {
			throw refused(source, relation.name() + " is " + wrong + ", whose changes cannot be followed by triggers: "
					+ "name an ordinary table");
		}
		if (relation.ours()) {
			throw refused(source,
					relation.name() + " is Agent Metrics' own table: name the platform's with its schema");
		}
		if (!relation.triggerable()) {
			throw refused(source, "the database login needs TRIGGER on " + relation.name());
		}
	}

	private static String agentName(JdbcClient jdbc, String source, SourceProperties.Agents agents, Column reference) {
		if (agents.table() == null) {
			throw refused(source, "agents.table is not set: it is the table that holds the agents' names");
		}
		Relation relation = relation(jdbc, source, "agents.table", agents.table());
		Columns columns = columns(jdbc, source, relation);
		Column id = columns.identifying(agents.id(), "agents.id");
		Column name = columns.required(agents.name(), "agents.name");
		boolean comparable = id.type().equals(reference.type())
				|| INTEGERS.containsAll(List.of(id.type(), reference.type()));
		String comparison = comparable ? id.of(AGENT_ROW) + " = " + reference.of(ROW)
				: id.text(AGENT_ROW) + " = " + reference.text(ROW);
		return "(select %s from %s %s where %s)".formatted(name.text(AGENT_ROW), relation.name(), AGENT_ROW,
				comparison);
	}

	private static String text(@Nullable Column column) {
		return (column != null) ? column.text(ROW) : "null";
	}

	private static String time(String source, String setting, Column column, SourceProperties properties) {
		String value = column.reference();
		if (column.type().equals(INSTANT)) {
			return value;
		}
		if (LOCAL_TIMES.contains(column.type())) {
			return orInfinity(value + "::timestamp between '1900-01-01' and '2200-01-01'",
					"%s::timestamp at time zone '%s'".formatted(value, properties.zone().getId()), value);
		}
		if (!NUMBERS.contains(column.type())) {
			throw refused(source, setting + " is " + column.name() + ", whose type is " + column.type()
					+ ": times are timestamps, dates or numbers");
		}
		if (properties.timeUnit() == null) {
			throw refused(source,
					setting + " is " + column.name() + ", a number: set time-unit to the unit in which it "
							+ "counts since 1970, which is seconds, millis or micros");
		}
		// up to 2200 in microseconds a double is exact
		long perSecond = ChronoUnit.SECONDS.getDuration().dividedBy(properties.timeUnit().getDuration());
		long micros = 1_000_000 / perSecond;
		return orInfinity("%s between 0 and %d".formatted(value, 7_258_118_400L * perSecond),
				"timestamptz 'epoch' + floor(%s * %d)::double precision * interval '1 microsecond'"
					.formatted(numeric(column), micros),
				value);
	}

	private static String orInfinity(String condition, String time, String value) {
		return "case when %s then %s when %s is not null then timestamptz 'infinity' end".formatted(condition, time,
				value);
	}

	private static String number(String source, String setting, @Nullable Column column) {
		if (column == null) {
			return "null";
		}
		if (!NUMBERS.contains(column.type())) {
			throw refused(source, setting + " is " + column.name() + ", whose type is " + column.type()
					+ ": tokens and costs are numbers");
		}
		return numeric(column);
	}

	private static String numeric(Column column) {
		return column.reference() + (FLOATS.contains(column.type()) ? "::text::numeric" : "::numeric");
	}

	private static String milliseconds(String source, Column column, ChronoUnit unit) {
		if (column.type().equals("interval")) {
			return "extract(epoch from %s) * 1000".formatted(column.reference());
		}
		if (!NUMBERS.contains(column.type())) {
			throw refused(source, "columns.duration is " + column.name() + ", whose type is " + column.type()
					+ ": durations are numbers or intervals");
		}
		long micros = unit.getDuration().dividedBy(ChronoUnit.MICROS.getDuration());
		// a number that has as many digits as any may have cannot be multiplied
		return """
				case when %1$s between -1e15 and 1e15 then %2$s * %3$d / 1000
					when %2$s = 'NaN' then 'NaN' when %1$s is not null then numeric 'Infinity' end"""
			.formatted(column.reference(), numeric(column), micros);
	}

	private static Columns columns(JdbcClient jdbc, String source, Relation relation) {
		Map<String, Column> columns = jdbc.sql(COLUMNS)
			.param("table", relation.oid())
			.query(Column.class)
			.stream()
			.collect(Collectors.toMap(Column::name, (column) -> column, (one, _) -> one, LinkedHashMap::new));
		return new Columns(source, relation.name(), columns);
	}

	private static RefusedException refused(String source, String sentence) {
		return new RefusedException("agent-metrics.sources.%s: %s".formatted(source, sentence));
	}

	/**
	 * A table or view of the database.
	 */
	private record Relation(long oid, String name, String kind, boolean partition, boolean inherits, boolean temporary,
			boolean rowSecurity, boolean readable, boolean triggerable, boolean ours) {
	}

	/**
	 * A column of it.
	 *
	 * @param type its type, or the one that its domain is made from
	 * @param builtIn whether that is one of PostgreSQL's own
	 * @param comparable whether its operators are found whatever the search_path is
	 * @param virtual whether it is generated when it is read, which triggers cannot do
	 * @param identifies whether it is unique and never null
	 */
	private record Column(String name, String type, boolean builtIn, boolean comparable, boolean virtual,
			boolean identifies) {

		String quoted() {
			return '"' + this.name.replace("\"", "\"\"") + '"';
		}

		String reference() {
			return of(ROW);
		}

		String of(String row) {
			return row + "." + quoted();
		}

		/**
		 * Its text, without running a cast that whoever made its type has made for it.
		 */
		String text(String row) {
			return this.builtIn ? of(row) + "::text"
					: "case when %1$s is distinct from null then format('%%s', %1$s) end".formatted(of(row));
		}

	}

	/**
	 * All columns of a table by name.
	 */
	private record Columns(String source, String table, Map<String, Column> byName) {

		@Nullable Column find(String name) {
			Column column = this.byName.get(name);
			if (column != null && column.virtual()) {
				throw refused(this.source,
						"%s.%s is generated when it is read, which triggers cannot do: store it, or name another column"
							.formatted(this.table, name));
			}
			return column;
		}

		Column required(String name, String setting) {
			Column column = find(name);
			if (column == null) {
				throw refused(this.source, "%s is %s, which %s does not have: its columns are %s".formatted(setting,
						name, this.table, String.join(", ", this.byName.keySet())));
			}
			return Objects.requireNonNull(column);
		}

		/** Returns a column whose text is the same in every session. */
		Column naming(String name, String setting) {
			Column column = required(name, setting);
			if (WRITTEN_IN_MANY_WAYS.contains(column.type())) {
				throw refused(this.source,
						"%s is %s, whose type is %s: sessions write it in different ways, so it names nothing; take a text, a whole number or a UUID"
							.formatted(setting, name, column.type()));
			}
			return column;
		}

		Column identifying(String name, String setting) {
			Column column = naming(name, setting);
			if (!column.comparable()) {
				throw refused(this.source,
						"%s is %s, whose type is %s: its operators are found only if that type is in the schema of Agent Metrics"
							.formatted(setting, name, column.type()));
			}
			if (!column.identifies()) {
				throw refused(this.source,
						"%s is %s, which does not identify a row of %s: it must be its primary key, or be "
							.formatted(setting, name, this.table) + "not null and have a unique index of its own");
			}
			return column;
		}

	}

}
