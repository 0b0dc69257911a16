package io.agentmetrics.aggregator.door;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link SourceTable}: what it reads of columns of any type.
 */
class SourceTableIntegrationTests {

	private static final String OTHERS = "agent text, status text, started timestamptz";

	private final TestDatabase database = TestDatabase.create();

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	@BeforeEach
	void makeSchema() {
		this.sql.run("create schema app");
	}

	@AfterEach
	void drop() {
		this.sql.close();
		this.database.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			double precision | 1764271234.123456 | seconds | extract(epoch from started) | 1764271234.123456
			double precision | 1764271234.1      | millis  | duration_ms                 | 1764271234.1
			real             | 1234.567          | seconds | duration_ms                 | 1234567
			real             | 12345.678         | seconds | duration_ms                 | 12345678
			numeric          | '1e131070'        | minutes | duration_ms                 | Infinity
			numeric          | 'NaN'             | minutes | duration_ms                 | NaN
			numeric          | null              | minutes | duration_ms                 | null
			""")
	void numbersAreReadWithAllTheirDigits(String type, String value, String unit, String read, String expected) {
		this.sql.run("create table app.runs (id text primary key, agent text, status text, began " + type + ", took "
				+ type + ")");
		this.sql.run("insert into app.runs values ('1', 'a', 'ok', %1$s, %1$s)".formatted(value));
		SourceTable table = find(Map.of("columns.start", "began", "columns.duration", "took", "time-unit",
				unit.equals("minutes") ? "seconds" : unit, "duration-unit", unit));
		assertThat(String
			.valueOf(this.sql.value("select trim_scale((%s)::numeric)::text from (select (%s).* from %s %s) read"
				.formatted(read, table.execution(), table.name(), SourceTable.ROW))))
			.isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			end          | columns.end is mistaken, which app.runs does not have
			user         | columns.user is mistaken, which app.runs does not have
			input-tokens | columns.input-tokens is mistaken, which app.runs does not have
			external-id  | columns.external-id is mistaken, which app.runs does not have
			""")
	void columnThatIsNamedHasToBeThere(String column, String message) {
		this.sql.run("create table app.runs (id text primary key, " + OTHERS + ")");
		assertRefused(Map.of("columns." + column, "mistaken"), message);
		assertThat(find(Map.of()).key()).isEqualTo("\"id\"");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					timestamptz      | columns.id is id, whose type is timestamp with time zone: sessions write it in different ways
					bytea            | columns.id is id, whose type is bytea: sessions write it in different ways
					double precision | columns.id is id, whose type is double precision: sessions write it in different ways
					app.folded       | columns.id is id, whose type is app.folded: its operators are found only if
					""")
	void keyIsReadAndComparedAlikeByEverySession(String type, String message) {
		this.sql.run("create type app.folded as range (subtype = text)");
		this.sql.run("create table app.runs (id " + type + " primary key, " + OTHERS + ")");
		assertRefused(Map.of(), message);
	}

	@Test
	void agentIsReadAlikeByEverySession() {
		this.sql.run("create table app.runs (id text primary key, agent date, status text, started timestamptz)");
		assertRefused(Map.of(), "columns.agent is agent, whose type is date: sessions write it in different ways");
	}

	@Test
	void enumerationsAreKeysLikeAnyOther() {
		this.sql.run("create type app.word as enum ('b', 'a')");
		this.sql.run(
				"create table app.runs (id app.word primary key, agent app.word, status app.word, started timestamptz)");
		this.sql.run("insert into app.runs values ('a', 'b', 'a', now()), ('b', null, null, now())");
		SourceTable table = find(Map.of());
		assertThat(this.sql.column("select concat_ws(' ', key, agent, read.status) from (select (%s).* from %s %s) read"
			.formatted(table.execution(), table.name(), SourceTable.ROW))).containsExactlyInAnyOrder("a b a", "b");
	}

	@Test
	void castThatTheOwnerOfATypeHasMadeIsNotRun() {
		this.sql.run("create type app.pair as (word text)");
		this.sql.run("create function app.run(app.pair) returns text language plpgsql as "
				+ "$$ begin raise exception 'run'; end $$");
		this.sql.run("create cast (app.pair as text) with function app.run(app.pair)");
		this.sql.run("create table app.runs (id text primary key, agent text, status app.pair, started timestamptz)");
		this.sql.run("insert into app.runs values ('1', 'a', row('ok'), now()), ('2', 'a', null, now())");
		SourceTable table = find(Map.of());
		assertThat(this.sql.column("select coalesce(read.status, 'none') from (select (%s).* from %s %s) read"
			.formatted(table.execution(), table.name(), SourceTable.ROW))).containsExactlyInAnyOrder("(ok)", "none");
	}

	@Test
	void columnThatIsGeneratedWhenItIsReadIsRefused() {
		this.sql.run("create table app.runs (id text primary key, agent text, status text, began bigint, "
				+ "started timestamptz generated always as (to_timestamp(began)) virtual)");
		assertRefused(Map.of(), "app.runs.started is generated when it is read, which triggers cannot do");
	}

	@Test
	void agentsOfAnotherTypeOfWholeNumbersAreFoundByTheirIndex() {
		this.sql.run("create table app.agents (id int primary key, name text)");
		this.sql.run("insert into app.agents select i, 'agent ' || i from generate_series(1, 20000) i");
		this.sql.run("analyze app.agents");
		this.sql.run("create table app.runs (id text primary key, agent bigint, status text, started timestamptz)");
		this.sql.run("insert into app.runs values ('1', 7, 'ok', now())");
		SourceTable table = find(Map.of("agents.table", "app.agents"));
		String query = "select (%s).agent_name from %s %s".formatted(table.execution(), table.name(), SourceTable.ROW);
		assertThat(this.sql.value(query)).isEqualTo("agent 7");
		assertThat(String.join("\n", this.sql.column("explain " + query))).contains("Index Scan");
	}

	private void assertRefused(Map<String, String> settings, String message) {
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> find(settings))
			.withMessageStartingWith("agent-metrics.sources.app: " + message);
	}

	private SourceTable find(Map<String, String> settings) {
		Map<String, String> all = new HashMap<>(
				Map.of("source.table", "app.runs", "source.columns.agent", "agent", "source.columns.start", "started"));
		settings.forEach((name, value) -> all.put("source." + name, value));
		SourceProperties properties = new Binder(List.of(new MapConfigurationPropertySource(all)))
			.bind("source", SourceProperties.class)
			.get();
		return SourceTable.find(JdbcClient.create(this.database.dataSource()), "app", properties);
	}

}
