package io.agentmetrics.otlp;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a span tells of itself.
 */
class SpanRulesTests {

	private static final String INVOKE = "gen_ai.operation.name";

	private static final String OPENINFERENCE = "openinference.span.kind";

	private static final String TRACELOOP = "traceloop.span.kind";

	private static final RuleTable TABLE = RuleTable.load();

	static List<Example> examples() {
		return List.of(
				example("an agent is invoked (OpenTelemetry)", "AGENT", "helper",
						span().with(INVOKE, "invoke_agent").with("gen_ai.agent.name", "helper")),
				example("a model is called (OpenTelemetry)", "MODEL_CALL", null, span().with(INVOKE, "chat")),
				example("another operation (OpenTelemetry)", "OTHER", "any",
						span().with(INVOKE, "execute_tool").with(OPENINFERENCE, "AGENT")),
				example("a model is called (OpenInference)", "MODEL_CALL", null, span().with(OPENINFERENCE, "LLM")),
				example("a model is called (OpenLLMetry)", "MODEL_CALL", null, span().with("llm.request.type", "chat")),
				example("a model is called (Langfuse)", "MODEL_CALL", null,
						span().with("langfuse.observation.type", "generation")),
				example("a model is called (MLflow)", "MODEL_CALL", null,
						span().with("mlflow.spanType", "\"CHAT_MODEL\"")),
				example("a model is called (Mastra)", "MODEL_CALL", null,
						span().with("mastra.span.type", "model_generation")),
				example("a model is called (Vercel AI SDK)", "MODEL_CALL", null,
						span().with("ai.operationId", "ai.generateText.doGenerate")
							.with("ai.telemetry.functionId", "helper")),
				example("a model is called (Claude Agent SDK)", "MODEL_CALL", null,
						span().named("claude_code.llm_request")),
				example("a node of a graph (LangGraph by OpenInference)", "STEP", null,
						span().with(OPENINFERENCE, "AGENT")
							.with("metadata", "{\"langgraph_node\": \"agent\",\n\"x\": 1}")),
				example("a node of a graph (LangGraph by Langfuse)", "STEP", null,
						span().with("langfuse.observation.metadata.langgraph_node", "agent")
							.with("langfuse.observation.type", "agent")),
				example("a node of a graph (LangGraph by LangSmith)", "STEP", null,
						span().with("langsmith.metadata.langgraph_node", "agent")),
				example("a node of a graph (LangGraph by OpenLLMetry)", "STEP", null,
						span().with("traceloop.association.properties.langgraph_node", "agent")
							.with(TRACELOOP, "workflow")),
				example("a part of a chain whose name has the word agent (LangChain by OpenInference)", "OTHER",
						"OpenAIToolsAgentOutputParser",
						span().scope("openinference.instrumentation.langchain")
							.named("OpenAIToolsAgentOutputParser")
							.with(OPENINFERENCE, "AGENT")),
				example("an agent (LangChain by OpenInference)", "AGENT", "researcher", span().named("any run")
					.with(OPENINFERENCE, "CHAIN")
					.with("metadata",
							"{\"ls_integration\":\"langchain_create_agent\",\"lc_agent_name\":\"researcher\"}")),
				example("an agent of the OpenAI Agents SDK (OpenInference)", "AGENT", "triage",
						span().scope("openinference.instrumentation.openai_agents")
							.with(OPENINFERENCE, "AGENT")
							.with("graph.node.id", "triage")),
				example("a trace of the OpenAI Agents SDK (OpenInference)", "WORKFLOW", "Agent workflow",
						span().scope("openinference.instrumentation.openai_agents")
							.named("Agent workflow")
							.with(OPENINFERENCE, "AGENT")),
				example("a task of a crew (CrewAI by OpenInference)", "AGENT", "Software developer",
						span().scope("openinference.instrumentation.crewai")
							.named("Task._execute_core")
							.with(OPENINFERENCE, "AGENT")
							.with("input.value", "{\"agent\": \"id=1\nrole='Software developer' goal='any'\"}")),
				example("an agent (OpenInference)", "AGENT", "hello_agent",
						span().named("agent_run [hello_agent]").with(OPENINFERENCE, "AGENT")),
				example("an agent (OpenLLMetry)", "AGENT", "researcher",
						span().named("researcher.agent").with(TRACELOOP, "agent")),
				example("a workflow (OpenLLMetry)", "WORKFLOW", "report",
						span().named("report.workflow").with(TRACELOOP, "workflow")),
				example("an agent (Langfuse)", "AGENT", "helper",
						span().named("helper").with("langfuse.observation.type", "agent")),
				example("an agent (MLflow)", "AGENT", "helper",
						span().named("helper").with("mlflow.spanType", "\"AGENT\"")),
				example("an agent (Mastra)", "AGENT", "helper",
						span().named("agent run: 'helper'").with("mastra.span.type", "agent_run")),
				example("an agent (Pydantic AI before 3)", "AGENT", "qa_agent",
						span().scope("pydantic-ai").named("agent run").with("agent_name", "qa_agent")),
				example("a function that has a name (Vercel AI SDK)", "AGENT", "weather",
						span().with("ai.operationId", "ai.streamText").with("ai.telemetry.functionId", "weather")),
				example("a graph without a name of its own (LangGraph)", "WORKFLOW", "researcher",
						span().named("LangGraph").with("metadata", "{\"lc_agent_name\": \"researcher\"}")),
				example("a crew (CrewAI)", "WORKFLOW", "Crew", span().named("Crew.kickoff")),
				example("a turn (Claude Agent SDK)", "AGENT", "claude_code", span().named("claude_code.interaction")));
	}

	@ParameterizedTest
	@MethodSource("examples")
	void eachRuleRecognisesItsSpan(Example example) {
		assertThat(TABLE.rule(example.span().sent())).map(RuleTable.RoleRule::rule).hasValue(example.rule());
		TraceSpan read = example.span().read();
		assertThat(read.role()).isEqualTo(SpanRole.valueOf(example.role()));
		assertThat(read.agent()).isEqualTo(example.agent());
	}

	@Test
	void eachRuleHasAnExample() {
		assertThat(examples()).extracting(Example::rule)
			.containsExactlyElementsOf(TABLE.roles().stream().map(RuleTable.RoleRule::rule).toList());
	}

	static Stream<SentSpan> spansOfNoAgent() {
		return Stream.of(span().named("invoke_agent helper"), span().with("gen_ai.agent.name", "helper"),
				span().resource("gen_ai.agent.name", "helper"),
				span().named("ai.generateText").with("ai.operationId", "ai.generateText"),
				span().with(OPENINFERENCE, "CHAIN"), span().with(TRACELOOP, "task"),
				span().with(INVOKE, "create_agent").with("gen_ai.agent.name", "helper"),
				span().with(INVOKE, "invoke_workflow").with("gen_ai.agent.name", "helper"),
				span().with(INVOKE, "not_invoke_agent"), span().scope("pydantic-ai").named("running tool"));
	}

	@ParameterizedTest
	@MethodSource
	void spansOfNoAgent(SentSpan span) {
		assertThat(span.read().role()).isEqualTo(SpanRole.OTHER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "171105b7-59dd-49c0-9677-0b95395aa46a", "171105B759DD49C096770B95395AA46A",
			"run.6f8d2449-33ed-4c7c-82e7-5410e34ee4e6", "171105b759dd49c0" })
	void nameThatIsEmptyOrMadeUpIsTheServices(String name) {
		TraceSpan read = span().with(INVOKE, "invoke_agent").with("gen_ai.agent.name", name).read();
		assertThat(read.agent()).isEqualTo("shop");
		assertThat(read.agentKey()).isEqualTo("shop/shop");
	}

	@Test
	void agentWithoutANameAndWithoutAServiceIsRefused() {
		assertThat(span().with(INVOKE, "invoke_agent").withoutService().reading()).isEqualTo(new RefusedSpan(
				"unknown_service", "any (0000000000000001)", "it is of an agent without a name that lasts, "
						+ "and its service has none: gen_ai.agent.name or service.name is needed"));
	}

	@Test
	void agentThatOnlyHabitsTellIsNoneWithoutAName() {
		SentSpan span = span().scope("pydantic-ai")
			.named("agent run")
			.with("agent_name", "171105b7-59dd-49c0-9677-0b95395aa46a");
		assertThat(span.read().role()).isEqualTo(SpanRole.OTHER);
		assertThat(span.with("agent_name", "helper").read().role()).isEqualTo(SpanRole.AGENT);
	}

	@Test
	void agentsAndServicesWhoseNamesHaveTheSeparatorAreToldApart() {
		assertThat(
				Stream.of(agent("a", "b", "c"), agent("", "a", "b/c"), agent("", "a/b", "c"), agent("", "a%2Fb", "c"))
					.map(TraceSpan::agentKey))
			.doesNotHaveDuplicates();
		assertThat(Stream.of(agent("a", "b", "c"), agent("", "a/b", "c")).map(TraceSpan::service))
			.containsExactly("a/b", "a%2Fb");
	}

	private static TraceSpan agent(String space, String service, String name) {
		return SentSpan.agent(1, name).resource("service.namespace", space).resource("service.name", service).read();
	}

	@ParameterizedTest
	@ValueSource(strings = { "unknown_service", "unknown_service:java", "unknown_service:./node_modules/.bin/node" })
	void serviceThatOpenTelemetryNamesHasNoName(String name) {
		SentSpan nameless = span().with(INVOKE, "invoke_agent").resource("service.name", name);
		assertThat(nameless.reading()).isInstanceOf(RefusedSpan.class);
		assertThat(SentSpan.agent(1, "helper").resource("service.name", name).read().agentKey())
			.isEqualTo(SentSpan.agent(1, "helper").withoutService().read().agentKey());
	}

	@Test
	void agentIsKnownByItsServiceAndItsName() {
		TraceSpan read = SentSpan.agent(1, "helper").resource("service.namespace", "eu").read();
		assertThat(read.service()).isEqualTo("eu/shop");
		assertThat(read.agentKey()).isEqualTo("eu/shop/helper");
		assertThat(SentSpan.agent(1, "helper").withoutService().read().agentKey()).isEqualTo("unknown_service/helper");
	}

	@Test
	void idOfAnAgentCountsOnlyForServicesThatAreNamed() {
		SentSpan span = SentSpan.agent(1, "helper").with("gen_ai.agent.id", "a-1");
		assertThat(span.read().agentKey()).isEqualTo("shop/helper");
		TraceSpan read = (TraceSpan) new SpanRules(Set.of("shop")).read(span.sent());
		assertThat(read.agentKey()).isEqualTo("shop/a-1");
		assertThat(read.agent()).isEqualTo("helper");
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "-, -, -, FAILED", "ValueError, -, -, FAILED", "timeout, -, -, TIMEOUT",
					"asyncio.TimeoutError, -, -, TIMEOUT", "DeadlineExceeded, -, -, TIMEOUT", "504, -, -, TIMEOUT",
					"-, httpx.ReadTimeout, -, TIMEOUT", "-, -, 'TimeoutError: after 30 s', TIMEOUT",
					"asyncio.CancelledError, -, -, CANCELLED", "-, asyncio.exceptions.CancelledError, -, CANCELLED",
					"KeyboardInterrupt, -, -, CANCELLED", "-, GeneratorExit, -, CANCELLED",
					"AbortError, -, -, CANCELLED", "-, langgraph.errors.GraphInterrupt, -, COMPLETED",
					"-, -, 'GraphInterrupt((Interrupt(value=1),))', COMPLETED", "ParentCommand, -, -, COMPLETED",
					"-, -, 'the request timed out', FAILED" })
	void typeOfTheErrorDecidesTheStatus(@Nullable String errorType, @Nullable String exceptionType,
			@Nullable String message, ExecutionStatus status) {
		SentSpan span = SentSpan.agent(1, "helper").failed((message != null) ? message : "");
		if (errorType != null) {
			span.with("error.type", errorType);
		}
		if (exceptionType != null) {
			span.exception(exceptionType, "any");
		}
		assertThat(span.read().status()).isEqualTo(status);
	}

	@Test
	void spanWithoutAnErrorIsCompletedWhateverItRecorded() {
		TraceSpan read = SentSpan.agent(1, "helper").exception("ValueError", "recovered from").read();
		assertThat(read.status()).isEqualTo(ExecutionStatus.COMPLETED);
		assertThat(read.errorType()).isNull();
		assertThat(read.errorMessage()).isNull();
	}

	@Test
	void strandsSaysThatItWasCancelledWithoutAnError() {
		assertThat(SentSpan.agent(1, "helper").with("strands.cancellation.type", "user").read().status())
			.isEqualTo(ExecutionStatus.CANCELLED);
	}

	@Test
	void errorIsOfTheStatusThenOfTheException() {
		assertThat(SentSpan.agent(1, "helper").failed("ValueError: no such ticker").read())
			.matches((read) -> "ValueError".equals(read.errorType())
					&& "ValueError: no such ticker".equals(read.errorMessage()));
		assertThat(SentSpan.agent(1, "helper").failed("").exception("ToolError", "no answer").read())
			.matches((read) -> "ToolError".equals(read.errorType()) && "no answer".equals(read.errorMessage()));
		assertThat(SentSpan.agent(1, "helper").failed("broken").with("error.type", "X").exception("Y", "other").read())
			.matches((read) -> "X".equals(read.errorType()) && "broken".equals(read.errorMessage()));
	}

	/** As Mastra, Google's ADK for Java and LangChain for JavaScript tell errors. */
	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "unknown, Error, broken, Error", "unknown, -, broken, unknown",
			"_OTHER, TimeoutError, broken, TimeoutError",
			"-, java.util.concurrent.ExecutionException, com.google.genai.errors.ServerException: 500, com.google.genai.errors.ServerException",
			"-, java.util.concurrent.ExecutionException, broken, java.util.concurrent.ExecutionException",
			"-, -, 'Timed out.\\n\\nTimeoutError: Timed out.\\n    at fetch (file:///app.mjs:1:2)', TimeoutError",
			"-, -, 'It said:\\n\\nAny Error: no\\n    more', -", "-, -, 'Two\\n\\nTypeError in a text', -" })
	void typeIsTheFirstThatSaysSomething(@Nullable String errorType, @Nullable String exceptionType, String message,
			@Nullable String expected) {
		SentSpan span = SentSpan.agent(1, "helper").failed(message.replace("\\n", "\n"));
		if (errorType != null) {
			span.with("error.type", errorType);
		}
		if (exceptionType != null) {
			span.exception(exceptionType, "any");
		}
		assertThat(span.read().errorType()).isEqualTo(expected);
	}

	@Test
	void spanWithoutAnEndIsRunning() {
		TraceSpan read = SentSpan.agent(1, "helper").ending(0).failed("").read();
		assertThat(read.status()).isEqualTo(ExecutionStatus.RUNNING);
		assertThat(read.end()).isNull();
	}

	@Test
	void pendingSpanOfLogfireIsTheSpanThatItBelongsTo() {
		TraceSpan pending = SentSpan.agent(7, "helper")
			.in(1)
			.with("logfire.span_type", "pending_span")
			.with("logfire.pending_parent_id", SentSpan.id(9))
			.read();
		assertThat(pending.spanId()).isEqualTo(SentSpan.id(1));
		assertThat(pending.parentId()).isEqualTo(SentSpan.id(9));
		assertThat(pending.status()).isEqualTo(ExecutionStatus.RUNNING);
	}

	@Test
	void releaseEnvironmentAndUserAreReadUnderOldAndNewNames() {
		TraceSpan read = SentSpan.agent(1, "helper")
			.with("enduser.id", "ada")
			.resource("service.version", "1.4.2")
			.resource("deployment.environment", "production")
			.read();
		assertThat(read).matches((span) -> "ada".equals(span.user()) && "1.4.2".equals(span.release())
				&& "production".equals(span.environment()));
		assertThat(SentSpan.agent(1, "helper")
			.with("user.id", "eve")
			.with("enduser.id", "ada")
			.with("gen_ai.agent.version", "7")
			.resource("service.version", "1.4.2")
			.resource("deployment.environment.name", "staging")
			.resource("deployment.environment", "production")
			.read())
			.matches((span) -> "eve".equals(span.user()) && "7".equals(span.release())
					&& "staging".equals(span.environment()));
	}

	@ParameterizedTest
	@CsvSource({ "gen_ai.usage.input_tokens, gen_ai.usage.output_tokens",
			"gen_ai.usage.prompt_tokens, gen_ai.usage.completion_tokens",
			"llm.token_count.prompt, llm.token_count.completion", "ai.usage.promptTokens, ai.usage.completionTokens" })
	void tokensAreReadUnderOldAndNewNames(String input, String output) {
		assertThat(span().with(input, "12").with(output, "3.0").read().tokens())
			.isEqualTo(new TokenUsage(12L, 3L, null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "NaN", "12345678901", "1e3", "", "many" })
	void tokensThatAreNoNumberOfTokensAreNotReported(String value) {
		assertThat(span().with("gen_ai.usage.input_tokens", value).read().tokens().isReported()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "0, its start is not within the years 2000 to 2099",
			"1, its start is not within the years 2000 to 2099",
			"4102444800000000000, its start is not within the years 2000 to 2099",
			"-1, its start is not within the years 2000 to 2099" })
	void startThatTheDatabaseDoesNotTakeIsRefused(long nanos, String reason) {
		assertThat(span().starting(nanos).reading())
			.isEqualTo(new RefusedSpan("shop", "any (0000000000000001)", reason));
	}

	@Test
	void timesAreReadInMicroseconds() {
		TraceSpan read = span().starting(946_684_800_000_000_999L).ending(-1).read();
		assertThat(read.start()).isEqualTo(Instant.parse("2000-01-01T00:00:00Z"));
		assertThat(read.end()).isEqualTo(Instant.parse("2554-07-21T23:34:33.709551Z"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "00000000000000000000000000000000", "0af7651916cd43dd8448eb211c80319",
			"0af7651916cd43dd8448eb211c80319g", "too long" })
	void traceIdThatIsNoneIsRefused(String id) {
		assertThat(span().trace(id).reading()).isEqualTo(new RefusedSpan("shop", "any (0000000000000001)",
				"its trace id is not 16 bytes, or all of them are 0"));
	}

	@Test
	void parentOfZerosIsNone() {
		assertThat(span().in(0).read().parentId()).isNull();
	}

	@Test
	void whatCannotBeStoredIsReplaced() {
		assertThat(SentSpan.agent(1, "hel\0per\uD83D").read().agent()).isEqualTo("hel per?");
		assertThat(SentSpan.agent(1, "x".repeat(5_000)).read().agent()).hasSize(200);
	}

	private static SentSpan span() {
		return SentSpan.of(1);
	}

	private static Example example(String rule, String role, @Nullable String agent, SentSpan span) {
		return new Example(rule, role, agent, span);
	}

	/**
	 * A span, and what a rule makes of it.
	 */
	record Example(String rule, String role, @Nullable String agent, SentSpan span) {

		@Override
		public String toString() {
			return this.rule;
		}

	}

}
