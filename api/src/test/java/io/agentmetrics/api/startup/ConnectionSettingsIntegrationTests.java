package io.agentmetrics.api.startup;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionSettingsIntegrationTests extends ApiTest {

	@ParameterizedTest
	@CsvSource({ "statement_timeout, 10s", "lock_timeout, 5s", "jit, off", "plan_cache_mode, force_custom_plan" })
	void everyConnectionHasThem(String setting, String value) {
		assertThat(JdbcClient.create(this.dataSource).sql("show " + setting).query(String.class).single())
			.isEqualTo(value);
	}

}
