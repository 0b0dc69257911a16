package io.agentmetrics.aggregator;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

import io.agentmetrics.aggregator.door.file.FileImport;
import io.agentmetrics.aggregator.door.file.ImportRequest;
import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.aggregator.lease.BusyException;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.lock.AdvisoryLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The import of files: what is stored of them and what is not.
 */
class FileImportIntegrationTests {

	private static final String HEADER = "run,agent,name,user,state,began,ended,seconds,kind,message,payload\n";

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-11-21T12:00:00Z")
		.with("agent-metrics.sources.legacy.columns.id=run", "agent-metrics.sources.legacy.columns.agent=agent",
				"agent-metrics.sources.legacy.columns.agent-name=name",
				"agent-metrics.sources.legacy.columns.user=user", "agent-metrics.sources.legacy.columns.status=state",
				"agent-metrics.sources.legacy.columns.start=began", "agent-metrics.sources.legacy.columns.end=ended",
				"agent-metrics.sources.legacy.columns.duration=seconds",
				"agent-metrics.sources.legacy.columns.error-type=kind",
				"agent-metrics.sources.legacy.columns.error-message=message",
				"agent-metrics.sources.legacy.duration-unit=seconds",
				"agent-metrics.sources.legacy.statuses[fine]=COMPLETED", "agent-metrics.sources.plain.zone=UTC");

	@TempDir
	private Path folder;

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void recordBecomesAnExecutionOfItsAgent() throws Exception {
		assertThat(imported("""
				r-1,billing,Invoice Reader,ann,Fine,2026-11-20 09:00:00,2026-11-20T10:00:31+01:00,30.9501,,,"{""a"": 1}"
				r-2,billing,Invoice Reader,,timed out,2026-11-20T09:30:00Z,,,ToolError,"late,
				and ""lost\""",
				""")).isTrue();
		assertThat(
				this.fixture.sql().rows("select name, external_id, id = source_uuid('legacy', 'billing') from agents"))
			.containsExactly(List.of("Invoice Reader", "billing", "t"));
		assertThat(this.fixture.sql().rows("""
				select id = source_uuid('legacy', case status when 'TIMEOUT' then 'r-2' else 'r-1' end),
					user_id = source_uuid('legacy', 'ann'), status, execution_start at time zone 'UTC',
					execution_end at time zone 'UTC', execution_time_ms, error_type, error_message
				from agent_executions order by execution_start
				""")).containsExactly(
				List.of("t", "t", "COMPLETED", "2026-11-20 09:00:00", "2026-11-20 09:00:31", "30950", "null", "null"),
				List.of("t", "null", "TIMEOUT", "2026-11-20 09:30:00", "null", "null", "ToolError",
						"late,\nand \"lost\""));
		assertThat(rejects()).doesNotExist();
	}

	@Test
	void columnsThatTheFileDoesNotHaveAreNotGiven() throws Exception {
		Path file = Files.writeString(this.folder.resolve("plain.csv"),
				"status,id,agent_id,execution_start\nok,1,a,2026-11-20T09:00:00Z\n");
		assertThat(run(new ImportRequest("plain", file.toString()))).isTrue();
		assertThat(this.fixture.sql().rows("select name, user_id, execution_time_ms from agents, agent_executions"))
			.containsExactly(List.of("a", "null", "null"));
	}

	@Test
	void releaseTokensCostAndTraceAreReadWhereTheFileHasThem() throws Exception {
		this.fixture.with("agent-metrics.sources.plain.zone=UTC",
				"agent-metrics.sources.plain.columns.external-id=trace",
				"agent-metrics.sources.plain.columns.cost=usd");
		Path file = Files.writeString(this.folder.resolve("plain.csv"),
				"""
						id,agent_id,status,execution_start,agent_version,environment,input_tokens,output_tokens,cached_input_tokens,usd,trace
						1,a,ok,2026-11-20T09:00:00Z,v1,production,1200,80,1000,0.01230,0af7
						2,a,ok,2026-11-20T09:00:01Z,,,,,,,
						3,a,ok,2026-11-20T09:00:02Z,v1,,-1,8e1,,1e-50,
						4,a,ok,2026-11-20T09:00:03Z,v1,,many,,,,
						""");
		assertThat(run(new ImportRequest("plain", file.toString()))).isTrue();
		assertThat(this.fixture.sql()
			.rows("select agent_version, environment, input_tokens, output_tokens, cached_input_tokens, cost_usd, "
					+ "external_id from agent_executions order by execution_start"))
			.containsExactly(List.of("v1", "production", "1200", "80", "1000", "0.01230", "0af7"),
					Collections.nCopies(7, "null"), List.of("v1", "null", "null", "80", "null", "null", "null"));
		assertThat(this.folder.resolve("plain.csv.rejects.csv")).content()
			.contains("input_tokens \"\"many\"\" is not a number like 1200 or 0.0125");
	}

	@Test
	void agentKeepsItsNameUntilAFileHasAnother() throws Exception {
		assertThat(imported("r-1,billing,Invoice Reader,,ok,2026-11-20T09:00:00Z,,,,,\n")).isTrue();
		assertThat(imported("r-2,billing,,,ok,2026-11-20T09:00:00Z,,,,,\n")).isTrue();
		assertThat(this.fixture.sql().value("select name from agents")).isEqualTo("Invoice Reader");
		assertThat(imported("r-3,billing,Bill Reader,,ok,2026-11-20T09:00:00Z,,,,,\n")).isTrue();
		assertThat(this.fixture.sql().value("select name from agents")).isEqualTo("Bill Reader");
	}

	@Test
	void metricsOfWhatWasImportedAreRight() throws Exception {
		assertThat(imported(lines(20_000, new Random(7)))).isTrue();
		assertThat(this.fixture.executions().count()).isEqualTo(20_000);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void sameFileTwiceChangesNoRow() throws Exception {
		String lines = lines(12_000, new Random(8));
		assertThat(imported(lines)).isTrue();
		Map<String, String> before = versions();
		assertThat(imported(lines)).isTrue();
		assertThat(imported(lines)).isTrue();
		assertThat(before).hasSize(12_000);
		assertThat(versions()).isEqualTo(before);
	}

	@Test
	void laterLineAndLaterFileWin() throws Exception {
		assertThat(imported("""
				r-1,a,,,running,2026-11-20T09:00:00Z,,,,,
				r-1,a,,,failed,2026-11-20T09:00:00Z,,1,,,
				r-2,a,,,running,2026-11-20T09:00:00Z,,,,,
				""")).isTrue();
		assertThat(imported("r-2,a,,,ok,2026-11-20T09:00:00Z,,2,,,\n")).isTrue();
		assertThat(this.fixture.sql().rows("select status, execution_time_ms from agent_executions order by 1"))
			.containsExactly(List.of("COMPLETED", "2000"), List.of("FAILED", "1000"));
	}

	@Test
	void executionOfAConnectedTableStaysAsItIs() throws Exception {
		assertThat(imported("r-1,a,,,failed,2026-11-20T09:00:00Z,,1,,,\n")).isTrue();
		// as if its table had brought it
		this.fixture.sql().run("update agent_executions set source_id = -source_id");
		Map<String, String> before = versions();
		assertThat(imported("""
				r-1,a,,,running,2026-11-20T09:00:00Z,,,,,
				r-2,a,,,ok,2026-11-20T09:00:00Z,,2,,,
				""")).isTrue();
		assertThat(versions()).containsAllEntriesOf(before).hasSize(2);
	}

	@Test
	void recordsThatDoNotFitAreInTheFileOfRejectsAndTheOthersAreStored() throws Exception {
		assertThat(imported("""
				r-1,a,,,ok,2026-11-20T09:00:00Z,,1,,,
				r-2,a,,,ok,yesterday,,1,,,
				r-3,a,,,ok,2026-11-20T09:00:00Z,,quick,,,
				,a,,,ok,2026-11-20T09:00:00Z,,1,,,
				r-5, ,,,ok,2026-11-20T09:00:00Z,,1,,,
				r-6,a,,,,2026-11-20T09:00:00Z,,1,,,
				r-7,a,,,so so,2026-11-20T09:00:00Z,,1,,,
				r-8,a,,,ok,,,1,,,
				r-9,a,,,ok,1999-12-31T23:59:59Z,,1,,,
				r-10,a,,,ok,2026-11-20T09:00:00Z,,1,,"of
				two lines",,more
				r-11,a,,,ok,2026-11-20T09:00:00Z,,1,,"open,
				r-12,a,,,ok,2026-11-20T09:00:00Z,,1,,,
				""")).isTrue();
		assertThat(rejects()).hasContent(
				"""
						rejected_line,rejected_reason,run,agent,name,user,state,began,ended,seconds,kind,message,payload
						3,"began ""yesterday"" is not a time like 2026-11-21T09:15:00Z, or 2026-11-21 09:15:00.250 in UTC",r-2,a,,,ok,yesterday,,1,,,
						4,"seconds ""quick"" is not a number of seconds like 30950 or 30.95",r-3,a,,,ok,2026-11-20T09:00:00Z,,quick,,,
						5,the id is missing,,a,,,ok,2026-11-20T09:00:00Z,,1,,,
						6,the agent is missing,r-5, ,,,ok,2026-11-20T09:00:00Z,,1,,,
						7,the status is missing,r-6,a,,,,2026-11-20T09:00:00Z,,1,,,
						8,"the status ""so so"" is not known",r-7,a,,,so so,2026-11-20T09:00:00Z,,1,,,
						9,the start is missing,r-8,a,,,ok,,,1,,,
						10,the start is not within the years 2000 to 2099,r-9,a,,,ok,1999-12-31T23:59:59Z,,1,,,
						11,"has 12 cells, but the header 11","r-10,a,,,ok,2026-11-20T09:00:00Z,,1,,""of"
						12,"has 3 cells, but the header 11","two lines"",,more"
						13,has a quote that is not closed before a comma or the end of a line,"r-11,a,,,ok,2026-11-20T09:00:00Z,,1,,""open,"
						""");
		assertThat(this.fixture.sql().column("select id from agent_executions order by 1")).isEqualTo(
				this.fixture.sql().column("select source_uuid('legacy', unnest(array['r-1', 'r-12'])) order by 1"));
	}

	@Test
	void correctedFileOfRejectsIsAFileOfTheSource() throws Exception {
		assertThat(imported("r-1,a,,,so so,2026-11-20T09:00:00Z,,1,,\"two\nlines\",\n")).isTrue();
		Path corrected = this.folder.resolve("corrected.csv");
		Files.writeString(corrected, Files.readString(rejects()).replace("a,,,so so", "a,,,failed"));
		assertThat(run(new ImportRequest("legacy", corrected.toString()))).isTrue();
		assertThat(this.fixture.sql().rows("select status, error_message from agent_executions"))
			.containsExactly(List.of("FAILED", "two\nlines"));
	}

	@Test
	void rejectsOfAnEarlierImportAreReplaced() throws Exception {
		assertThat(imported("r-1,a,,,so so,2026-11-20T09:00:00Z,,1,,,\n")).isTrue();
		assertThat(rejects()).exists();
		assertThat(imported("r-1,a,,,ok,2026-11-20T09:00:00Z,,1,,,\n")).isTrue();
		assertThat(rejects()).doesNotExist();
	}

	@Test
	void valueThatIsWrongIsLeftOutAndTheExecutionIsStored() throws Exception {
		assertThat(imported("""
				r-1,a,,,ok,2026-11-20T09:00:00Z,2026-11-20T08:59:59Z,,,,
				r-2,a,,,ok,2026-11-20T09:00:00Z,2026-11-20T09:00:01Z,-5,,,
				""")).isTrue();
		assertThat(rejects()).doesNotExist();
		assertThat(this.fixture.sql()
			.rows("select execution_end is null, execution_time_ms from agent_executions order by 1"))
			.containsExactly(List.of("f", "1000"), List.of("t", "null"));
	}

	/** An execution never changes its agent. */
	@Test
	void executionThatTheDatabaseRefusesHarmsNoOther() throws Exception {
		assertThat(imported("r-777,a,,,ok,2026-11-20T09:00:00Z,,1,,,\n")).isTrue();
		StringBuilder lines = new StringBuilder();
		for (int i = 1; i <= 2_000; i++) {
			lines.append("r-").append(i).append(",b,,,ok,2026-11-20T09:00:00Z,,1,,,\n");
		}
		assertThat(imported(lines.toString())).isTrue();
		assertThat(rejects()).hasContent("""
				rejected_line,rejected_reason,run,agent,name,user,state,began,ended,seconds,kind,message,payload
				778,agent_id and execution_start of an execution never change,r-777,b,,,ok,2026-11-20T09:00:00Z,,1,,,
				""");
		assertThat(this.fixture.sql()
			.map("select agents.external_id, count(*) from agents join agent_executions "
					+ "on agent_id = agents.id group by 1"))
			.isEqualTo(Map.of("a", "1", "b", "1999"));
	}

	@Test
	void whatPlatformAndOtherSourcesHaveWrittenStaysAsItIs() throws Exception {
		UUID agent = this.fixture.executions().agent("the platform's");
		this.fixture.sql().run("""
				insert into agent_executions (id, agent_id, user_id, status, execution_start)
				values ('%1$s', '%1$s', '%1$s', 'RUNNING', '2026-11-20T09:00:00Z')
				""", agent);
		assertThat(imported(agent + "," + agent + ",renamed,,ok,2026-11-20T09:00:00Z,,1,,,\n")).isTrue();
		assertThat(this.fixture.sql().rows("select name, status from agents, agent_executions"))
			.containsExactly(List.of("the platform's", "RUNNING"));
	}

	@Test
	void compressedFileIsReadAsItIs() throws Exception {
		try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file()))) {
			gzip.write((HEADER + lines(3_000, new Random(9))).getBytes(StandardCharsets.UTF_8));
		}
		assertThat(run(request())).isTrue();
		assertThat(this.fixture.executions().count()).isEqualTo(3_000);
	}

	@Test
	void weeksThatAreWorthItGetTheirPartitionBefore() throws Exception {
		StringBuilder lines = new StringBuilder("r-0,a,,,ok,2003-05-05T09:00:00Z,,1,,,\n");
		for (int i = 1; i <= 150; i++) {
			lines.append("r-").append(i).append(",a,,,ok,2015-03-04T09:00:00Z,,1,,,\n");
		}
		assertThat(imported(lines.toString())).isTrue();
		assertThat(this.fixture.sql().map("select tableoid::regclass, count(*) from agent_executions group by 1"))
			.isEqualTo(Map.of("agent_executions_2015w10", "150", "agent_executions_default", "1"));
	}

	@Test
	void whatRetentionHasDroppedDoesNotComeBack() throws Exception {
		this.fixture.sql().run("insert into execution_drops values ('2026-11-02T00:00:00Z', pg_current_snapshot())");
		assertThat(imported("""
				r-1,a,,,ok,2026-11-01T23:59:59Z,,1,,,
				r-2,a,,,ok,2026-11-02T00:00:00Z,,1,,,
				""")).isTrue();
		assertThat(this.fixture.executions().count()).isOne();
		assertThat(Files.readString(rejects()))
			.contains("2,\"it started before 2026-11-02, and retention has dropped what did\",r-1,");
	}

	/** So a run is the same one, whether its row or a file brings it. */
	@ParameterizedTest
	@ValueSource(strings = { "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata", "UTC" })
	void timesWithoutAZoneAreThoseOfPostgres(String zone) throws Exception {
		long seed = Long.getLong("seed", new Random().nextLong());
		System.out.println("seed=" + seed);
		Random random = new Random(seed);
		this.fixture.with("agent-metrics.sources.plain.zone=" + zone);
		StringBuilder lines = new StringBuilder("id,agent_id,status,execution_start\n");
		for (int i = 0; i < 3_000; i++) {
			LocalDateTime time = LocalDateTime.of(2026, 1, 1, 0, 0).plusMinutes(random.nextInt(525_600));
			lines.append(time).append(",a,ok,").append(time).append('\n');
		}
		// the hours that come twice or never
		for (String day : List.of("2026-03-29", "2026-04-05", "2026-09-06", "2026-10-04", "2026-10-25")) {
			for (int minutes = 0; minutes < 24 * 60; minutes += 10) {
				LocalDateTime time = LocalDateTime.parse(day + "T00:00").plusMinutes(minutes);
				lines.append(time).append(",a,ok,").append(time).append('\n');
			}
		}
		Path file = Files.writeString(this.folder.resolve("plain.csv"), lines);
		assertThat(run(new ImportRequest("plain", file.toString()))).isTrue();
		assertThat(this.fixture.executions().count()).isGreaterThan(3_000);
		assertThat(this.fixture.sql()
			.number("""
					select count(*) from agent_executions join (select distinct time from unnest('{%s}'::text[]) time) lines
						on id = source_uuid('plain', time)
					where execution_start <> time::timestamp at time zone '%s'
					""",
					String.join(",", lines.toString().lines().skip(1).map((line) -> line.split(",")[0]).toList()),
					zone))
			.isZero();
	}

	@Test
	void secondImportOfASourceIsBusy() throws Exception {
		assertThat(imported("r-1,a,,,ok,2026-11-20T09:00:00Z,,1,,,\n")).isTrue();
		int source = (int) this.fixture.sql().number("select id from execution_sources where name = 'legacy'");
		try (SqlSession other = this.fixture.session()) {
			assertThat(AdvisoryLock.SOURCE.key(source).tryAlone(other.connection())).isTrue();
			assertThatExceptionOfType(BusyException.class).isThrownBy(() -> imported("r-2,a,,,ok,2026-11-20,,1,,,\n"));
		}
		assertThat(this.fixture.executions().count()).isOne();
	}

	@Test
	void importThatWasStoppedGoesOnWithItsRejects() throws Exception {
		Files.writeString(file(), HEADER + "r-0,a,,,so so,2026-11-20T09:00:00Z,,1,,,\n" + lines(12_000, new Random(10))
				+ "r-1,a,,,so so,2026-11-20T09:00:00Z,,1,,,\n");
		try (SqlSession blocker = this.fixture.session(); InProcessAggregator first = this.fixture.another()) {
			// the first chunk waits while it is told to stop, and is the last one
			blocker.run("begin");
			blocker.run("lock table agents in exclusive mode");
			Thread stopper = Thread.ofPlatform().start(() -> {
				this.fixture.awaitBlocked(1);
				first.bean(FileImport.class).stop();
				blocker.run("commit");
			});
			assertThat(first.bean(FileImport.class).run(request())).isFalse();
			stopper.join();
		}
		assertThat(this.fixture.executions().count()).isEqualTo(4_999);
		// as if it had been killed before the next chunk was committed
		Files.writeString(rejects(), "more\n", StandardOpenOption.APPEND);
		assertThat(run(request())).isTrue();
		assertThat(this.fixture.executions().count()).isEqualTo(12_000);
		assertThat(rejects()).hasContent("""
				rejected_line,rejected_reason,run,agent,name,user,state,began,ended,seconds,kind,message,payload
				2,"the status ""so so"" is not known",r-0,a,,,so so,2026-11-20T09:00:00Z,,1,,,
				12003,"the status ""so so"" is not known",r-1,a,,,so so,2026-11-20T09:00:00Z,,1,,,
				""");
		assertThat(this.fixture.sql().rows("select status from batch_job_execution order by job_execution_id"))
			.containsExactly(List.of("STOPPED"), List.of("COMPLETED"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					run,agent,state                  | There is no column "began" (agent-metrics.sources.legacy.columns.start), only [run, agent, state]
					began,agent,state,id             | There is no column "run" (agent-metrics.sources.legacy.columns.id), only [began, agent, state, id]
					run;agent;state;began            | There is no column "run" (agent-metrics.sources.legacy.columns.id), only [run;agent;state;began]
					run,agent,state,began            | There is no column "name" (agent-metrics.sources.legacy.columns.agent-name), only [run, agent, state, began]
					run,agent,state,began,name,user,ended,seconds,kind,message,state | There are two columns "state": [run, agent, state, began, name, user, ended, seconds, kind, message, state]
					''                               | There is no column "run" (agent-metrics.sources.legacy.columns.id), only []
					""")
	void fileWithoutAColumnThatIsNeededIsRefused(String header, String reason) throws IOException {
		Files.writeString(file(), header);
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> run(request()))
			.withMessage(file() + " is not a file of the source: " + reason);
		assertThat(this.fixture.sql().number("select count(*) from execution_sources")).isZero();
	}

	@Test
	void headerThatCannotBeReadIsRefusedWithItsFault() throws IOException {
		Files.writeString(file(), "run,\"agent,state,began\n");
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> run(request()))
			.withMessageStartingWith("The header of " + file() + " cannot be read: ")
			.withMessageNotContaining("only");
	}

	@Test
	void fileThatIsNotThereIsRefused() {
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> run(request()))
			.withMessage("The file cannot be read: " + file() + " (No such file or directory)");
	}

	@Test
	void wordsOfAConnectedTableAreNotChanged() throws Exception {
		assertThat(imported("r-1,a,,,finished,2026-11-20T09:00:00Z,,1,,,\n")).isTrue();
		String words = "select statuses::text from execution_sources where name = 'legacy'";
		this.fixture.sql()
			.run("update execution_sources set connected_table = 'public.runs', "
					+ "statuses = statuses || '{\"so so\": \"FAILED\"}' where name = 'legacy'");
		String before = String.valueOf(this.fixture.sql().value(words));
		assertThatExceptionOfType(RefusedException.class)
			.isThrownBy(() -> imported("r-2,a,,,finished,2026-11-20T09:00:00Z,,1,,,\n"))
			.withMessageStartingWith("agent-metrics.sources.legacy: its connected table is read with other words");
		assertThat(this.fixture.sql().value(words)).isEqualTo(before);
	}

	@Test
	void sourceThatIsNotConfiguredIsRefused() throws IOException {
		Files.writeString(file(), HEADER);
		assertThatExceptionOfType(RefusedException.class)
			.isThrownBy(() -> run(new ImportRequest("legcay", file().toString())))
			.withMessageStartingWith("There is no source legcay under agent-metrics.sources: there are ")
			.withMessageContaining("legacy")
			.withMessageContaining("plain");
	}

	private boolean imported(String lines) throws IOException, SQLException {
		Files.writeString(file(), HEADER + lines);
		return run(request());
	}

	private boolean run(ImportRequest request) throws SQLException {
		this.fixture.clock().advance(Duration.ofSeconds(1));
		return this.fixture.aggregator().bean(FileImport.class).run(request);
	}

	private ImportRequest request() {
		return new ImportRequest("legacy", file().toString());
	}

	private Path file() {
		return this.folder.resolve("runs.csv");
	}

	private Path rejects() {
		return this.folder.resolve("runs.csv.rejects.csv");
	}

	private Map<String, String> versions() {
		return this.fixture.sql().map("select id, changed_in from agent_executions");
	}

	private static String lines(int count, Random random) {
		List<String> states = List.of("ok", "failed", "timeout", "canceled", "running");
		List<String> lines = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Instant start = Instant.parse("2026-10-20T00:00:00Z").plusMillis(random.nextLong(30L * 86_400_000));
			String state = states.get(random.nextInt(states.size()));
			lines.add("run-%d,agent %d,,user %d,%s,%s,,%s,%s,%s,".formatted(i, random.nextInt(20), random.nextInt(50),
					state, start, state.equals("running") ? "" : random.nextInt(100_000) / 1000.0,
					state.equals("failed") ? "ToolError" : "",
					state.equals("failed") ? "\"Error " + random.nextInt(9) + ", again\"" : ""));
		}
		return String.join("\n", lines) + "\n";
	}

}
