package io.agentmetrics.api.graphql;

import java.util.List;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class GraphQlClientsIntegrationTests extends ApiTest {

	@Test
	void clientsOfOthersAreAnsweredWithTheirUsualSettings(CapturedOutput output) {
		List<String> lines = NodeProgram.run("graphql-clients.mjs", "@urql/core",
				List.of("http://localhost:" + this.port + "/graphql"));
		assertThat(lines).hasSize(10).allMatch((line) -> line.endsWith(": ok"));
		assertThat(output.getAll()).doesNotContain("ERROR", "\tat ");
	}

}
