package io.agentmetrics.otlp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which runs the spans of a trace are.
 */
class TraceRunsTests {

	@Test
	void nestedAgentsAreRunsOfTheirOwnWithTheirOwnTokens() {
		assertThat(runs(SentSpan.agent(1, "outer"), SentSpan.modelCall(2, 10, 1).in(1), SentSpan.of(3).in(1),
				SentSpan.agent(4, "inner").in(3), SentSpan.modelCall(5, 20, 2).in(4),
				SentSpan.modelCall(6, 30, 3).in(1)))
			.containsExactly("outer 1 40/4", "inner 4 20/2");
	}

	@Test
	void agentsBesideEachOtherAreTwoRuns() {
		assertThat(runs(SentSpan.of(1), SentSpan.agent(2, "one").in(1), SentSpan.agent(3, "two").in(1)))
			.containsExactly("one 2 null/null", "two 3 null/null");
	}

	@Test
	void sameAgentInsideItselfIsTheSameRun() {
		SentSpan[] spans = { SentSpan.agent(1, "helper"), SentSpan.of(2).in(1), SentSpan.agent(3, "helper").in(2),
				SentSpan.agent(4, "helper").in(3), SentSpan.modelCall(5, 20, 2).in(4) };
		assertThat(runs(spans)).containsExactly("helper 1 20/2");
		assertThat(trace(spans).merged()).containsExactly(SentSpan.id(3), SentSpan.id(4));
	}

	@Test
	void sameAgentInsideItselfIsItsOwnRunWhereThatIsWanted() {
		TraceRuns trace = TraceRuns.of(List.of(SentSpan.agent(1, "helper").read(),
				SentSpan.agent(2, "helper").in(1).read(), SentSpan.modelCall(3, 20, 2).in(2).read()), false);
		assertThat(trace.runs()).map(TraceRunsTests::line).containsExactly("helper 1 null/null", "helper 2 20/2");
		assertThat(trace.merged()).isEmpty();
	}

	@Test
	void agentBetweenTwoOfTheSameNameParts() {
		assertThat(
				runs(SentSpan.agent(1, "helper"), SentSpan.agent(2, "other").in(1), SentSpan.agent(3, "helper").in(2)))
			.containsExactly("helper 1 null/null", "other 2 null/null", "helper 3 null/null");
	}

	@Test
	void agentsOfTheSameNameInTwoServicesAreTwo() {
		assertThat(
				runs(SentSpan.agent(1, "helper"), SentSpan.agent(2, "helper").resource("service.name", "bank").in(1)))
			.hasSize(2);
	}

	@Test
	void callersSpanIsTheRunThatItCalls() {
		SentSpan[] spans = { SentSpan.agent(1, "helper").client(), SentSpan.of(2).in(1),
				SentSpan.agent(3, "helper").resource("service.name", "bank").in(2) };
		assertThat(runs(spans)).containsExactly("helper 3 null/null");
		assertThat(trace(spans).runs()).extracting(AgentRun::agentKey).containsExactly("bank/helper");
		assertThat(trace(spans).merged()).containsExactly(SentSpan.id(1));
	}

	@Test
	void callersSpanAloneIsARun() {
		assertThat(runs(SentSpan.agent(1, "helper").client(), SentSpan.modelCall(2, 20, 2).in(1)))
			.containsExactly("helper 1 20/2");
	}

	@Test
	void workflowAroundAgentsIsNoRun() {
		assertThat(runs(workflow(1, "report"), SentSpan.of(2).in(1), SentSpan.agent(3, "writer").in(2),
				SentSpan.modelCall(4, 7, 1).in(1)))
			.containsExactly("writer 3 null/null");
	}

	@Test
	void outermostWorkflowWithoutAgentsIsARun() {
		assertThat(runs(workflow(1, "report"), workflow(2, "chapter").in(1), SentSpan.modelCall(3, 7, 1).in(2)))
			.containsExactly("report 1 7/1");
	}

	@Test
	void workflowInsideAnAgentIsItsStep() {
		assertThat(runs(SentSpan.agent(1, "writer"), workflow(2, "chapter").in(1)))
			.containsExactly("writer 1 null/null");
	}

	@Test
	void whatHasNodesIsAGraphAndItsNodesAreNoRuns() {
		assertThat(runs(SentSpan.of(1).named("POST /chat"), SentSpan.of(2).named("support_graph").in(1), node(3).in(2),
				SentSpan.modelCall(4, 60, 15).in(3), node(5).in(2), node(6).in(5),
				SentSpan.modelCall(7, 108, 51).in(6)))
			.containsExactly("support_graph 2 168/66");
	}

	@Test
	void graphOfAnotherAgentInsideAStepIsARunOfItsOwn() {
		SentSpan[] spans = { langChain(1, "outer"), step(2, "outer").in(1), SentSpan.modelCall(3, 100, 20).in(2),
				step(4, "outer").in(1), step(5, "inner").in(4), step(6, "inner").in(5),
				SentSpan.modelCall(7, 10, 3).in(6), step(8, "outer").in(1), SentSpan.modelCall(9, 10, 3).in(8) };
		assertThat(runs(spans)).containsExactly("outer 1 110/23", "inner 5 10/3");
		assertThat(runs(SentSpan.of(1).named("flow"), node(2).in(1), step(3, "inner").in(2), step(4, "inner").in(3)))
			.containsExactly("inner 3 null/null");
		// a part of the trace says nothing wrong
		assertThat(runs(spans[5], spans[6])).isEmpty();
	}

	@Test
	void tokensThatAreToldTwiceCountOnce() {
		assertThat(runs(SentSpan.agent(1, "helper").tokens(120, 20), SentSpan.of(2).tokens(40, 9).in(1),
				SentSpan.modelCall(3, 40, 9).in(2), SentSpan.of(4).tokens(80, 11).in(1),
				SentSpan.modelCall(5, 80, 11).in(4)))
			.containsExactly("helper 1 120/20");
	}

	@Test
	void callThatTwoLibrariesTellCountsAsTheOuterOneTellsIt() {
		assertThat(runs(SentSpan.agent(1, "helper"), SentSpan.modelCall(2, 542, 235).in(1),
				SentSpan.of(3).tokens(163, 20).in(2), SentSpan.of(4).with("openinference.span.kind", "LLM").in(1),
				SentSpan.modelCall(5, 7, 1).in(4)))
			.containsExactly("helper 1 549/236");
	}

	/**
	 * As Google's ADK for JavaScript tells it: the call is around the tool that it calls.
	 */
	@Test
	void callThatBeginsAnotherRunKeepsItsTokens() {
		assertThat(runs(SentSpan.agent(1, "outer"), SentSpan.of(2).tokens(100, 20).in(1), SentSpan.of(3).in(2),
				SentSpan.agent(4, "inner").in(3), SentSpan.of(5).tokens(10, 3).in(4),
				SentSpan.of(6).tokens(10, 3).in(1)))
			.containsExactly("outer 1 110/23", "inner 4 10/3");
		assertThat(runs(SentSpan.agent(1, "outer"), SentSpan.modelCall(2, 100, 20).in(1),
				SentSpan.agent(3, "inner").in(2), SentSpan.modelCall(4, 10, 3).in(3)))
			.containsExactly("outer 1 100/20", "inner 3 10/3");
	}

	@Test
	void sumOfAnAgentCountsOnlyWhereNothingInsideHasTokens() {
		assertThat(runs(SentSpan.agent(1, "query").tokens(132, 850), SentSpan.agent(2, "sub").in(1)))
			.containsExactly("query 1 132/850", "sub 2 null/null");
		assertThat(runs(SentSpan.agent(1, "query").tokens(132, 850), SentSpan.agent(2, "sub").tokens(32, 50).in(1)))
			.containsExactly("query 1 null/null", "sub 2 32/50");
	}

	@Test
	void tokensOutsideOfRunsAreTold() {
		TraceRuns trace = trace(SentSpan.of(1), SentSpan.modelCall(2, 70, 14).in(1));
		assertThat(trace.runs()).isEmpty();
		assertThat(trace.otherTokens()).isEqualTo(new TokenUsage(70L, 14L, null));
	}

	@Test
	void errorInsideIsNotTheRuns() {
		assertThat(trace(SentSpan.agent(1, "helper"), SentSpan.modelCall(2, 1, 1).failed("429").in(1)).runs())
			.extracting((run) -> run.span().status())
			.containsExactly(ExecutionStatus.COMPLETED);
	}

	@Test
	void userIsTheNearestThatIsNamed() {
		assertThat(trace(SentSpan.of(1).with("user.id", "ada"), SentSpan.of(2).in(1), SentSpan.agent(3, "one").in(2),
				SentSpan.agent(4, "two").with("user.id", "eve").in(3))
			.runs()).extracting(AgentRun::user).containsExactly("ada", "eve");
	}

	@Test
	void endReplacesWhatIsRunning() {
		TraceSpan running = SentSpan.agent(1, "helper").ending(0).read();
		TraceSpan ended = SentSpan.agent(1, "helper").read();
		for (List<TraceSpan> order : List.of(List.of(running, ended), List.of(ended, running))) {
			assertThat(TraceRuns.of(order, true).runs()).extracting(AgentRun::span).containsExactly(ended);
		}
	}

	@Test
	void absentParentIsNone() {
		assertThat(runs(SentSpan.agent(1, "helper").in(99), SentSpan.modelCall(2, 7, 1).in(98)))
			.containsExactly("helper 1 null/null");
	}

	@Test
	void parentOfItselfHasNone() {
		assertThat(runs(SentSpan.agent(1, "helper").in(1), SentSpan.modelCall(2, 7, 1).in(1)))
			.containsExactly("helper 1 7/1");
	}

	@Test
	void circleBeginsWithItsFirstSpan() {
		assertThat(runs(SentSpan.agent(1, "one").in(3), SentSpan.agent(2, "two").in(1), SentSpan.agent(3, "one").in(2),
				SentSpan.modelCall(4, 5, 1).in(5), SentSpan.modelCall(5, 5, 1).in(4),
				SentSpan.modelCall(6, 1, 0).in(2)))
			.containsExactly("one 1 null/null", "two 2 1/0", "one 3 null/null");
		assertThat(trace(SentSpan.modelCall(4, 5, 1).in(5), SentSpan.modelCall(5, 5, 1).in(4)).otherTokens())
			.isEqualTo(new TokenUsage(5L, 1L, null));
	}

	@Test
	void deepTraceNeedsNoStack() {
		int depth = 50_000;
		TraceRuns trace = trace(IntStream.rangeClosed(1, depth)
			.mapToObj((i) -> SentSpan.agent(i, "helper").in((i > 1) ? i - 1 : depth))
			.toArray(SentSpan[]::new));
		assertThat(trace.runs()).hasSize(1);
		assertThat(trace.merged()).hasSize(depth - 1);
	}

	@RepeatedTest(200)
	void orderAndRepetitionOfSpansChangeNothing() {
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		List<TraceSpan> spans = new ArrayList<>();
		int count = 1 + random.nextInt(30);
		for (int i = 0; i < count + random.nextInt(5); i++) {
			spans.add(randomSpan(random, 1 + random.nextInt(count)));
		}
		TraceRuns once = TraceRuns.of(spans, true);
		List<TraceSpan> often = new ArrayList<>(spans);
		IntStream.range(0, random.nextInt(20)).forEach((i) -> often.add(spans.get(random.nextInt(spans.size()))));
		Collections.shuffle(often, random);
		TraceRuns again = TraceRuns.of(often, true);
		assertThat(again.runs()).as("seed %d", seed).isEqualTo(once.runs());
		assertThat(again.merged()).as("seed %d", seed).isEqualTo(once.merged());
		assertThat(again.otherTokens()).as("seed %d", seed).isEqualTo(once.otherTokens());
		// what came before was merged into one span each
		List<TraceSpan> some = often.subList(0, random.nextInt(often.size()) + 1);
		List<TraceSpan> stored = some.stream()
			.map((span) -> some.stream()
				.filter((other) -> other.spanId().equals(span.spanId()))
				.reduce(span, TraceSpan::merge))
			.distinct()
			.toList();
		List<TraceSpan> both = Stream.concat(often.stream(), stored.stream()).toList();
		assertThat(TraceRuns.of(both, true).runs()).as("seed %d", seed).isEqualTo(once.runs());
	}

	private static TraceSpan randomSpan(Random random, int number) {
		SentSpan span = switch (random.nextInt(7)) {
			case 6 -> step(number, "agent " + random.nextInt(3));
			case 0, 1 -> SentSpan.agent(number, "agent " + random.nextInt(3));
			case 2 -> SentSpan.modelCall(number, random.nextInt(100), random.nextInt(10));
			case 3 -> workflow(number, "workflow " + random.nextInt(2));
			case 4 -> node(number);
			default -> SentSpan.of(number);
		};
		if (random.nextInt(10) > 0) {
			span.in(random.nextInt(30));
		}
		if (random.nextInt(4) == 0) {
			span.client();
		}
		if (random.nextInt(5) == 0) {
			span.ending(0);
		}
		if (random.nextInt(5) == 0) {
			span.tokens(random.nextInt(100), random.nextInt(10));
		}
		if (random.nextInt(5) == 0) {
			span.failed("broken").with("user.id", "user " + random.nextInt(3));
		}
		return span.read();
	}

	private static SentSpan workflow(int number, String name) {
		return SentSpan.of(number).with("traceloop.span.kind", "workflow").with("traceloop.entity.name", name);
	}

	private static SentSpan node(int number) {
		return SentSpan.of(number).with("langfuse.observation.metadata.langgraph_node", "agent");
	}

	private static SentSpan langChain(int number, String agent) {
		return SentSpan.of(number)
			.with("openinference.span.kind", "CHAIN")
			.with("metadata", "{\"lc_agent_name\":\"%s\"}".formatted(agent));
	}

	private static SentSpan step(int number, String agent) {
		return langChain(number, agent).with("metadata",
				"{\"lc_agent_name\":\"%s\",\"langgraph_node\":\"tools\"}".formatted(agent));
	}

	private static TraceRuns trace(SentSpan... spans) {
		return TraceRuns.of(Arrays.stream(spans).map(SentSpan::read).toList(), true);
	}

	private static List<String> runs(SentSpan... spans) {
		return trace(spans).runs().stream().map(TraceRunsTests::line).toList();
	}

	private static String line(AgentRun run) {
		return "%s %d %s/%s".formatted(run.agent(), Long.parseLong(run.span().spanId(), 16), run.tokens().input(),
				run.tokens().output());
	}

}
