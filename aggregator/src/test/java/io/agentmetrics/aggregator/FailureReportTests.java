package io.agentmetrics.aggregator;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import io.agentmetrics.db.SuitableDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchRuntimeException;

/**
 * {@link FailureReport}: exit codes and what the operator reads.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureReportTests {

	@ParameterizedTest
	@ValueSource(strings = { "08001", "08006", "28P01", "28000", "3D000", "53300", "57P01", "57P03" })
	void databaseThatCannotBeReachedIsNoDatabase(String state, CapturedOutput output) {
		Exception failure = new IllegalStateException("in between",
				new SQLException("cannot connect", state, new java.io.IOException("connection refused")));
		assertThat(FailureReport.report(failure)).isEqualTo(ExitCode.NO_DATABASE);
		assertThat(output).contains("The database cannot be reached: connection refused").doesNotContain("\tat ");
	}

	@Test
	void exhaustedPoolIsNoDatabase(CapturedOutput output) {
		assertThat(FailureReport.report(new SQLTransientConnectionException("request timed out")))
			.isEqualTo(ExitCode.NO_DATABASE);
		assertThat(output).contains("The database cannot be reached: request timed out");
	}

	@ParameterizedTest
	@ValueSource(strings = { "23505", "40P01", "42601", "55P03", "57014" })
	void statementThatFailsIsAFailureWithItsStack(String state, CapturedOutput output) {
		assertThat(FailureReport.report(new SQLException("no luck", state))).isEqualTo(ExitCode.FAILED);
		assertThat(output).contains("The run failed").contains("no luck").contains("\tat ");
	}

	@Test
	void failureOfSqlWithoutAStateIsAFailure() {
		assertThat(FailureReport.report(new SQLException("no state"))).isEqualTo(ExitCode.FAILED);
	}

	@Test
	void whatNobodyExpectedIsAFailureWithItsStack(CapturedOutput output) {
		assertThat(FailureReport.report(new IllegalStateException("surprise"))).isEqualTo(ExitCode.FAILED);
		assertThat(output).contains("The run failed").contains("surprise").contains("\tat ");
	}

	@Test
	void missingDataSourceNamesTheVariablesToSet(CapturedOutput output) {
		RuntimeException failure = catchRuntimeException(() -> SuitableDatabase.requirePostgres(null));
		assertThat(FailureReport.report(failure)).isEqualTo(ExitCode.NO_DATABASE);
		assertThat(output).contains("No database is configured: set SPRING_DATASOURCE_URL")
			.contains("SPRING_DATASOURCE_USERNAME")
			.contains("SPRING_DATASOURCE_PASSWORD")
			.doesNotContain("\tat ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			agent-metrics.zone=Mars/Olympus        | 'agent-metrics.zone' to java.time.ZoneId: Unknown time-zone
			agent-metrics.zone=+02:00              | agent-metrics.zone must be a name of the IANA time zone database
			agent-metrics.zone=UTC+2               | agent-metrics.zone must be a name of the IANA time zone database
			agent-metrics.aggregator.workers=65    | agent-metrics.aggregator.workers must be 0 to 64, not 65
			agent-metrics.aggregator.workers=-1    | agent-metrics.aggregator.workers must be 0 to 64, not -1
			agent-metrics.aggregator.workers=two   | 'agent-metrics.aggregator.workers' to int: For input string
			agent-metrics.retention.executions=P0D | agent-metrics.retention.executions must be at least P1D, not P0D
			agent-metrics.exposition.port=65536    | agent-metrics.exposition.port must be -1 to 65535, not 65536
			agent-metrics.exposition.pushgateway=ftp://host        | like http://host:9091, not ftp://host
			agent-metrics.exposition.pushgateway=http://host:65536 | like http://host:9091, not http://host:65536
			""", quoteCharacter = '~')
	void wrongSettingIsABadArgumentThatIsNamed(String setting, String message, CapturedOutput output) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(AggregatorApplication.class)
			.run("--" + setting)) {
			RuntimeException failure = catchRuntimeException(() -> context.getBean(AggregatorProperties.class));
			assertThat(FailureReport.report(failure)).isEqualTo(ExitCode.BAD_ARGUMENTS);
		}
		assertThat(output).contains(message).doesNotContain("\tat ");
	}

	@Test
	void exitCodesAreThoseOfTheDocumentation() {
		assertThat(ExitCode.values()).extracting(ExitCode::value).containsExactly(0, 2, 3, 4, 5);
	}

}
