package io.agentmetrics.otlp.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
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
import io.agentmetrics.otlp.SentSpan;
import io.agentmetrics.otlp.SpanReading;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What becomes of spans in the database.
 */
class SpanStoreIntegrationTests {

	private static final SpanStore STORE = new SpanStore(true, 100);

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
	void newAgentsOfAServiceAreLimited() {
		SpanStore store = new SpanStore(true, 2);
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
		this.sql.run("update received_traces set received_at = received_at - interval '1 day'");
		store(SentSpan.agent(1, "helper").trace("%032x".formatted(7)));
		try (Connection connection = this.database.dataSource().getConnection()) {
			STORE.forget(connection, Instant.now().minusSeconds(3_600));
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
			STORE.forget(connection, Instant.now().plusSeconds(60));
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
