package io.agentmetrics.aggregator;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import io.agentmetrics.db.Documentation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged aggregator as it imports a file, is killed and told to stop. A million
 * lines take {@code -Dimport.lines=1000000}.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Signals are those of POSIX")
class FileImportProcessIntegrationTests {

	private static final int LINES = Integer.getInteger("import.lines", 100_000);

	private static final int MALFORMED = 1_000;

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	/** One setting makes a source whose columns have the usual names. */
	private static final String SETTING = "AGENTMETRICS_SOURCES_LEGACY_ZONE";

	private static final String ZONE = "Europe/Berlin";

	private static final String HEADER = "id,agent_id,user_id,status,execution_start,execution_time_ms,error_message\n";

	private final AggregatorFixture fixture = AggregatorFixture.atNoon();

	@TempDir
	private Path folder;

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void killedImportGoesOnAndEachExecutionIsThereOnce() throws IOException {
		Path file = file(LINES);
		try (AggregatorProcess killed = start(file)) {
			awaitExecutions(LINES / 4, killed);
			killed.kill();
		}
		assertThat(this.fixture.executions().count()).isLessThan(LINES - MALFORMED);
		try (AggregatorProcess next = start(file)) {
			assertThat(next.exitCode(PATIENCE)).as(next.output()).isZero();
			assertThat(next.output()).contains("Going on where an earlier import was interrupted")
				.contains("Imported %d records of %s: %d stored (".formatted(LINES, file, LINES - MALFORMED))
				.contains(MALFORMED + " rejected (" + rejects(file) + " says why)");
		}
		assertEverythingIsThere(file);
		String versions = versions();
		try (AggregatorProcess again = start(file)) {
			assertThat(again.exitCode(PATIENCE)).as(again.output()).isZero();
			assertThat(again.output()).contains(LINES - MALFORMED + " stored (0 of them new or changed");
		}
		assertEverythingIsThere(file);
		assertThat(versions()).isEqualTo(versions);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void importThatIsToldToStopEndsBetweenChunksAndTheNextGoesOn() throws IOException {
		Path file = file(60_000);
		try (AggregatorProcess stopped = start(file)) {
			awaitExecutions(1, stopped);
			stopped.terminate();
			assertThat(stopped.exitCode()).as(stopped.output()).isEqualTo(143);
			assertThat(stopped.output()).contains("Interrupted after");
		}
		assertThat(this.fixture.sql().column("select status from batch_job_execution")).containsExactly("STOPPED");
		try (AggregatorProcess next = start(file)) {
			assertThat(next.exitCode()).as(next.output()).isZero();
			assertThat(next.output()).contains("Going on where an earlier import was interrupted");
		}
		assertThat(this.fixture.executions().count()).isEqualTo(60_000 - MALFORMED);
		assertThat(rejectedLines(file)).hasSize(MALFORMED);
	}

	@Test
	void standardInputIsReadFromItsBeginning() throws IOException {
		Path input = this.folder.resolve("input");
		try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(input))) {
			gzip.write(Files.readAllBytes(file(2_000)));
		}
		for (int round = 0; round < 2; round++) {
			try (AggregatorProcess process = AggregatorProcess.startReading(input, Map.of(SETTING, ZONE), this.fixture,
					"import", "source=legacy", "file=-")) {
				assertThat(process.exitCode()).as(process.output()).isZero();
				assertThat(process.output()).contains("Imported 2000 records of -: 1000 stored",
						"1000 rejected (" + this.folder.resolve("import.rejects.csv") + " says why)");
			}
		}
		assertThat(this.fixture.executions().count()).isEqualTo(1_000);
		assertThat(this.folder.resolve("import.rejects.csv")).exists();
	}

	@Test
	void documentedExampleDoesWhatTheDocumentationSays() throws IOException {
		Documentation page = Documentation.page("docs/your-own-data.md").section("Load a file");
		Path file = Files.writeString(this.folder.resolve("runs.csv"), page.find("(?s)```csv\n(.*?)```").getFirst());
		Files.writeString(this.folder.resolve("application.yaml"), page.find("(?s)```yaml\n(.*?)```").getFirst());
		String[] arguments = page.find("(?m)^java -jar aggregator/target/aggregator.jar (.*)$").getFirst().split(" ");
		try (AggregatorProcess process = AggregatorProcess.startReading(file, Map.of(), this.fixture, arguments)) {
			assertThat(process.exitCode()).as(process.output()).isZero();
			assertThat(process.output())
				.contains(page.find("(?m)^(Imported .*)$").getFirst().replace("/data", this.folder.toString()));
		}
		assertThat(this.fixture.sql().rows("""
				select name, status, execution_start at time zone 'Europe/Berlin'
				from agents join agent_executions on agent_id = agents.id order by 3
				""")).containsExactly(List.of("Invoice Reader", "COMPLETED", "2026-11-20 09:15:00"),
				List.of("Invoice Reader", "TIMEOUT", "2026-11-20 09:20:00"));
	}

	/** Under the process's heap of 256 MB. */
	@Test
	void longRecordsFitIntoTheHeap() throws IOException {
		Path file = this.folder.resolve("long.csv");
		try (BufferedWriter writer = Files.newBufferedWriter(file)) {
			writer.write(HEADER);
			for (int i = 0; i < 30; i++) {
				int megabytes = List.of(1, 4, 12, 20).get(i % 4);
				writer.write("long-%d,a,,failed,%s,,\"".formatted(i, this.fixture.today().minusDays(1) + "T10:00:00Z"));
				writer.write("stack \"\"frame\"\"\n".repeat(megabytes * 100));
				writer.write("x".repeat(megabytes * 1_000_000));
				writer.write("\"\n");
			}
		}
		try (AggregatorProcess process = start(file)) {
			assertThat(process.exitCode()).as(process.output()).isZero();
		}
		assertThat(this.fixture.sql()
			.map("select length(error_message) / 1000000, count(*) from agent_executions group by 1 order by 1"))
			.containsExactly(Map.entry("1", "8"), Map.entry("4", "8"), Map.entry("12", "7"));
		assertThat(Files.size(rejects(file))).isGreaterThan(0);
	}

	@Test
	void fileThatCannotBeImportedEndsWithTwo() {
		try (AggregatorProcess process = start(this.folder.resolve("missing.csv"))) {
			assertThat(process.exitCode()).as(process.output()).isEqualTo(2);
			assertThat(process.output()).contains("missing.csv (No such file or directory)").doesNotContain("\tat ");
		}
	}

	@Test
	void fileThatIsCutOffEndsWithFiveAndASentence() throws IOException {
		Path whole = this.folder.resolve("whole.gz");
		try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(whole))) {
			gzip.write(Files.readAllBytes(file(12_000)));
		}
		Path cut = Files.write(this.folder.resolve("cut.gz"),
				Arrays.copyOf(Files.readAllBytes(whole), (int) Files.size(whole) - 20));
		try (AggregatorProcess process = start(cut)) {
			assertThat(process.exitCode()).as(process.output()).isEqualTo(5);
			assertThat(process.output()).contains("Unexpected end of ZLIB input stream");
		}
		assertThat(this.fixture.executions().count()).isBetween(1L, 11_000L);
	}

	private AggregatorProcess start(Path file) {
		return AggregatorProcess.startWith(SETTING, ZONE, this.fixture, "import", "source=legacy", "file=" + file);
	}

	private void awaitExecutions(int some, AggregatorProcess process) {
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(20))
			.until(() -> this.fixture.sql()
				.value("select exists (select from agent_executions offset %s)", some - 1)
				.equals("t") || process.endsWithin(Duration.ZERO));
		assertThat(process.endsWithin(Duration.ZERO)).as(process.output()).isFalse();
	}

	private void assertEverythingIsThere(Path file) throws IOException {
		assertThat(this.fixture.sql().rows("""
				select count(*), count(distinct id), sum(execution_time_ms), count(error_message),
					min(execution_start at time zone 'UTC')::time
				from agent_executions
				""")).containsExactly(List.of("" + (LINES - MALFORMED), "" + (LINES - MALFORMED),
				"" + good(LINES).mapToLong((i) -> i).sum(), "" + good(LINES).filter((i) -> i % 3 == 0).count(),
				this.fixture.today()
					.minusDays(20)
					.atStartOfDay(ZoneId.of(ZONE))
					.withZoneSameInstant(ZoneOffset.UTC)
					.toLocalTime() + ":00"));
		assertThat(rejectedLines(file)).isEqualTo(malformed(LINES).mapToObj((i) -> i + 2).toList());
	}

	private String versions() {
		return this.fixture.sql()
			.value("select md5(string_agg(id || ' ' || changed_in, ',' order by id)) from agent_executions");
	}

	private Path file(int lines) throws IOException {
		Path file = this.folder.resolve("runs.csv");
		try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
			writer.write(HEADER);
			for (int i = 0; i < lines; i++) {
				boolean malformed = isMalformed(i, lines);
				writer.write("run-%d,agent %d,,%s,%s,%d,%s\n".formatted(i, i % 17, (i % 3 == 0) ? "Error" : "SUCCESS",
						(malformed && i % 2 == 0) ? "soon"
								: this.fixture.today().minusDays(20).atStartOfDay().plusSeconds(i),
						i, (malformed && i % 2 != 0) ? "one, two" : (i % 3 == 0) ? "\"Timeout, \"\"again\"\"\"" : ""));
			}
		}
		return file;
	}

	private static boolean isMalformed(int i, int lines) {
		return i % (lines / MALFORMED) == 1;
	}

	private static IntStream malformed(int lines) {
		return IntStream.range(0, lines).filter((i) -> isMalformed(i, lines));
	}

	private static IntStream good(int lines) {
		return IntStream.range(0, lines).filter((i) -> !isMalformed(i, lines));
	}

	private static Path rejects(Path file) {
		return file.resolveSibling(file.getFileName() + ".rejects.csv");
	}

	/** Returns the numbers of the lines that were rejected, each with a reason. */
	private static List<Integer> rejectedLines(Path file) throws IOException {
		try (Stream<String> lines = Files.lines(rejects(file))) {
			return lines.skip(1).map((line) -> {
				assertThat(line).containsAnyOf("execution_start \"\"soon\"\" is not a time",
						"has 8 cells, but the header 7");
				return Integer.valueOf(line.substring(0, line.indexOf(',')));
			}).toList();
		}
	}

}
