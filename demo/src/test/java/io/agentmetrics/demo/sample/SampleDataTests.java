package io.agentmetrics.demo.sample;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link SampleData}: always the same, and believable.
 */
class SampleDataTests {

	private static final Instant NOW = Instant.parse("2026-11-22T10:17:43Z");

	private static final Instant START = Instant.parse("2026-08-24T00:00:00Z");

	private static final List<SampleExecution> sample = between(7, START, NOW);

	private static final Map<UUID, List<SampleExecution>> byAgent = sample.stream()
		.collect(Collectors.groupingBy(SampleExecution::agentId));

	@Test
	void sameSeedGivesTheSameExecutions() {
		Instant from = NOW.minus(Duration.ofDays(2));
		assertThat(between(7, from, NOW)).isEqualTo(between(7, from, NOW)).isNotEmpty();
	}

	@Test
	void anotherSeedGivesOtherExecutions() {
		Instant from = NOW.minus(Duration.ofHours(5));
		assertThat(between(7, from, NOW)).doesNotContainAnyElementsOf(between(8, from, NOW));
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-11-21T17:00:00Z", "2026-11-21T17:20:31.007Z", "2026-11-21T23:59:59.999Z" })
	void stretchOfTimeIsWhatItsPartsAre(Instant middle) {
		Instant from = NOW.minus(Duration.ofDays(1));
		List<SampleExecution> parts = new ArrayList<>(between(7, from, middle));
		parts.addAll(between(7, middle, NOW));
		assertThat(parts).extracting(SampleExecution::id)
			.isEqualTo(between(7, from, NOW).stream().map(SampleExecution::id).toList());
	}

	@Test
	void whatWasInProgressIsFoundAgainWhenItHasEnded() {
		SampleData data = new SampleData(7);
		Instant earlier = NOW.minus(Duration.ofDays(1));
		List<SampleExecution> open = between(7, earlier.minus(Duration.ofHours(12)), earlier).stream()
			.filter((execution) -> execution.end() == null)
			.toList();
		assertThat(open).isNotEmpty().allSatisfy((before) -> {
			SampleExecution now = data.find(before.id(), before.agentId(), before.start(), NOW);
			assertThat(now).isNotNull().returns(before.start(), SampleExecution::start);
		});
		assertThat(open).anySatisfy(
				(before) -> assertThat(data.find(before.id(), before.agentId(), before.start(), NOW)).isNotNull()
					.returns("COMPLETED", SampleExecution::status));
	}

	@Test
	void executionIsPendingThenRunningThenWhatBecameOfIt() {
		SampleExecution execution = sample.stream()
			.filter((each) -> each.status().equals("FAILED") && each.agentId().equals(agent("Code Reviewer").id()))
			.filter((each) -> Objects.requireNonNullElse(each.timeMs(), 0L) > 60_000)
			.findFirst()
			.orElseThrow();
		assertThat(execution.asOf(execution.start().plusSeconds(1))).returns("PENDING", SampleExecution::status)
			.returns(null, SampleExecution::end)
			.returns(null, SampleExecution::errorMessage);
		assertThat(execution.asOf(execution.start().plusSeconds(30))).returns("RUNNING", SampleExecution::status)
			.returns(null, SampleExecution::timeMs);
		assertThat(execution.asOf(execution.start().plusSeconds(864_000))).isEqualTo(execution);
	}

	@Test
	void executionOfSomebodyElseIsNotFound() {
		SampleData data = new SampleData(7);
		assertThat(data.find(UUID.randomUUID(), sample.getFirst().agentId(), START, NOW)).isNull();
		assertThat(data.find(sample.getFirst().id(), UUID.randomUUID(), START, NOW)).isNull();
	}

	@Test
	void ninetyDaysAreAboutThreeHundredThousandExecutionsInTheOrderOfTheirStart() {
		assertThat(sample).hasSizeBetween(270_000, 330_000);
		assertThat(sample).extracting(SampleExecution::start).isSorted();
		assertThat(sample.stream().map(SampleExecution::id).distinct().count()).isEqualTo(sample.size());
		assertThat(sample.getFirst().start()).isBetween(START, START.plusSeconds(60));
		assertThat(sample.getLast().start()).isBetween(NOW.minusSeconds(600), NOW);
	}

	@Test
	void dozensOfAgentsRunAndOneNeverRan() {
		assertThat(byAgent).hasSize(SampleAgents.ALL.size() - 1).hasSizeBetween(30, 50);
		assertThat(SampleAgents.ALL).extracting(SampleAgent::name).doesNotHaveDuplicates();
		assertThat(byAgent).doesNotContainKey(agent("Policy Drafter").id());
		assertThat(byAgent.values()).allMatch((executions) -> executions.size() > 200);
	}

	@Test
	void officesRestAtWeekendsAndAtNightAndCustomersDoNot() {
		assertThat(share("Code Reviewer", SampleDataTests::isWeekend)).isLessThan(0.08);
		assertThat(share("Support Triage", SampleDataTests::isWeekend)).isBetween(0.28, 0.4);
		assertThat(share("Code Reviewer", (execution) -> hour(execution) < 5)).isLessThan(0.05);
		assertThat(share("CRM Enricher", (execution) -> hour(execution) < 5)).isGreaterThan(0.9);
		assertThat(share("Fraud Sentinel", (execution) -> hour(execution) < 5)).isBetween(0.15, 0.25);
	}

	@Test
	void everyStatusOccursAsOftenAsOneWouldThink() {
		Map<String, Double> shares = sample.stream()
			.collect(Collectors.groupingBy(SampleExecution::status,
					Collectors.collectingAndThen(Collectors.counting(), (count) -> 100.0 * count / sample.size())));
		assertThat(shares).containsKeys("RUNNING", "COMPLETED", "FAILED", "TIMEOUT", "CANCELLED");
		assertThat(shares.get("COMPLETED")).isBetween(90.0, 97.0);
		assertThat(shares.get("FAILED")).isBetween(2.0, 7.0);
		assertThat(shares.get("TIMEOUT")).isBetween(0.2, 2.0);
		assertThat(shares.get("CANCELLED")).isBetween(0.8, 1.5);
		assertThat(shares.get("RUNNING")).isBetween(0.005, 0.2);
	}

	@Test
	void someAgentsAreInTroubleAndMostAreNot() {
		long inTrouble = byAgent.values().stream().filter((executions) -> errorRate(executions) > 10).count();
		assertThat(inTrouble).isBetween(2L, 6L);
	}

	@Test
	void incidentsMakeHoursInWhichMuchFails() {
		Map<Long, List<SampleExecution>> hours = executionsOf("Product Recommender").stream()
			.collect(Collectors.groupingBy((execution) -> execution.start().getEpochSecond() / 3_600));
		assertThat(hours.values().stream().filter((hour) -> hour.size() >= 10 && errorRate(hour) > 20).count())
			.isBetween(3L, 150L);
	}

	@Test
	void fewAgentsHaveReleasesThatAreBetterOrWorseOrRolledBack() {
		assertThat(errorRates("Refund Assistant").values()).anyMatch((rate) -> rate > 15).anyMatch((rate) -> rate < 10);
		assertThat(meanTokens("Invoice Extractor", ".1")).isLessThan(0.8 * meanTokens("Invoice Extractor", ".0"));
		assertThat(meanTokens("Email Drafter", ".1")).isGreaterThan(1.2 * meanTokens("Email Drafter", ".0"));
		List<String> refunds = executionsOf("Refund Assistant").stream().map(SampleExecution::version).toList();
		String back = refunds.stream().filter((version) -> version.endsWith(".1")).findFirst().orElseThrow();
		String before = back.replaceAll("1$", "0");
		assertThat(refunds.lastIndexOf(before)).isGreaterThan(refunds.lastIndexOf(back));
		assertThat(executionsOf("Product Recommender").stream().map(SampleExecution::version).distinct())
			.hasSizeBetween(3, 5);
	}

	@Test
	void someExecutionsAreStaged() {
		assertThat(sample.stream().filter((execution) -> execution.environment().equals("staging")).count())
			.isBetween(sample.size() / 25L, sample.size() / 12L);
	}

	private static Map<String, Double> errorRates(String agent) {
		return executionsOf(agent).stream()
			.collect(Collectors.groupingBy(SampleExecution::version,
					Collectors.collectingAndThen(Collectors.toList(), SampleDataTests::errorRate)));
	}

	private static double meanTokens(String agent, String release) {
		return executionsOf(agent).stream()
			.filter((execution) -> execution.version().endsWith(release))
			.map((execution) -> execution.usage().inputTokens())
			.filter(Objects::nonNull)
			.mapToLong(Long::longValue)
			.average()
			.orElseThrow();
	}

	@Test
	void timesHaveHeavyTailsUpToDays() {
		byAgent.forEach((agent, executions) -> {
			List<Long> times = executions.stream()
				.map(SampleExecution::timeMs)
				.filter(Objects::nonNull)
				.sorted()
				.toList();
			assertThat(times.get(times.size() * 99 / 100)).isGreaterThan(2 * times.get(times.size() / 2));
		});
		assertThat(sample.stream()
			.filter((execution) -> Objects.requireNonNullElse(execution.timeMs(), 0L) > Duration.ofDays(2).toMillis())
			.count()).isGreaterThan(10);
	}

	@Test
	void timeoutsTakeExactlyTheTimeThatTheirAgentHas() {
		assertThat(sample).filteredOn((execution) -> execution.status().equals("TIMEOUT")).allSatisfy((execution) -> {
			SampleAgent agent = SampleAgents.ALL.stream()
				.filter((each) -> each.id().equals(execution.agentId()))
				.findFirst()
				.orElseThrow();
			assertThat(execution.timeMs()).isEqualTo(agent.timeout().toMillis());
			assertThat(execution.errorMessage())
				.startsWith("Timeout after %d s (request ".formatted(agent.timeout().toSeconds()));
		});
	}

	@Test
	void errorMessagesDifferEachTimeButAreFewWithoutTheirNumbers() {
		List<String> messages = sample.stream()
			.map(SampleExecution::errorMessage)
			.filter(Objects::nonNull)
			.map(Objects::requireNonNull)
			.toList();
		assertThat(messages.stream().distinct().count()).isGreaterThan(messages.size() * 9L / 10);
		assertThat(messages.stream()
			.map((message) -> message.replaceAll("\"[^\"]*\"|'\\w+' in record|[0-9a-f-]*\\d[0-9a-f-]*|field '\\w+'",
					"#"))
			.distinct()
			.count()).isLessThan(80);
		assertThat(messages).noneMatch((message) -> message.contains("{") || message.contains("}"));
		assertThat(messages).anyMatch((message) -> message.contains("https://"))
			.anyMatch((message) -> message.matches(".*[0-9a-f]{8}-[0-9a-f]{4}-.*"));
	}

	@Test
	void someCompletedExecutionsCarryAnErrorToo() {
		assertThat(sample)
			.filteredOn((execution) -> execution.status().equals("COMPLETED") && execution.errorMessage() != null)
			.hasSizeBetween(500, 1_500);
	}

	@Test
	void everyExecutionKeepsTheRulesOfTheSchema() {
		assertThat(sample).allSatisfy((execution) -> {
			assertThat(execution.start()).isBefore(NOW);
			assertThat(Objects.requireNonNullElse(execution.timeMs(), 0L)).isNotNegative();
			boolean inProgress = execution.status().equals("RUNNING") || execution.status().equals("PENDING");
			assertThat(execution.end() == null).isEqualTo(inProgress);
			assertThat(execution.usage().inputTokens() != null && inProgress).isFalse();
			if (execution.end() != null) {
				assertThat(execution.end()).isAfter(execution.start()).isBeforeOrEqualTo(NOW);
			}
			assertThat(execution.errorType() == null).isEqualTo(execution.errorMessage() == null);
		});
	}

	private static List<SampleExecution> between(long seed, Instant from, Instant to) {
		List<SampleExecution> executions = new ArrayList<>();
		new SampleData(seed).forEach(from, to, executions::add);
		return executions;
	}

	private static SampleAgent agent(String name) {
		return SampleAgents.ALL.stream().filter((agent) -> agent.name().equals(name)).findFirst().orElseThrow();
	}

	private static List<SampleExecution> executionsOf(String agent) {
		return byAgent.getOrDefault(agent(agent).id(), List.of());
	}

	private static double share(String agent, Function<SampleExecution, Boolean> which) {
		List<SampleExecution> executions = executionsOf(agent);
		return executions.stream().filter(which::apply).count() / (double) executions.size();
	}

	private static boolean isWeekend(SampleExecution execution) {
		DayOfWeek day = execution.start().atOffset(ZoneOffset.UTC).getDayOfWeek();
		return day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY;
	}

	private static int hour(SampleExecution execution) {
		return execution.start().atOffset(ZoneOffset.UTC).getHour();
	}

	private static double errorRate(List<SampleExecution> executions) {
		long failed = executions.stream()
			.filter((execution) -> execution.status().equals("FAILED") || execution.status().equals("TIMEOUT"))
			.count();
		long completed = executions.stream().filter((execution) -> execution.status().equals("COMPLETED")).count();
		return 100.0 * failed / Math.max(1, failed + completed);
	}

}
