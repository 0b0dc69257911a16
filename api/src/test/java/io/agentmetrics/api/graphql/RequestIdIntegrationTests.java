package io.agentmetrics.api.graphql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import io.agentmetrics.api.ApiTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "spring.datasource.hikari.connection-init-sql=set statement_timeout = '300ms'")
@ExtendWith(OutputCaptureExtension.class)
class RequestIdIntegrationTests extends ApiTest {

	private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

	@Test
	void callersIdComesBack() {
		assertThat(idOf(post("{ agents { totalCount } }", "order-17/retry:2"))).isEqualTo("order-17/retry:2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "<script>", "\"quoted\"", "café", "%0a" })
	void idThatCouldDoHarmIsReplaced(String harmful) {
		assertThat(idOf(post("{ agents { totalCount } }", harmful))).matches(UUID);
	}

	@Test
	void longIdIsReplaced() {
		assertThat(idOf(post("{ agents { totalCount } }", "x".repeat(129)))).matches(UUID);
	}

	@Test
	void requestWithoutAnIdGetsOneOfItsOwn() {
		String first = idOf(post("{ agents { totalCount } }", null));
		assertThat(first).matches(UUID).isNotEqualTo(idOf(post("{ agents { totalCount } }", null)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{ agents(first: 0) { totalCount } }", "{ nothing }", "{" })
	void errorsCarryTheId(String query) {
		JsonNode answer = body(post(query, "mine"));
		assertThat(answer.path("errors")).isNotEmpty()
			.allSatisfy((error) -> assertThat(error.path("extensions").path("requestId").asString()).isEqualTo("mine"));
	}

	@Test
	void linesLoggedForAFieldOnAnotherThreadHaveTheId(CapturedOutput output) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("lock table agents in access exclusive mode");
			JsonNode answer = body(post("{ agents { totalCount } dashboard { totalAgents } }", "mine"));
			assertThat(answer.path("errors").size()).isEqualTo(2);
			connection.rollback();
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("A field could not be answered"))).hasSize(2)
			.allSatisfy((line) -> assertThat(line).contains("requestId=mine"));
	}

	private EntityExchangeResult<byte[]> post(String query, @Nullable String id) {
		return http("http://localhost:" + this.port).post().uri("/graphql").headers((headers) -> {
			if (id != null) {
				headers.set("X-Request-Id", id);
			}
		}).bodyValue(Map.of("query", query)).exchange().expectBody().returnResult();
	}

	private static @Nullable String idOf(EntityExchangeResult<byte[]> answer) {
		return answer.getResponseHeaders().getFirst("X-Request-Id");
	}

	private static JsonNode body(EntityExchangeResult<byte[]> answer) {
		return JsonMapper.shared().readTree(answer.getResponseBody());
	}

}
