package io.agentmetrics.api.execution;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.graphql.TimePosition;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.execution.Execution;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.Window;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class ExecutionRepositoryIntegrationTests {

	private static final Instant NOW = LocalDate.now(ZoneOffset.UTC).atTime(12, 0).toInstant(ZoneOffset.UTC);

	private static final Set<ExecutionStatus> ALL = EnumSet.allOf(ExecutionStatus.class);

	private static TestDatabase database;

	private static TestExecutions executions;

	private static ExecutionRepository repository;

	@BeforeAll
	static void createDatabase() {
		database = TestDatabase.create();
		executions = new TestExecutions(database.dataSource());
		repository = new ExecutionRepository(JdbcClient.create(database.dataSource()));
	}

	@AfterAll
	static void dropDatabase() {
		database.close();
	}

	@RepeatedTest(10)
	void pagesJoinToTheWholeListNewestFirst(RepetitionInfo repetition) {
		long seed = repetition.getCurrentRepetition();
		Random random = new Random(seed);
		UUID agent = executions.agent("paged");
		UUID other = executions.agent("other");
		// few different starts, so that the id has to decide, over several partitions
		List<TestExecution> stored = IntStream.range(0, 200)
			.mapToObj((i) -> new TestExecution((random.nextInt(5) > 0) ? agent : other,
					ExecutionStatus.values()[random.nextInt(6)], NOW.minus(Duration.ofHours(random.nextInt(30) * 20L)),
					null, null, null))
			.toList();
		List<UUID> ids = executions.insertAll(stored);
		Set<ExecutionStatus> statuses = EnumSet.of(ExecutionStatus.values()[random.nextInt(6)],
				ExecutionStatus.values()[random.nextInt(6)]);
		Window window = new Window(NOW.minus(Duration.ofHours(20L * random.nextInt(15, 30))),
				NOW.minus(Duration.ofHours(20L * random.nextInt(10))));
		List<UUID> expected = IntStream.range(0, stored.size())
			.filter((i) -> stored.get(i).agentId().equals(agent) && statuses.contains(stored.get(i).status())
					&& !stored.get(i).start().isBefore(window.from()) && stored.get(i).start().isBefore(window.to()))
			.boxed()
			.sorted(Comparator.<Integer, Instant>comparing((i) -> stored.get(i).start())
				.thenComparing((i) -> ids.get(i).toString())
				.reversed())
			.map(ids::get)
			.toList();
		List<UUID> listed = new ArrayList<>();
		Optional<TimePosition> after = Optional.empty();
		int limit = random.nextInt(1, 8);
		while (true) {
			List<Execution> page = ask(agent, new ExecutionsQuestion(statuses, Optional.of(window), after, limit));
			page.forEach((execution) -> listed.add(execution.id()));
			if (page.size() < limit) {
				break;
			}
			after = Optional.of(new TimePosition(page.getLast().executionStart(), page.getLast().id()));
		}
		assertThat(listed).as("seed %d", seed).isEqualTo(expected);
	}

	@Test
	void pageHasEveryAgentsOwnExecutions() {
		List<UUID> agents = IntStream.range(0, 5).mapToObj((i) -> executions.agent("Agent " + i)).toList();
		IntStream.range(0, 5)
			.forEach((i) -> IntStream.range(0, i)
				.forEach((j) -> executions
					.insert(TestExecution.completed(agents.get(i), NOW.minus(Duration.ofDays(j)), j))));
		Map<UUID, List<Execution>> found = repository.executions(agents,
				new ExecutionsQuestion(ALL, Optional.empty(), Optional.empty(), 3));
		assertThat(found).doesNotContainKey(agents.getFirst()).hasSize(4);
		IntStream.range(1, 5).forEach((i) -> assertThat(found.get(agents.get(i))).hasSize(Math.min(i, 3)));
	}

	@Test
	void executionsOutsideOfEveryPartitionAreListed() {
		UUID agent = executions.agent("early and late");
		executions.insert(TestExecution.completed(agent, Instant.parse("2001-01-01T00:00:00Z"), 1));
		executions.insert(TestExecution.running(agent, Instant.parse("2099-01-01T00:00:00Z")));
		assertThat(ask(agent, new ExecutionsQuestion(ALL, Optional.empty(), Optional.empty(), 100)))
			.extracting((execution) -> execution.executionStart().toString())
			.containsExactly("2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z");
	}

	@Test
	void longMessagesAreCut() {
		UUID agent = executions.agent("talkative");
		executions.insert(TestExecution.failed(agent, NOW, 1, "x".repeat(10_000)));
		assertThat(ask(agent, new ExecutionsQuestion(ALL, Optional.empty(), Optional.empty(), 1)).getFirst()
			.errorMessage()).contains("x".repeat(ExecutionRepository.MAX_MESSAGE));
	}

	@Test
	void onlyTheNewestPartitionsAreReadEachByTheIndexOfTheAgent() {
		List<UUID> agents = IntStream.range(0, 30).mapToObj((i) -> executions.agent("planned " + i)).toList();
		UUID agent = agents.getFirst();
		executions.insertAll(IntStream.range(0, 30_000)
			.mapToObj((i) -> TestExecution.completed(agents.get(i % 30), NOW.minusSeconds(100L * i), i))
			.toList());
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		jdbc.sql("vacuum analyze agent_executions").update();
		List<@Nullable String> plan = jdbc
			.sql("explain (analyze, costs off, timing off) "
					+ ExecutionRepository.EXECUTIONS.replace(":agents", "array['" + agent + "'::uuid]")
						.replace(":statuses", "array['COMPLETED', 'FAILED']")
						.replace(":from", "timestamptz '" + NOW.minus(Duration.ofDays(28)) + "'")
						.replace(":start", "timestamptz '" + NOW + "'")
						.replace(":id", "'" + agent + "'")
						.replace(":limit", "21")
						.replace(":maxMessage", "100"))
			.query(String.class)
			.list();
		assertThat(plan)
			.filteredOn((line) -> line.contains(" on agent_executions_2") && !line.contains("never executed"))
			.hasSizeBetween(2, 4)
			.allSatisfy((line) -> assertThat(line).contains("_agent_id_execution_start_status_ex_idx"));
		assertThat(plan).anyMatch((line) -> line.contains("Index Only Scan"));
	}

	private static List<Execution> ask(UUID agent, ExecutionsQuestion question) {
		return repository.executions(List.of(agent), question).getOrDefault(agent, List.of());
	}

}
