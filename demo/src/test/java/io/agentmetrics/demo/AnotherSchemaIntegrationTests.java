package io.agentmetrics.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.agentmetrics.db.SqlSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both programs in a schema that only the connection names, beside a platform's tables of
 * the same names, with logins whose own search_path leads to impostors.
 */
class AnotherSchemaIntegrationTests {

	private static final String PLATFORM = """
			create table public.agents (id uuid primary key default gen_random_uuid(), name text not null);
			create table public.agent_executions (
				id uuid primary key default gen_random_uuid(), agent_id uuid not null references public.agents,
				status text not null, execution_start timestamp not null, execution_end timestamp, error_message text);
			insert into public.agents (name) values ('Reader'), ('Writer');
			insert into public.agent_executions (agent_id, status, execution_start, execution_end, error_message)
			select agents.id, case n % 5 when 0 then 'failed' else 'completed' end, started, started + n * interval '1 second',
				case n % 5 when 0 then 'Timeout after ' || n || ' s' end
			from public.agents, generate_series(1, 300) n,
				lateral (select now() at time zone 'UTC' - n * interval '2 hours' as started) starts;
			create role platform login password 'platform';
			grant all on public.agents, public.agent_executions to platform""";

	/** What a name means that is not qualified. */
	private static final String IMPOSTORS = """
			create schema impostor;
			grant usage on schema impostor to public;
			create table impostor.agents (id uuid, name text, external_id text, source_id smallint, created_at timestamptz);
			create table impostor.agent_executions (id uuid);
			create table impostor.execution_sources (id smallint);
			create table impostor.aggregated_days (metric_date date);
			create function impostor.now() returns timestamptz language sql return timestamptz '2001-01-01 00:00:00+00';
			create function impostor.pg_current_xact_id() returns xid8 language sql return '1'::xid8;
			create function impostor.lower(text) returns text language sql return 'impostor';
			create function impostor.never(text, text) returns boolean language sql return false;
			create operator impostor.= (function = impostor.never, leftarg = text, rightarg = text);
			grant all on all tables in schema impostor to public""";

	private static final List<String> CHANGES = List.of("""
			insert into public.agent_executions (agent_id, status, execution_start)
			select id, 'running', pg_catalog.now() at time zone 'UTC' from public.agents""", """
			update public.agent_executions set status = 'timeout', error_message = 'Timeout after 7 s'
			where status operator(pg_catalog.=) 'failed' and execution_start < pg_catalog.now() - interval '20 days'""",
			"delete from public.agent_executions where execution_start < pg_catalog.now() - interval '24 days'");

	private static final String THERE = """
			select name, count(*), count(*) filter (where status in ('failed', 'timeout')), count(error_message),
				(percentile_disc(0.95) within group (order by extract(epoch from execution_end - execution_start) * 1000))::bigint
			from public.agent_executions join public.agents on agents.id = agent_id %s group by name order by name
			""";

	@Test
	void everythingWorksInASchemaThatOnlyTheConnectionNames(@TempDir Path folder) throws Exception {
		try (Product product = Product.start(folder)) {
			PGSimpleDataSource administrator = administrator(product);
			try (SqlSession sql = new SqlSession(administrator)) {
				sql.run(PLATFORM);
				sql.run(IMPOSTORS);
				sql.run("alter table public.agents owner to %1$s; alter table public.agent_executions owner to %1$s",
						DemoPostgres.NAME);
				for (String role : List.of(DemoPostgres.NAME, "platform")) {
					sql.run("alter role %s set search_path = impostor, pg_catalog, public", role);
				}
				Map<String, String> settings = new HashMap<>();
				settings.put("SPRING_DATASOURCE_URL",
						product.environment().get("SPRING_DATASOURCE_URL") + "?currentSchema=%22Our%20Metrics%22");
				settings.put("AGENTMETRICS_SOURCES_PLATFORM_TABLE", "public.agent_executions");
				settings.put("AGENTMETRICS_SOURCES_PLATFORM_AGENTS_TABLE", "public.agents");
				sql.run("create role agent_metrics_reader; create role reads login password 'reads' in role agent_metrics_reader");
				run(product, settings, "migrate");
				sql.run("alter role reads set search_path = impostor, pg_catalog, public");
				run(product, settings, "connect");
				change(administrator);
				assertThat(run(product, settings, "connect", "status")).contains("changes come over")
					.doesNotContain("DIFFERENT", "MISSED");
				run(product, settings);
				run(product, settings, "rebuild");
				settings.put("SPRING_DATASOURCE_USERNAME", "reads");
				settings.put("SPRING_DATASOURCE_PASSWORD", "reads");
				try (Product.RunningApi api = product.api(settings)) {
					GraphQlClient graphQl = new GraphQlClient(api.address().resolve("/graphql"));
					assertThat(answers(graphQl, "HYBRID")).isEqualTo(sql.rows(THERE, ""));
					assertThat(answers(graphQl, "AGGREGATED")).isEqualTo(
							sql.rows(THERE, "where execution_start < date_trunc('day', now() at time zone 'UTC')"));
				}
				assertThat(sql.column("select count(*) from impostor.agents")).containsExactly("0");
			}
		}
	}

	private static PGSimpleDataSource administrator(Product product) {
		PGSimpleDataSource administrator = new PGSimpleDataSource();
		administrator.setUrl(product.environment().get("SPRING_DATASOURCE_URL"));
		administrator.setUser("postgres");
		return administrator;
	}

	/** As the platform does it, whose role may do nothing in our schema. */
	private static void change(PGSimpleDataSource administrator) throws SQLException {
		try (Connection platform = administrator.getConnection("platform", "platform");
				Statement statement = platform.createStatement()) {
			for (String change : CHANGES) {
				assertThat(statement.executeUpdate(change)).isPositive();
			}
		}
	}

	private static String run(Product product, Map<String, String> settings, String... arguments) throws Exception {
		Product.Run run = product.aggregatorWith(settings, arguments);
		assertThat(run.exitCode()).as(run.output()).isZero();
		return run.output();
	}

	private static List<List<String>> answers(GraphQlClient graphQl, String type) throws Exception {
		JsonNode agents = graphQl
			.data("""
					{ agents(first: 10) { edges { node { name health { status } metrics(timeRange: LAST_30_DAYS, metricType: %s) {
						totalExecutions failedExecutions totalErrors executionTimes { p95Ms } provenance { missing } } } } }
					}"""
				.formatted(type))
			.at("/agents/edges");
		return agents.valueStream().map((agent) -> agent.path("node")).map((agent) -> {
			JsonNode metrics = agent.path("metrics");
			assertThat(metrics.at("/provenance/missing")).isEmpty();
			return List.of(agent.path("name").asString(), metrics.path("totalExecutions").asString(),
					metrics.path("failedExecutions").asString(), metrics.path("totalErrors").asString(),
					metrics.at("/executionTimes/p95Ms").asString());
		}).toList();
	}

}
