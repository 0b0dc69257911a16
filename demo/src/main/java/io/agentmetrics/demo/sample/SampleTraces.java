package io.agentmetrics.demo.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Runs of agents as the exporters of their services tell of them: export requests of
 * OpenTelemetry in JSON. The same number always gives the same run.
 */
public final class SampleTraces {

	/** The agents that run. */
	public static final List<String> AGENTS = List.of("Gift Advisor", "Ticket Router", "Manual Finder",
			"Route Optimizer");

	private static final long SEED = 20_261_127;

	/** Of so many runs one fails, and one has a span of a clock that was never set. */
	public static final int KINDS = 12;

	private static final Duration LONGEST_STEP = Duration.ofSeconds(4);

	private static final int MOST_STEPS = 3;

	private SampleTraces() {
	}

	/**
	 * Returns what is sent of a run.
	 * @param number tells runs apart
	 * @param end by when it ended
	 * @return the requests in their order: what was done inside ends first, and so comes
	 * before the run itself
	 */
	public static List<String> requests(long number, Instant end) {
		Trace trace = new Trace(number, end);
		int place = Math.floorMod(number, KINDS);
		return switch (place % 3) {
			case 0 -> trace.giftAdvisor(place == 0);
			case 1 -> trace.ticketRouter();
			default -> trace.routeOptimizer(place == 2);
		};
	}

	/**
	 * One run with what is done inside, each step after the one before.
	 */
	private static final class Trace {

		private static final String SHOP = "storefront";

		private static final String DESK = "helpdesk";

		private static final String MANUALS = "manuals";

		private static final String FLEET = "logistics";

		private final Random random;

		private final String id;

		private final String root;

		private final Instant start;

		private Instant now;

		Trace(long number, Instant end) {
			this.random = new Random(SEED + number);
			this.id = "%016x%016x".formatted(SEED, number);
			this.root = spanId();
			this.start = end.minus(LONGEST_STEP.multipliedBy(MOST_STEPS));
			this.now = this.start;
		}

		private List<String> giftAdvisor(boolean clockNeverSet) {
			List<String> inside = new ArrayList<>(
					List.of(chat(this.root), tool("search_catalogue", this.root), chat(this.root)));
			if (clockNeverSet) {
				inside.add(span("scan_barcode", this.root, Instant.EPOCH, this.now, "", ""));
			}
			return List.of(request(SHOP, inside), request(SHOP, List.of(run("Gift Advisor", ""))));
		}

		/** Asks an agent of another service. */
		private List<String> ticketRouter() {
			String manual = spanId();
			String first = chat(this.root);
			Instant asked = this.now;
			String found = chat(manual);
			return List.of(request(MANUALS, List.of(found)),
					request(MANUALS, List.of(agent("Manual Finder", manual, this.root, asked, this.now, ""))),
					request(DESK, List.of(first, chat(this.root))), request(DESK, List.of(run("Ticket Router", ""))));
		}

		private List<String> routeOptimizer(boolean fails) {
			String inside = chat(this.root);
			String failure = fails
					? "\"status\": {\"code\": 2, \"message\": \"The map service did not answer within 30 s\"}, " : "";
			return List.of(request(FLEET, List.of(inside, tool("plan_route", this.root))),
					request(FLEET, List.of(run("Route Optimizer", failure))));
		}

		private String run(String agent, String status) {
			return agent(agent, this.root, "", this.start, this.now, status);
		}

		private String agent(String name, String span, String parent, Instant from, Instant to, String status) {
			String error = status.isEmpty() ? "" : ", " + attribute("error.type", "TimeoutError");
			return span("invoke_agent " + name, span, parent, from, to, status,
					attribute("gen_ai.operation.name", "invoke_agent") + ", " + attribute("gen_ai.agent.name", name)
							+ ", " + attribute("user.id", "customer-" + this.random.nextInt(500)) + error);
		}

		private String chat(String parent) {
			Instant from = step();
			return span("chat", parent, from, this.now, "",
					attribute("gen_ai.operation.name", "chat") + ", "
							+ tokens("input", 400 + this.random.nextInt(3_000)) + ", "
							+ tokens("output", 20 + this.random.nextInt(600)));
		}

		private String tool(String name, String parent) {
			Instant from = step();
			return span("execute_tool " + name, parent, from, this.now, "",
					attribute("gen_ai.operation.name", "execute_tool") + ", " + attribute("gen_ai.tool.name", name));
		}

		/** Lets time go by, and returns when that began. */
		private Instant step() {
			Instant from = this.now;
			this.now = from.plusMillis(100 + this.random.nextLong(LONGEST_STEP.toMillis() - 100));
			return from;
		}

		private String span(String name, String parent, Instant from, Instant to, String status, String attributes) {
			return span(name, spanId(), parent, from, to, status, attributes);
		}

		private String span(String name, String id, String parent, Instant from, Instant to, String status,
				String attributes) {
			return """
					{"traceId": "%s", "spanId": "%s", "parentSpanId": "%s", "name": "%s", "kind": 1, \
					"startTimeUnixNano": "%d", "endTimeUnixNano": "%d", %s"attributes": [%s]}""".formatted(this.id, id,
					parent, name, nanos(from), nanos(to), status, attributes);
		}

		private static String request(String service, List<String> spans) {
			return """
					{"resourceSpans": [{"resource": {"attributes": [%s, %s, %s]}, "scopeSpans": [{"spans": [%s]}]}]}"""
				.formatted(attribute("service.name", service), attribute("service.version", "2.4.0"),
						attribute("deployment.environment.name", "demo"), String.join(", ", spans));
		}

		private static String attribute(String key, String value) {
			return "{\"key\": \"%s\", \"value\": {\"stringValue\": \"%s\"}}".formatted(key, value);
		}

		private static String tokens(String kind, int count) {
			return "{\"key\": \"gen_ai.usage.%s_tokens\", \"value\": {\"intValue\": \"%d\"}}".formatted(kind, count);
		}

		private String spanId() {
			return "%016x".formatted(this.random.nextLong() | 1);
		}

		private static long nanos(Instant moment) {
			return TimeUnit.SECONDS.toNanos(moment.getEpochSecond()) + moment.getNano();
		}

	}

}
