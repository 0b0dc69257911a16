package io.agentmetrics.aggregator.door;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What an operator reads of a source: what connecting would do, and how it stands.
 */
@Component
class SourceReport {

	/** Each row of the source with what would become of it. */
	private static final String MAPPED = """
			(select mapped.*, (given.execution).status as word
			from (select %3$s as execution from %1$s %2$s) given,
				mapped_executions(:name, jsonb_object(:words::text[], :statuses::text[]), array[given.execution]) mapped) mapped
			""";

	private static final String STATUSES = """
			select coalesce(word, '') as word, status, count(*) as rows from %s group by word, mapped.status order by rows desc, word
			limit 50
			""";

	private static final String PROBLEMS = """
			select coalesce(reason, remark) as reason, reason is null as stored, count(*) as rows, min(key) as example
			from %s where coalesce(reason, remark) is not null
			group by 1, 2 order by rows desc limit 50
			""";

	private static final String SAMPLES = """
			select key, coalesce(agent_external_id, agent_id::text) as agent, agent_name, mapped.status, execution_start, execution_end,
				execution_time_ms, error_type, left(error_message, 60) as error_message, agent_version,
				environment, input_tokens, output_tokens, cached_input_tokens, cost_usd, external_id
			from %s where reason is null limit 5
			""";

	/** Counts by days of UTC; one statement sees both tables in one state. */
	private static final String DAYS = """
			with there as (
				select (execution_start at time zone 'UTC')::date as day, count(*) filter (where reason is null) as executions,
					count(*) filter (where reason is not null) as rejected
				from %s group by 1
			),
			here as (
				select (execution_start at time zone 'UTC')::date as day, count(*) as executions
				from agent_executions where source_id = :source group by 1
			)
			select day, coalesce(there.executions, 0) as there, coalesce(here.executions, 0) as here,
				coalesce(there.rejected, 0) as rejected
			from there full join here using (day) order by day nulls last
			""";

	private final JdbcClient jdbc;

	SourceReport(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Returns what connecting a table would do.
	 * @param statements the SQL that would follow its changes
	 */
	String plan(String name, SourceProperties properties, SourceTable table, List<String> statements) {
		List<String> lines = new ArrayList<>();
		lines.add("Source %s: %s".formatted(name, table.name()));
		lines.add("");
		lines.add("Its words for a status, how many rows have them, and what they mean here:");
		mapped(STATUSES, name, properties, table).query()
			.listOfRows()
			.forEach((row) -> lines.add("  %-20s %10s  %s".formatted(row.get("word"), row.get("rows"),
					(row.get("status") != null) ? row.get("status") : "not known")));
		lines.add("");
		lines.add("What does not fit:");
		lines.addAll(problems(mapped(PROBLEMS, name, properties, table).query().listOfRows()));
		lines.add("");
		lines.add("Some of its rows as they would be here:");
		mapped(SAMPLES, name, properties, table).query().listOfRows().forEach((row) -> lines.add("  " + row));
		lines.add("");
		lines.add("What would be done, before the rows are copied in the order of " + table.key() + ":");
		statements.forEach((sql) -> lines.add(sql + ";"));
		lines.add("");
		return String.join("\n", lines);
	}

	/**
	 * Returns how a source stands.
	 * @param source empty if the database does not know it
	 * @param followed whether its changes come over
	 */
	String status(String name, SourceProperties properties, SourceTable table, Optional<ExecutionSource> source,
			boolean followed) {
		List<String> lines = new ArrayList<>();
		lines.add("Source %s: %s".formatted(name, table.name()));
		if (source.isEmpty() || !source.get().isConnected()) {
			lines.add("  not connected");
			return String.join("\n", lines) + "\n";
		}
		ExecutionSource known = source.get();
		lines.add(followed ? "  changes come over"
				: "  CHANGES DO NOT COME OVER: its triggers are missing or disabled; connect again");
		if (known.copiedThrough() != null) {
			lines.add("  history is being copied, up to the key " + known.copiedThrough());
		}
		else if (!known.complete()) {
			lines.add("  history is not copied yet: connect again");
		}
		lines.addAll(days(name, properties, table, known));
		lines.addAll(problems(this.jdbc.sql("""
				select reason, stored, count(*) as rows, min(key) as example from execution_rejects
				where source_id = :source group by 1, 2 order by rows desc limit 50
				""").param("source", known.id()).query().listOfRows()));
		this.jdbc.sql("""
				select count(*) as statements, min(missed_at) as since, max(missed_at) as until,
					(array_agg(cause order by missed_at desc))[1] as cause
				from execution_misses where source_id = :source having count(*) > 0
				""")
			.param("source", known.id())
			.query()
			.listOfRows()
			.forEach((row) -> lines.add("  MISSED %s statements from %s to %s, the last because of: %s; connect again"
				.formatted(row.get("statements"), row.get("since"), row.get("until"), row.get("cause"))));
		return String.join("\n", lines) + "\n";
	}

	private List<String> days(String name, SourceProperties properties, SourceTable table, ExecutionSource source) {
		List<Day> days = mapped(DAYS, name, properties, table).param("source", source.id())
			.query((row, _) -> new Day(row.getObject("day", LocalDate.class), row.getLong("there"), row.getLong("here"),
					row.getLong("rejected")))
			.list();
		List<String> lines = new ArrayList<>();
		lines.add("  %d executions there, %d here, %d do not fit".formatted(days.stream().mapToLong(Day::there).sum(),
				days.stream().mapToLong(Day::here).sum(), days.stream().mapToLong(Day::rejected).sum()));
		days.stream()
			.filter((day) -> day.there() != day.here())
			.forEach((day) -> lines
				.add("  DIFFERENT on %s (UTC): %d there, %d here".formatted(day.day(), day.there(), day.here())));
		return lines;
	}

	private static List<String> problems(List<Map<String, @Nullable Object>> rows) {
		if (rows.isEmpty()) {
			return List.of("  everything fits");
		}
		return rows.stream()
			.map((row) -> "  %s rows%s: %s, for example %s".formatted(row.get("rows"),
					Boolean.TRUE.equals(row.get("stored")) ? " without a value" : " left out", row.get("reason"),
					row.get("example")))
			.toList();
	}

	private JdbcClient.StatementSpec mapped(String sql, String name, SourceProperties properties, SourceTable table) {
		return this.jdbc.sql(sql.formatted(MAPPED.formatted(table.name(), SourceTable.ROW, table.execution())))
			.param("name", name)
			.param("words", properties.statuses().keySet().toArray(String[]::new))
			.param("statuses", properties.statuses().values().stream().map(Enum::name).toArray(String[]::new));
	}

	/**
	 * The executions of a day, there and here.
	 */
	record Day(@Nullable LocalDate day, long there, long here, long rejected) {
	}

}
