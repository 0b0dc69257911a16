package io.agentmetrics.api.export;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

import com.zaxxer.hikari.HikariDataSource;
import io.agentmetrics.api.ApiTest;
import io.agentmetrics.model.sketch.LatencySketch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = { "agent-metrics.cache.open-windows=0s", "agent-metrics.export.concurrent=1",
		"server.tomcat.connection-timeout=1s" })
class ExportStreamingIntegrationTests extends ApiTest {

	private static final String ALL = "/api/v1/agent-studio/agents/metrics/export";

	private static final int MANY = 50_000;

	@BeforeEach
	void storeManyOnce() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		if (jdbc.sql("select count(*) from agent_metrics").query(Long.class).single() == MANY) {
			return;
		}
		aggregate(40);
		jdbc.sql("insert into agents (name) select 'Agent ' || n from generate_series(1, :agents) n")
			.param("agents", MANY / 25)
			.update();
		jdbc.sql("""
				insert into agent_metrics (agent_id, metric_date, total_executions, successful_executions,
					failed_executions, cancelled_executions, in_progress_executions, total_errors, success_rate,
					error_rate, timed_executions, sum_execution_time_ms, hourly_counts, latency_sketch)
				select agents.id, :today::date - n, 1, 1, 0, 0, 0, 0, 100, 0, 0, 0, '', :sketch
				from agents cross join generate_series(1, 25) n
				""").param("today", this.clock.today()).param("sketch", LatencySketch.empty().toBytes()).update();
		jdbc.sql("analyze agent_metrics, agents").update();
	}

	@ParameterizedTest
	@ValueSource(strings = { "csv", "json" })
	void manyRowsAreStreamed(String format) {
		long bytes = Objects.requireNonNull(http("http://localhost:" + this.port).get()
			.uri(ALL + "?format=" + format)
			.exchange()
			.returnResult(DataBuffer.class)
			.getResponseBody()
			.map((buffer) -> {
				long size = buffer.readableByteCount();
				DataBufferUtils.release(buffer);
				return size;
			})
			.reduce(Long::sum)
			.block(Duration.ofSeconds(60)));
		assertThat(bytes).isGreaterThan(100L * MANY);
		assertThat(connectionsInUse()).isZero();
	}

	@Test
	void clientThatHangsUpGivesItsConnectionBack() throws IOException {
		try (Socket client = slowClient()) {
			readSome(client);
			assertThat(connectionsInUse()).isOne();
		}
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> connectionsInUse() == 0);
		assertThatASlotIsFree();
	}

	@Test
	void clientThatStopsReadingIsCutOff() throws IOException {
		try (Socket client = slowClient()) {
			readSome(client);
			assertThat(connectionsInUse()).isOne();
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> connectionsInUse() == 0);
			assertThat(rest(client)).doesNotEndWith("0\r\n\r\n");
		}
	}

	@Test
	void exportThatTakesTooLongIsBrokenOff() throws IOException {
		try (Socket client = slowClient()) {
			readSome(client);
			this.clock.advance(Duration.ofMinutes(11));
			assertThat(rest(client)).doesNotEndWith("0\r\n\r\n");
			assertThat(connectionsInUse()).isZero();
		}
		finally {
			this.clock.advance(Duration.ofMinutes(-11));
		}
	}

	@Test
	void moreExportsThanMayRunAtOnceAreRefused() throws IOException {
		try (Socket client = slowClient()) {
			readSome(client);
			WebTestClient.ResponseSpec response = ask(ALL);
			response.expectHeader().valueEquals("Retry-After", "10");
			assertProblem(response, HttpStatus.SERVICE_UNAVAILABLE, "1 exports are running");
		}
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> connectionsInUse() == 0);
		assertThatASlotIsFree();
	}

	private void assertThatASlotIsFree() {
		http("http://localhost:" + this.port).head().uri(ALL).exchange().expectStatus().isOk();
	}

	private int connectionsInUse() {
		HikariDataSource pool = this.dataSource.pool();
		return pool.getHikariPoolMXBean().getActiveConnections();
	}

	private Socket slowClient() throws IOException {
		Socket client = new Socket();
		client.setReceiveBufferSize(4_096);
		client.setSoTimeout(20_000);
		client.connect(new InetSocketAddress("localhost", this.port));
		client.getOutputStream()
			.write("GET %s?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(ALL)
				.getBytes(StandardCharsets.US_ASCII));
		return client;
	}

	private static void readSome(Socket client) throws IOException {
		assertThat(new String(client.getInputStream().readNBytes(2_000), StandardCharsets.UTF_8))
			.startsWith("HTTP/1.1 200");
	}

	/** Returns the last bytes that come before the connection is closed or reset. */
	private static String rest(Socket client) throws IOException {
		byte[] last = new byte[0];
		InputStream in = client.getInputStream();
		try {
			while (true) {
				byte[] some = in.readNBytes(10_000);
				if (some.length == 0) {
					return new String(last, StandardCharsets.UTF_8);
				}
				last = some;
			}
		}
		catch (SocketException ex) {
			return "reset";
		}
	}

	private WebTestClient.ResponseSpec ask(String uri) {
		return http("http://localhost:" + this.port).get().uri(uri).exchange();
	}

	private static void assertProblem(WebTestClient.ResponseSpec response, HttpStatus status, String sentence) {
		response.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.value(String.class, (detail) -> assertThat(detail).contains(sentence));
	}

}
