package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link DemoSettings} from the environment and the build.
 */
class DemoSettingsTests {

	private final Properties properties = new Properties();

	@BeforeEach
	void build(@TempDir Path directory) throws IOException {
		this.properties.setProperty("user.home", "/home/ada");
		for (String program : new String[] { "aggregator", "api", "receiver" }) {
			Path jar = Files.createFile(directory.resolve(program + ".jar"));
			this.properties.setProperty("agent-metrics.demo." + program, jar.toString());
		}
	}

	@Test
	void nothingHasToBeSet() {
		DemoSettings settings = DemoSettings.from(Map.of(), this.properties);
		assertThat(settings.directory()).isEqualTo(Path.of("/home/ada/.agent-metrics"));
		assertThat(settings.apiPort()).isEqualTo(8080);
		assertThat(settings.managementPort()).isEqualTo(8081);
		assertThat(settings.receiverPort()).isEqualTo(4318);
		assertThat(settings.stopWithParent()).isFalse();
	}

	@Test
	void folderAndPortsCanBeChosen() {
		DemoSettings settings = DemoSettings.from(Map.of("AGENT_METRICS_DEMO_DIRECTORY", "/data/demo", "SERVER_PORT",
				"9000", "MANAGEMENT_SERVER_PORT", "9001", "AGENT_METRICS_DEMO_RECEIVER_PORT", "9002"), this.properties);
		assertThat(settings.directory()).isEqualTo(Path.of("/data/demo"));
		assertThat(settings.apiPort()).isEqualTo(9000);
		assertThat(settings.managementPort()).isEqualTo(9001);
		assertThat(settings.receiverPort()).isEqualTo(9002);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "65536", "-1", "http", "8080 ", "99999999999" })
	void portThatIsNoneIsRefusedByName(String port) {
		assertThatExceptionOfType(DemoException.class)
			.isThrownBy(() -> DemoSettings.from(Map.of("SERVER_PORT", port), this.properties))
			.withMessage("SERVER_PORT is a port from 1 to 65535, not \"" + port + "\".");
	}

	@Test
	void programsThatAreNotBuiltAreSaidSo() {
		this.properties.setProperty("agent-metrics.demo.api", "/nowhere/api.jar");
		assertThatExceptionOfType(DemoException.class).isThrownBy(() -> DemoSettings.from(Map.of(), this.properties))
			.withMessageContaining("mvn -q -Pdemo");
	}

}
