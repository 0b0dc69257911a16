package io.agentmetrics.otlp.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.agentmetrics.db.SchemaVersion;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.lock.AdvisoryLock;
import io.agentmetrics.otlp.SentSpan;
import io.agentmetrics.otlp.SpanReading;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of spans in the database.
 */
class SpanStoreIntegrationTests {

	private static final Duration DAY = Duration.ofDays(1);

	private static final SpanStore STORE = new SpanStore(true, 100, DAY);

	private static final String EXECUTIONS = """
			select agents.name, status, to_char(execution_start at time zone 'UTC', 'HH24:MI:SS'), execution_time_ms,
				error_type, error_message
			from agent_executions join agents on agents.id = agent_id order by execution_start, agents.name
			""";

	private final TestDatabase database = TestDatabase.create();

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	@AfterEach
	void drop() {
		this.sql.close();
		this.database.close();
	}

	@Test
	void runIsAnExecutionOfAnAgentOfItsService() {
		store(SentSpan.agent(1, "helper").resource("service.namespace", "eu").with("user.id", "ada"),
				SentSpan.modelCall(2, 12, 3).in(1));
		assertThat(this.sql.rows(EXECUTIONS))
			.containsExactly(List.of("helper", "COMPLETED", "09:15:01", "10000", "null", "null"));
		String key = SentSpan.TRACE + "-" + SentSpan.id(1);
		assertThat(this.sql.rows("select id, agent_id, user_id from agent_executions"))
			.containsExactly(List.of(uuid(key), uuid("eu/shop/helper"), uuid("ada")));
		assertThat(this.sql.value("select external_id from agents")).isEqualTo("eu/shop/helper");
	}

	@Test
	void errorIsStored() {
		store(SentSpan.agent(1, "helper").failed("ValueError: no such ticker"),
				SentSpan.agent(2, "slow").failed("").exception("TimeoutError", "after 30 s"),
				SentSpan.agent(3, "asked").failed("").exception("GraphInterrupt", "somebody is asked"));
		assertThat(this.sql.rows(EXECUTIONS)).containsExactly(
				List.of("helper", "FAILED", "09:15:01", "10000", "ValueError", "ValueError: no such ticker"),
				List.of("slow", "TIMEOUT", "09:15:02", "10000", "TimeoutError", "after 30 s"),
				List.of("asked", "COMPLETED", "09:15:03", "10000", "null", "null"));
	}

	@Test
	void repeatedSpansChangeNoRowAndNoRevision() {
		SentSpan[] spans = { SentSpan.agent(1, "helper"), SentSpan.agent(2, "inner").in(1),
				SentSpan.modelCall(3, 1, 1).in(2) };
		assertThat(store(spans).lines().toString()).contains("outcome=run]=2", "outcome=no agent]=1");
		String before = rows();
		Receipt again = store(spans);
		assertThat(again.lines()).containsOnly(Map.entry(new Receipt.Line("shop", Receipt.REPEATED), 3L));
		assertThat(rows()).isEqualTo(before);
	}

	@Test
	void endReplacesWhatIsRunning() {
		store(SentSpan.agent(1, "helper").ending(0));
		assertThat(this.sql.column("select status from agent_executions")).containsExactly("RUNNING");
		store(SentSpan.agent(1, "helper"));
		store(SentSpan.agent(1, "helper").ending(0));
		assertThat(this.sql.column("select status from agent_executions")).containsExactly("COMPLETED");
	}

	@Test
	void runThatTurnsOutToBePartOfAnotherIsTakenBack() {
		store(SentSpan.agent(2, "helper").in(1));
		assertThat(this.sql.rows(EXECUTIONS)).hasSize(1);
		Receipt receipt = store(SentSpan.agent(1, "helper"));
		assertThat(receipt.lines()).containsOnlyKeys(new Receipt.Line("shop", Receipt.RUN));
		assertThat(this.sql
			.column("select to_char(execution_start at time zone 'UTC', 'HH24:MI:SS') from agent_executions"))
			.containsExactly("09:15:01");
		assertThat(this.sql.number("select count(*) from agent_execution_deletions")).isOne();
	}

	@Test
	void workflowIsTakenBackWhenAnAgentTurnsUpInside() {
		store(SentSpan.of(1).with("traceloop.span.kind", "workflow").with("traceloop.entity.name", "report"));
		assertThat(this.sql.column("select name from agent_executions join agents on agents.id = agent_id"))
			.containsExactly("report");
		store(SentSpan.agent(2, "writer").in(1));
		assertThat(this.sql.column("select name from agent_executions join agents on agents.id = agent_id"))
			.containsExactly("writer");
	}

	@Test
	void whatTheSpanSaysLaterReplacesTheAgent() {
		store(SentSpan.agent(1, "draft").ending(0));
		store(SentSpan.agent(1, "final"));
		assertThat(this.sql.column("select name from agent_executions join agents on agents.id = agent_id"))
			.containsExactly("final");
	}

	@Test
	void spansOfManyTracesAndServicesComeTogether() {
		List<SpanReading> readings = new ArrayList<>();
		for (int i = 1; i <= 50; i++) {
			readings.add(SentSpan.agent(1, "helper").trace("%032x".formatted(i)).reading());
			readings.add(SentSpan.agent(2, "other")
				.in(1)
				.resource("service.name", "bank")
				.trace("%032x".formatted(i))
				.reading());
		}
		store(STORE, readings);
		assertThat(this.sql
			.map("select name, count(*) from agent_executions join agents on agents.id = agent_id group by 1"))
			.containsOnly(Map.entry("helper", "50"), Map.entry("other", "50"));
		assertThat(this.sql.number("select count(*) from received_traces")).isEqualTo(50);
	}

	@Test
	void spansThatAreRefusedAreNamedAndHarmNoOther() {
		Receipt receipt = store(SentSpan.agent(1, "helper"), SentSpan.of(2).starting(0).named("old"),
				SentSpan.of(3).starting(0).named("older"));
		assertThat(receipt.rejected()).isEqualTo(2);
		assertThat(receipt.rejections()).isEqualTo("2 because its start is not within the years 2000 to 2099: "
				+ "old (0000000000000002), older (0000000000000003)");
		assertThat(this.sql.rows(EXECUTIONS)).hasSize(1);
		assertThat(this.sql.rows("select service, outcome, spans from span_receipts order by 1, 2")).containsExactly(
				List.of("shop", "new agents", "1"),
				List.of("shop", "rejected: its start is not within the years 2000 to 2099", "2"),
				List.of("shop", "run", "1"));
	}

	@Test
	void servicesOfAnHourAreToldApartUpToALimit() {
		this.sql.run("""
				insert into span_receipts
				select 'service ' || n, date_trunc('hour', now(), 'UTC'), 'run', 1 from generate_series(1, 999) n
				""");
		store(SentSpan.agent(1, "a").resource("service.name", "service 7"),
				SentSpan.agent(2, "b").resource("service.name", "made up 1"),
				SentSpan.agent(3, "c").resource("service.name", "made up 2"),
				SentSpan.agent(4, "d").resource("service.name", "made up 3"));
		assertThat(this.sql.rows("""
				select service, sum(spans) from span_receipts
				where outcome = 'run' and (spans > 1 or service not like 'service %') group by 1 order by 1
				""")).containsExactly(List.of("made up 1", "1"), List.of("other services", "2"),
				List.of("service 7", "2"));
	}

	@Test
	void newAgentsOfAServiceAreLimited() {
		SpanStore store = new SpanStore(true, 2, DAY);
		Receipt receipt = store(store, List.of(SentSpan.agent(1, "a").reading(), SentSpan.agent(2, "b").reading(),
				SentSpan.agent(3, "c").reading(), SentSpan.agent(4, "d").resource("service.name", "bank").reading()));
		assertThat(receipt.rejections())
			.isEqualTo("1 because its service has brought 2 new agents in this hour already: c (0000000000000003)");
		assertThat(store(store, List.of(SentSpan.agent(3, "c").reading(), SentSpan.agent(5, "a").reading())).rejected())
			.isOne();
		assertThat(this.sql.column("select name from agents order by name")).containsExactly("a", "b", "d");
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(4);
		// the next hour has come
		this.sql.run("update span_receipts set hour = hour - interval '1 hour'");
		assertThat(store(store, List.of(SentSpan.agent(3, "c").reading())).rejected()).isZero();
		assertThat(this.sql.column("select name from agents order by name")).containsExactly("a", "b", "c", "d");
	}

	@Test
	void newAgentsOfAllServicesTogetherAreLimited() {
		SpanStore store = new SpanStore(true, 1, DAY);
		List<SpanReading> readings = new ArrayList<>();
		for (int i = 1; i <= 12; i++) {
			readings.add(SentSpan.agent(i, "helper").resource("service.name", "shop %02d".formatted(i)).reading());
		}
		assertThat(store(store, readings).rejections())
			.isEqualTo("2 because all services together have brought 10 new agents in this hour already: "
					+ "helper (000000000000000b), helper (000000000000000c)");
		assertThat(this.sql.number("select count(*) from agents")).isEqualTo(10);
	}

	@Test
	void spansOfAgentsThatAreTooManyAreNotStored() {
		SpanStore store = new SpanStore(true, 2, DAY);
		List<SpanReading> readings = new ArrayList<>();
		for (int i = 1; i <= 50; i++) {
			readings.add(SentSpan.agent(i, "agent %02d".formatted(i)).trace("%032x".formatted(i)).reading());
		}
		assertThat(store(store, readings).rejected()).isEqualTo(48);
		assertThat(this.sql.number("select count(*) from received_spans")).isEqualTo(2);
		assertThat(this.sql.number("select count(*) from received_traces")).isEqualTo(2);
	}

	@Test
	void transactionsAtOnceDoNotBringMoreAgentsThanAllowed() throws Exception {
		SpanStore store = new SpanStore(true, 3, DAY);
		try (ExecutorService clients = Executors.newFixedThreadPool(4)) {
			List<Future<?>> sent = new ArrayList<>();
			for (int i = 1; i <= 20; i++) {
				SpanReading reading = SentSpan.agent(1, "agent " + i).trace("%032x".formatted(i)).reading();
				sent.add(clients.submit(() -> store(store, List.of(reading))));
			}
			for (Future<?> future : sent) {
				future.get();
			}
		}
		assertThat(this.sql.number("select count(*) from agents")).isEqualTo(3);
		assertThat(this.sql.value("select spans from span_receipts where outcome = 'new agents'")).isEqualTo("3");
	}

	@Test
	void sameNewAgentsInTransactionsAtOnceCountOnce() throws Exception {
		SpanStore store = new SpanStore(true, 3, DAY);
		try (Connection connection = this.database.dataSource().getConnection()) {
			// else they would wait for whoever does this first
			store.registerSource(connection);
		}
		try (ExecutorService clients = Executors.newFixedThreadPool(4);
				SqlSession holder = new SqlSession(this.database.dataSource())) {
			holder.run("begin");
			holder.rows(AdvisoryLock.NEW_AGENTS.key().inTransaction());
			List<Future<Receipt>> sent = new ArrayList<>();
			for (int i = 1; i <= 4; i++) {
				String trace = "%032x".formatted(i);
				List<SpanReading> readings = List.of(SentSpan.agent(1, "a").trace(trace).reading(),
						SentSpan.agent(2, "b").trace(trace).reading(), SentSpan.agent(3, "c").trace(trace).reading());
				sent.add(clients.submit(() -> store(store, readings)));
			}
			// all have found the agents to be new
			await().atMost(Duration.ofSeconds(30))
				.until(() -> this.sql
					.number("select count(*) from pg_locks where locktype = 'advisory' and not granted") == 4);
			holder.run("commit");
			for (Future<Receipt> receipt : sent) {
				assertThat(receipt.get().rejections()).isEmpty();
			}
		}
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(12);
		assertThat(this.sql.value("select spans from span_receipts where outcome = 'new agents'")).isEqualTo("3");
	}

	@Test
	void importWithTheSameNewAgentsDoesNotWaitInACircle() throws Exception {
		SpanStore importing = new SpanStore(true, SpanStore.ANY_NUMBER, DAY);
		try (ExecutorService clients = Executors.newFixedThreadPool(1);
				Connection connection = this.database.dataSource().getConnection()) {
			importing.registerSource(connection);
			connection.setAutoCommit(false);
			importing.store(connection, List.of(SentSpan.agent(1, "a").trace("%032x".formatted(1)).reading()));
			Future<Receipt> sent = clients
				.submit(() -> store(new SpanStore(true, 3, DAY), List.of(SentSpan.agent(1, "a").reading(),
						SentSpan.agent(2, "b").reading(), SentSpan.agent(3, "c").reading())));
			await().atMost(Duration.ofSeconds(30))
				.until(() -> this.sql.number("select count(*) from pg_locks where not granted") > 0);
			importing.store(connection, List.of(SentSpan.agent(1, "b").trace("%032x".formatted(2)).reading(),
					SentSpan.agent(2, "c").trace("%032x".formatted(2)).reading()));
			connection.commit();
			assertThat(sent.get().rejected()).isZero();
		}
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(6);
	}

	@Test
	void agentsOfRunsThatTheDatabaseRefusesDoNotCount() {
		this.sql.run("alter table agent_executions add constraint no_odd check (error_message is distinct from 'odd')");
		Receipt receipt = store(new SpanStore(true, 1, DAY),
				List.of(SentSpan.agent(1, "refused").failed("odd").reading()));
		assertThat(receipt.rejected()).isOne();
		assertThat(this.sql.column("select outcome from span_receipts")).noneMatch("new agents"::equals);
		SentSpan other = SentSpan.agent(2, "stored").trace("%032x".formatted(2));
		assertThat(store(new SpanStore(true, 1, DAY), List.of(other.reading())).rejected()).isZero();
	}

	@Test
	void rejectedRunTakesNothingWithIt() {
		store(SentSpan.agent(2, "helper").in(1));
		this.sql.run("alter table agent_executions add constraint no_odd check (error_message is distinct from 'odd')");
		SentSpan around = SentSpan.agent(1, "helper").failed("odd");
		for (int time = 1; time <= 2; time++) {
			assertThat(store(around).rejected()).isOne();
			assertThat(this.sql.column("select status from agent_executions")).containsExactly("COMPLETED");
		}
		this.sql.run("alter table agent_executions drop constraint no_odd");
		assertThat(store(around).rejected()).isZero();
		assertThat(this.sql.column("select status from agent_executions")).containsExactly("FAILED");
	}

	@Test
	void agentThatIsTooManyTakesNoWorkflowWithIt() {
		SpanStore store = new SpanStore(true, 1, DAY);
		store(store,
				List.of(SentSpan.of(1)
					.with("traceloop.span.kind", "workflow")
					.with("traceloop.entity.name", "report")
					.reading()));
		assertThat(this.sql.column("select name from agents")).containsExactly("report");
		assertThat(store(store, List.of(SentSpan.agent(2, "one more").client().in(1).reading())).rejected()).isOne();
		assertThat(this.sql.rows(EXECUTIONS)).singleElement().satisfies((row) -> assertThat(row).startsWith("report"));
	}

	@Test
	void agentsThatAreNotLimitedDoNotCountForThoseThatAre() {
		SpanStore imported = new SpanStore(true, SpanStore.ANY_NUMBER, DAY);
		List<SpanReading> readings = new ArrayList<>();
		for (int i = 1; i <= 5; i++) {
			readings.add(SentSpan.agent(i, "old " + i).reading());
		}
		assertThat(store(imported, readings).rejected()).isZero();
		assertThat(this.sql.column("select outcome from span_receipts")).containsExactly("run");
		assertThat(store(new SpanStore(true, 2, DAY),
				List.of(SentSpan.agent(6, "new 1").reading(), SentSpan.agent(7, "new 2").reading()))
			.rejected()).isZero();
	}

	@Test
	void spansOfATraceAreLimited() {
		List<SpanReading> readings = new ArrayList<>();
		for (int i = 2; i <= SpanStore.MOST_SPANS_PER_TRACE; i++) {
			readings.add(SentSpan.of(i).in(1).reading());
		}
		readings.add(SentSpan.agent(1, "helper").ending(0).reading());
		assertThat(store(STORE, readings).rejected()).isZero();
		Receipt receipt = store(SentSpan.of(10_001).in(1).named("one more"), SentSpan.agent(1, "helper"),
				SentSpan.agent(2, "other").trace("%032x".formatted(7)));
		assertThat(receipt.rejections()).isEqualTo("1 because its trace has 10000 spans already, "
				+ "and no trace may have more: one more (0000000000002711)");
		assertThat(receipt.lines()).containsEntry(new Receipt.Line("shop", Receipt.RUN), 2L);
		assertThat(this.sql.column("select status from agent_executions")).containsExactly("COMPLETED", "COMPLETED");
		assertThat(this.sql.number("select count(*) from received_spans")).isEqualTo(10_001);
	}

	@Test
	void partsOfManyLargeTracesComeTogether() {
		for (int trace = 1; trace <= 3; trace++) {
			List<SpanReading> readings = new ArrayList<>();
			for (int i = 2; i <= 9_000; i++) {
				readings.add(SentSpan.modelCall(i, 1, 1).in(1).trace("%032x".formatted(trace)).reading());
			}
			store(STORE, readings);
		}
		List<SpanReading> roots = new ArrayList<>();
		for (int trace = 1; trace <= 4; trace++) {
			roots.add(SentSpan.agent(1, "helper").trace("%032x".formatted(trace)).reading());
		}
		assertThat(store(STORE, roots).lines()).containsEntry(new Receipt.Line("shop", Receipt.RUN), 4L);
		assertThat(
				this.sql.column("select run_input_tokens from received_spans where run_agent is not null order by 1"))
			.containsExactly("8999", "8999", "8999", "null");
	}

	@Test
	void whatTheDatabaseRefusesIsRejectedAndTriedAgain() {
		store(SentSpan.agent(1, "helper").ending(0));
		this.sql.run("alter table agent_executions add constraint no_odd check (error_message is distinct from 'odd')");
		List<SpanReading> readings = new ArrayList<>(List.of(SentSpan.agent(1, "helper").failed("odd").reading(),
				SentSpan.agent(2, "helper").failed("odd").reading()));
		for (int i = 3; i <= 9; i++) {
			readings.add(SentSpan.agent(i, "helper").reading());
		}
		for (int time = 1; time <= 2; time++) {
			Receipt receipt = store(STORE, readings);
			assertThat(receipt.rejected()).isEqualTo(2);
			assertThat(receipt.rejections()).startsWith("2 because the database refuses it: ")
				.contains("no_odd", "helper (0000000000000001), helper (0000000000000002)");
			assertThat(this.sql.map("select status, count(*) from agent_executions group by 1"))
				.containsOnly(Map.entry("RUNNING", "1"), Map.entry("COMPLETED", "7"));
		}
		this.sql.run("alter table agent_executions drop constraint no_odd");
		Receipt receipt = store(STORE, readings);
		assertThat(receipt.lines()).containsOnly(Map.entry(new Receipt.Line("shop", Receipt.RUN), 2L),
				Map.entry(new Receipt.Line("shop", Receipt.REPEATED), 7L));
		assertThat(this.sql.map("select status, count(*) from agent_executions group by 1"))
			.containsOnly(Map.entry("FAILED", "2"), Map.entry("COMPLETED", "7"));
	}

	@Test
	void executionHasItsReleaseEnvironmentTokensAndTrace() {
		String executions = "select name, agent_version, environment, input_tokens, output_tokens, cached_input_tokens, "
				+ "cost_usd, agent_executions.external_id from agent_executions join agents on agents.id = agent_id "
				+ "order by name";
		SentSpan helper = SentSpan.agent(1, "helper")
			.resource("service.version", "1.4.2")
			.resource("deployment.environment.name", "production");
		store(helper, SentSpan.modelCall(2, 12, 3).in(1));
		assertThat(this.sql.rows(executions))
			.containsExactly(List.of("helper", "1.4.2", "production", "12", "3", "null", "null", SentSpan.TRACE));
		String before = rows();
		store(helper, SentSpan.modelCall(2, 12, 3).in(1));
		assertThat(rows()).as("sent again").isEqualTo(before);
		store(SentSpan.modelCall(3, 30, 4).in(1).with("gen_ai.usage.cache_read.input_tokens", "20"),
				SentSpan.agent(4, "inner").in(1), SentSpan.modelCall(5, 7, 1).in(4));
		assertThat(this.sql.rows(executions)).containsExactly(
				List.of("helper", "1.4.2", "production", "42", "7", "20", "null", SentSpan.TRACE),
				List.of("inner", "null", "null", "7", "1", "null", "null", SentSpan.TRACE));
	}

	@Test
	void tokensThatCannotBeTrueAreNotStoredAndHarmNoRun() {
		List<SpanReading> readings = new ArrayList<>(List.of(SentSpan.agent(1, "helper").reading()));
		for (int i = 2; i <= 1_101; i++) {
			readings.add(SentSpan.modelCall(i, 999_999_999, 3).in(1).reading());
		}
		assertThat(store(STORE, readings).rejected()).isZero();
		assertThat(this.sql.rows("select input_tokens, output_tokens from agent_executions"))
			.containsExactly(List.of("null", "3300"));
		assertThat(this.sql.rows("select reason, stored from execution_rejects"))
			.containsExactly(List.of("its 1099999998900 input tokens are not within 0 to 1,000,000,000,000", "t"));
	}

	@Test
	void tokensOfARunAreKeptWithItsSpan() {
		store(SentSpan.agent(1, "helper"), SentSpan.modelCall(2, 12, 3).in(1));
		store(SentSpan.modelCall(3, 30, 4).in(1), SentSpan.agent(4, "inner").in(1), SentSpan.modelCall(5, 7, 1).in(4));
		assertThat(this.sql.rows("select agent, run_input_tokens, run_output_tokens from received_spans "
				+ "where run_agent is not null order by 1"))
			.containsExactly(List.of("helper", "42", "7"), List.of("inner", "7", "1"));
	}

	@Test
	void spansAreKeptAsLongAsAnybodyWantsThem() {
		store(new SpanStore(true, 100, Duration.ofDays(30)), List.of(SentSpan.agent(1, "helper").reading()));
		store(SentSpan.agent(2, "helper"));
		assertThat(this.sql.value("select kept_until > now() + interval '29 days' from received_traces"))
			.isEqualTo("t");
		store(SentSpan.agent(1, "helper").trace("%032x".formatted(7)));
		assertThat(this.sql.number("select count(*) from received_traces where kept_until < now() + interval '2 days'"))
			.isOne();
	}

	@Test
	void runThatRetentionHasDroppedIsRejected() {
		this.sql.run("insert into execution_drops (kept_from, snapshot) values ('2026-11-21', pg_current_snapshot())");
		assertThat(store(SentSpan.agent(1, "helper")).rejections())
			.contains("it started before 2026-11-21, and retention has dropped what did");
		assertThat(this.sql.rows(EXECUTIONS)).isEmpty();
	}

	@Test
	void endBeforeTheStartIsNotKnown() {
		assertThat(store(SentSpan.agent(1, "helper").ending(SentSpan.NINE_FIFTEEN)).rejected()).isZero();
		assertThat(this.sql.rows("select execution_end, execution_time_ms, status from agent_executions"))
			.containsExactly(List.of("null", "null", "COMPLETED"));
	}

	@Test
	void spansOfTracesOfWhichNothingComesAreForgotten() throws SQLException {
		store(SentSpan.agent(1, "helper"), SentSpan.of(2).in(1));
		this.sql.run("update received_traces set kept_until = now() - interval '1 second'");
		store(SentSpan.agent(1, "helper").trace("%032x".formatted(7)));
		try (Connection connection = this.database.dataSource().getConnection()) {
			STORE.forget(connection);
		}
		assertThat(this.sql.number("select count(*) from received_spans")).isOne();
		assertThat(this.sql.number("select count(*) from received_traces")).isOne();
		assertThat(this.sql.rows(EXECUTIONS)).hasSize(2);
		store(SentSpan.agent(1, "helper"), SentSpan.of(2).in(1));
		assertThat(this.sql.rows(EXECUTIONS)).hasSize(2);
	}

	@Test
	void memberOfTheRoleOfWritersStoresAndForgetsAndReadsNoMetrics() throws SQLException {
		String login = "writer_" + UUID.randomUUID().toString().replace("-", "");
		this.sql.run("create role %s login in role agent_metrics_writer", login);
		PGSimpleDataSource asWriter = new PGSimpleDataSource();
		asWriter.setUrl(this.database.url());
		asWriter.setUser(login);
		try (Connection connection = asWriter.getConnection(); SqlSession writer = new SqlSession(asWriter)) {
			SchemaVersion.requireCurrent(asWriter);
			connection.setAutoCommit(false);
			STORE.store(connection, List.of(SentSpan.agent(2, "helper").in(1).reading()));
			STORE.store(connection, List.of(SentSpan.agent(1, "helper").failed("").reading()));
			connection.commit();
			connection.setAutoCommit(true);
			this.sql.run("update received_traces set kept_until = now() - interval '1 second'");
			STORE.forget(connection);
			assertThatIllegalStateException().isThrownBy(() -> writer.rows("select * from agent_metrics"));
			assertThatIllegalStateException().isThrownBy(() -> writer.run("select grant_to_writer()"));
		}
		finally {
			this.sql.run("drop role " + login);
		}
		assertThat(this.sql.column("select status from agent_executions")).containsExactly("FAILED");
		assertThat(this.sql.number("select count(*) from received_spans")).isZero();
	}

	@RepeatedTest(5)
	void orderSplitAndRepetitionAndConcurrencyChangeNothing() throws Exception {
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		List<SpanReading> spans = new ArrayList<>();
		for (int trace = 1; trace <= 20; trace++) {
			int count = 1 + random.nextInt(8);
			for (int i = 0; i < count; i++) {
				int number = i + 1;
				SentSpan span = switch (random.nextInt(4)) {
					case 0 -> SentSpan.agent(number, "agent " + random.nextInt(3));
					case 1 -> SentSpan.of(number).with("traceloop.span.kind", "workflow").named("workflow");
					case 2 -> SentSpan.modelCall(number, random.nextInt(100), random.nextInt(10));
					default -> SentSpan.of(number);
				};
				spans.add(span.in(random.nextInt(count + 1)).trace("%032x".formatted(trace)).reading());
			}
		}
		store(STORE, spans);
		List<List<String>> once = this.sql.rows(EXECUTIONS);
		this.sql.run("delete from agent_executions; delete from received_spans; delete from received_traces");
		Collections.shuffle(spans, random);
		try (ExecutorService clients = Executors.newFixedThreadPool(4)) {
			CountDownLatch start = new CountDownLatch(1);
			List<Future<?>> sent = new ArrayList<>();
			for (int client = 0; client < 4; client++) {
				List<SpanReading> share = new ArrayList<>(spans);
				Collections.shuffle(share, new Random(seed + client));
				int size = 1 + client * 5;
				sent.add(clients.submit(() -> {
					start.await();
					for (int from = 0; from < share.size(); from += size) {
						store(STORE, share.subList(from, Math.min(from + size, share.size())));
					}
					return null;
				}));
			}
			start.countDown();
			for (Future<?> future : sent) {
				future.get();
			}
		}
		assertThat(this.sql.rows(EXECUTIONS)).as("seed %d", seed).isEqualTo(once);
	}

	private static String uuid(String key) {
		return UUID.nameUUIDFromBytes(("otlp:" + key).getBytes(StandardCharsets.UTF_8)).toString();
	}

	private String rows() {
		return this.sql.rows("select * from agent_executions order by id").toString()
				+ this.sql.rows("select * from received_spans order by 1, 2")
				+ this.sql.rows("select * from agents order by id");
	}

	private Receipt store(SentSpan... spans) {
		return store(STORE, Arrays.stream(spans).map(SentSpan::reading).toList());
	}

	private Receipt store(SpanStore store, List<SpanReading> readings) {
		try (Connection connection = this.database.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			Receipt receipt = store.store(connection, readings);
			connection.commit();
			return receipt;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
