package io.agentmetrics.aggregator;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.db.SchemaMigration;
import io.agentmetrics.db.SqlSession;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The runbook's steps for a dump that is restored into another cluster, with PostgreSQL's
 * own tools.
 */
class RestoredElsewhereIntegrationTests {

	private static final LocalDate TODAY = LocalDate.parse("2026-09-08");

	private static final String INSERT = """
			insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
			select id, id, 'COMPLETED', timestamptz '%s' + n * interval '1 second', n from agents, generate_series(1, %d) n
			""";

	private static final String UNCOUNTED = """
			select count(*) from agent_executions, exposition_position where not pg_visible_in_snapshot(finished_in, seen)
			""";

	/** What any later look of a replica that pushes takes for new. */
	private static final String NEW_FOR_EVER = """
			select count(*) from agent_executions where changed_in >= pg_snapshot_xmax(pg_current_snapshot())
			""";

	private static final String WAITING = """
			select count(*) from agent_executions, aggregation_shards
			where execution_start < '2026-09-08 00:00:00+00' and not pg_visible_in_snapshot(changed_in, watermark)
			""";

	private final SettableClock clock = new SettableClock(Instant.parse("2026-09-08T00:05:00Z"));

	@Test
	void rebuildMakesTheRestoredExecutionsThisClustersOwn() throws Exception {
		Optional<Path> tools = InstalledPostgres.tools();
		assumeTrue(tools.isPresent(),
				"PostgreSQL's server and tools are not installed: dump and restore are not tried");
		try (InstalledPostgres old = InstalledPostgres.start(tools.get());
				InstalledPostgres other = InstalledPostgres.start(tools.get())) {
			Path dump = old.folder().resolve("dump");
			fill(old);
			old.call("pg_dump", old.at("--format=custom", "--dbname=metrics", "--file=" + dump));
			// the runbook: the roles, the database, the dump
			other.call("psql", other
				.at("--command=create role agent_metrics_reader nologin; create role agent_metrics_writer nologin"));
			other.call("createdb", other.at("metrics"));
			other.call("pg_restore", other.at("--exit-on-error", "--dbname=metrics", dump.toString()));
			try (SqlSession sql = new SqlSession(other.dataSource("metrics"));
					InProcessAggregator aggregator = aggregator(other)) {
				assertThat(sql.number(NEW_FOR_EVER)).isPositive();
				assertThatExceptionOfType(RefusedException.class)
					.isThrownBy(() -> aggregator.run(AggregatorFixture.upToDate()))
					.withMessageContaining("restored into another PostgreSQL cluster");
				// somebody does not wait for the rebuild
				sql.run(INSERT, "2026-09-05 10:00:00+00", 5);
				SchemaMigration.migrate(other.dataSource("metrics"), TODAY);
				assertThat(aggregator.run(AggregatorFixture.startOver())).isTrue();
				assertAdopted(sql);
				String stored = stored(sql);
				for (int run = 0; run < 2; run++) {
					this.clock.advance(Duration.ofSeconds(1));
					assertThat(aggregator.run(AggregatorFixture.upToDate())).isTrue();
					assertThat(stored(sql)).isEqualTo(stored);
					assertAdopted(sql);
				}
				sql.run(INSERT, "2026-09-06 10:00:00+00", 3);
				assertThat(sql.number(WAITING)).isEqualTo(3);
				assertThat(aggregator.run(AggregatorFixture.upToDate())).isTrue();
				new MetricsOracle(sql, ZoneOffset.UTC, TODAY).assertEverythingIsRight();
			}
		}
	}

	/** 7 of what the dump has are not counted, and 5 came since. */
	private static void assertAdopted(SqlSession sql) {
		assertThat(sql.number(UNCOUNTED)).isEqualTo(12);
		assertThat(sql.number(NEW_FOR_EVER)).isZero();
		assertThat(sql.number(WAITING)).isZero();
		assertThat(sql.value("select is_restored_elsewhere() or is_ahead_of_cluster()")).isEqualTo("f");
		assertThat(sql.rows("select pg_visible_in_snapshot(missed_in, copy_snapshot), "
				+ "pg_visible_in_snapshot(missed_in, pg_current_snapshot()) from execution_misses, execution_sources"))
			.as("seen by the last copy, and by one that begins now")
			.containsExactly(List.of("f", "t"));
		assertThat(sql.value("select sum(total_executions) from agent_metrics")).isEqualTo("1112");
	}

	private void fill(InstalledPostgres server) throws Exception {
		server.call("createdb", server.at("metrics"));
		SchemaMigration.migrate(server.dataSource("metrics"), TODAY);
		try (SqlSession sql = new SqlSession(server.dataSource("metrics"));
				InProcessAggregator aggregator = aggregator(server)) {
			sql.run("insert into agents (name) values ('a')");
			// numbers that the other cluster will give out, too, and others
			for (int transaction = 0; transaction < 1_000; transaction++) {
				sql.run(INSERT, "2026-08-20 10:00:00+00", 1);
			}
			sql.run(INSERT, "2026-09-01 10:00:00+00", 100);
			sql.run("""
					insert into exposition_position (seen, caught_up_at, system_identifier)
					select pg_current_snapshot(), now(), system_identifier from pg_control_system()
					""");
			sql.run(INSERT, "2026-09-02 10:00:00+00", 7);
			assertThat(aggregator.run(AggregatorFixture.upToDate())).isTrue();
			for (int transaction = 0; transaction < 3_000; transaction++) {
				sql.rows("select pg_current_xact_id()");
			}
			sql.run("update agent_executions set error_type = 'x' where execution_start >= '2026-09-02'");
			sql.run("insert into execution_sources (name, statuses, copy_snapshot) values ('other', '{}', pg_current_snapshot()); "
					+ "insert into execution_misses (source_id, cause) select id, 'full' from execution_sources");
		}
	}

	private InProcessAggregator aggregator(InstalledPostgres server) {
		return new InProcessAggregator(server.url("metrics"), "postgres", this.clock,
				"agent-metrics.aggregator.workers=2");
	}

	private static String stored(SqlSession sql) {
		return sql.value(
				"select string_agg(concat_ws(' ', agent_id, metric_date, revision), ',' order by agent_id, metric_date) from agent_metrics");
	}

}
