package io.agentmetrics.receiver;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.otlp.AgentRun;
import io.agentmetrics.otlp.SpanRole;
import io.agentmetrics.otlp.TokenUsage;
import io.agentmetrics.otlp.TraceRuns;
import io.agentmetrics.otlp.TraceSpan;
import io.agentmetrics.receiver.ScriptedModel.Tokens;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What agents of real frameworks are counted as, each with its usual set-up of
 * OpenTelemetry.
 */
@ParameterizedClass
@EnumSource
class FrameworksIntegrationTests {

	private static TestDatabase database;

	private static RunningReceiver receiver;

	private static SqlSession sql;

	private static ScriptedModel model;

	private final AgentFramework framework;

	FrameworksIntegrationTests(AgentFramework framework) {
		this.framework = framework;
	}

	@BeforeAll
	static void start() throws Exception {
		database = TestDatabase.create();
		sql = new SqlSession(database.dataSource());
		receiver = RunningReceiver.start(database);
		model = ScriptedModel.start();
	}

	@AfterAll
	static void stop() {
		model.close();
		receiver.close();
		sql.close();
		database.close();
	}

	@BeforeParameterizedClassInvocation
	static void runAgents(AgentFramework framework) throws Exception {
		if (!framework.isInstalled()) {
			System.out.println("SKIPPED: this test needs " + framework.needed() + " (.ci/run installs it)");
		}
		Assumptions.assumeTrue(framework.isInstalled(), () -> "needs " + framework.needed());
		sql.run("delete from agent_executions; delete from received_spans; delete from received_traces; delete from span_receipts");
		String output = framework.run(model.url(), "http://127.0.0.1:" + receiver.port());
		assertThat(output).as(framework.service()).startsWith("0\n");
	}

	@Test
	void runIsOneExecution() {
		Execution run = execution("greeter");
		assertThat(run.status()).isEqualTo(ExecutionStatus.COMPLETED);
		assertThat(run.errorMessage()).isNull();
		assertThat(run.tokens()).isEqualTo(ScriptedModel.ANSWER);
	}

	@Test
	void failureOfAToolIsNotTheRuns() {
		Execution run = execution("forecaster");
		assertThat(run.status()).isEqualTo(ExecutionStatus.COMPLETED);
		assertThat(run.errorMessage()).isNull();
		assertThat(run.tokens()).isEqualTo(ScriptedModel.TOOL_CALL.plus(ScriptedModel.ANSWER));
	}

	@Test
	void failureOfARunHasItsTypeAndMessage() {
		Execution run = execution("unlucky");
		if (!this.framework.tellsOfFailures()) {
			assertThat(run.status()).isEqualTo(ExecutionStatus.COMPLETED);
			return;
		}
		assertThat(run.status()).isEqualTo(ExecutionStatus.FAILED);
		assertThat(run.errorMessage()).contains("The model is broken");
		assertThat(run.errorType()).isEqualTo(this.framework.errorType());
		assertThat(run.tokens().sum()).isZero();
	}

	@Test
	void agentInsideAnAgentHasItsOwnExecutionAndTokens() {
		Execution outer = execution("coordinator");
		assertThat(outer.status()).isEqualTo(ExecutionStatus.COMPLETED);
		assertThat(outer.tokens()).isEqualTo(ScriptedModel.TOOL_CALL.plus(ScriptedModel.ANSWER));
		Execution inner = execution("specialist");
		assertThat(inner.status()).isEqualTo(ExecutionStatus.COMPLETED);
		assertThat(inner.tokens()).isEqualTo(ScriptedModel.ANSWER);
		assertThat(inner.started()).isAfter(outer.started());
		assertThat(inner.ended()).isBefore(outer.ended());
	}

	@Test
	void nothingElseIsAnExecutionAndNothingIsRejected() {
		assertThat(sql.column("select distinct name from agent_executions join agents on agents.id = agent_id"))
			.isSubsetOf("greeter", "forecaster", "unlucky", "coordinator", "specialist");
		assertThat(sql.column("select distinct service from span_receipts")).hasSize(1);
		assertThat(sql.column("select outcome from span_receipts where outcome like 'rejected%%'")).isEmpty();
	}

	/** The only one of an agent. */
	private static Execution execution(String agent) {
		List<List<String>> rows = sql.rows("""
				select status, error_type, error_message, to_char(execution_start, 'YYYY-MM-DD"T"HH24:MI:SS.USZ'),
					to_char(execution_end, 'YYYY-MM-DD"T"HH24:MI:SS.USZ')
				from agent_executions join agents on agents.id = agent_id where name = '%s'
				""", agent);
		assertThat(rows).as(agent).hasSize(1);
		List<String> row = rows.getFirst();
		Execution execution = new Execution(ExecutionStatus.valueOf(row.getFirst()), text(row.get(1)), text(row.get(2)),
				Instant.parse(row.get(3)), Instant.parse(row.get(4)), tokens(agent));
		assertThat(execution.ended()).isAfter(execution.started());
		return execution;
	}

	/** Those of an agent's only run, as they follow from the spans that are kept. */
	private static Tokens tokens(String agent) {
		Map<String, List<TraceSpan>> traces = sql.rows("""
				select replace(trace_id::text, '-', ''), span_id, parent_id, role, client, service, agent, input_tokens,
					output_tokens
				from received_spans
				""").stream().map(FrameworksIntegrationTests::span).collect(Collectors.groupingBy(TraceSpan::traceId));
		List<AgentRun> runs = traces.values()
			.stream()
			.flatMap((spans) -> TraceRuns.of(spans, true).runs().stream())
			.filter((run) -> run.agent().equals(agent))
			.toList();
		assertThat(runs).as(agent).hasSize(1);
		TokenUsage usage = runs.getFirst().tokens();
		return new Tokens(Objects.requireNonNullElse(usage.input(), 0L),
				Objects.requireNonNullElse(usage.output(), 0L));
	}

	/** What is not about tokens is left out. */
	private static TraceSpan span(List<String> row) {
		return new TraceSpan(row.getFirst(), row.get(1), text(row.get(2)), SpanRole.valueOf(row.get(3)),
				"t".equals(row.get(4)), row.get(5), text(row.get(6)), null, Instant.EPOCH, Instant.EPOCH,
				ExecutionStatus.COMPLETED, null, null, null, null, null,
				new TokenUsage(number(row.get(7)), number(row.get(8)), null));
	}

	private static @Nullable String text(String value) {
		return "null".equals(value) ? null : value;
	}

	private static @Nullable Long number(String value) {
		return "null".equals(value) ? null : Long.valueOf(value);
	}

	/**
	 * An execution as it is stored.
	 */
	private record Execution(ExecutionStatus status, @Nullable String errorType, @Nullable String errorMessage,
			Instant started, Instant ended, Tokens tokens) {

	}

}
