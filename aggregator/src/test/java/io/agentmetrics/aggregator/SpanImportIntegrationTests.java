package io.agentmetrics.aggregator;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

import io.agentmetrics.aggregator.door.file.SpanImport;
import io.agentmetrics.aggregator.job.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The import of files of spans.
 */
class SpanImportIntegrationTests {

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-11-21T12:00:00Z");

	@TempDir
	private Path folder;

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void runsOfAFileAreExecutionsWhoseMetricsAreRight() throws Exception {
		assertThat(imported(IntStream.rangeClosed(1, 25)
			.mapToObj((trace) -> line(trace, 1, "helper") + "\n")
			.collect(Collectors.joining()))).isTrue();
		assertThat(this.fixture.sql()
			.rows("select name, agents.external_id, count(*) from agent_executions "
					+ "join agents on agents.id = agent_id group by 1, 2"))
			.containsExactly(List.of("helper", "shop/helper", "25"));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void sameFileTwiceChangesNoRow() throws Exception {
		String lines = line(1, 1, "helper") + "\n" + line(2, 1, "helper");
		assertThat(imported(lines)).isTrue();
		List<List<String>> rows = this.fixture.sql().rows("select * from agent_executions order by id");
		assertThat(imported(lines)).isTrue();
		assertThat(this.fixture.sql().rows("select * from agent_executions order by id")).hasSize(2).isEqualTo(rows);
	}

	@Test
	void idIsThatOfTheReceiver() throws Exception {
		assertThat(imported(line(1, 1, "helper"))).isTrue();
		assertThat(this.fixture.sql()
			.value("select id = source_uuid('otlp', '%032x-%016x') from agent_executions".formatted(1, 1)))
			.isEqualTo("t");
	}

	@Test
	void lineThatIsNoneHarmsNoOther() throws Exception {
		assertThat(imported(line(1, 1, "helper") + "\n{\"resourceSpans\": [\n\n" + line(2, 1, "helper") + "\r\n"))
			.isTrue();
		assertThat(this.fixture.executions().count()).isEqualTo(2);
	}

	@Test
	void fileMayBeCompressed() throws Exception {
		Path file = this.folder.resolve("spans.json.gz");
		try (OutputStream output = new GZIPOutputStream(Files.newOutputStream(file))) {
			output.write(line(1, 1, "helper").getBytes(StandardCharsets.UTF_8));
		}
		assertThat(run(file)).isTrue();
		assertThat(this.fixture.executions().count()).isOne();
	}

	@Test
	void fileThatIsNotThereIsRefused() {
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> run(this.folder.resolve("none")))
			.withMessageContaining("cannot be read");
	}

	@Test
	void sourceOfATableOrOfCsvFilesIsNotCalledAsThatOfSpans() {
		this.fixture.with("agent-metrics.sources.otlp.zone=UTC");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> this.fixture.run())
			.withStackTraceContaining("must not be called otlp");
	}

	@Test
	void lineOfManySpansIsStoredInSeveralTransactions() throws Exception {
		String spans = IntStream.range(0, 25_000)
			.mapToObj((
					i) -> "{\"traceId\": \"%032x\", \"spanId\": \"%016x\", \"startTimeUnixNano\": \"1795166100000000000\"}"
						.formatted(1 + i / 5_000, 1 + i))
			.collect(Collectors.joining(","));
		assertThat(imported("{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [" + spans + "]}]}]}\n")).isTrue();
		assertThat(this.fixture.sql().number("select count(*) from received_spans")).isEqualTo(25_000);
		assertThat(this.fixture.sql()
			.number("select max(count) from "
					+ "(select count(*) as count from received_spans group by xmin::text) transactions"))
			.isEqualTo(10_000);
	}

	@Test
	void timeToKeepSpansThatIsWrongIsRefused() {
		this.fixture.with("agent-metrics.receiver.keep-spans=0s");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> imported(line(1, 1, "helper")))
			.withStackTraceContaining("agent-metrics.receiver.keep-spans must be 1m to 30d");
	}

	private static String line(int trace, int span, String agent) {
		return """
				{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}, \
				"scopeSpans": [{"spans": [{"traceId": "%032x", "spanId": "%016x", "name": "invoke_agent", \
				"startTimeUnixNano": "1795166100000000000", "endTimeUnixNano": "1795166101000000000", "attributes": [\
				{"key": "gen_ai.operation.name", "value": {"stringValue": "invoke_agent"}}, \
				{"key": "gen_ai.agent.name", "value": {"stringValue": "%s"}}]}]}]}]}"""
			.formatted(trace, span, agent);
	}

	private boolean imported(String lines) throws IOException, SQLException {
		return run(Files.writeString(this.folder.resolve("spans.jsonl"), lines));
	}

	private boolean run(Path file) throws SQLException {
		return this.fixture.aggregator().bean(SpanImport.class).run(file.toString());
	}

}
