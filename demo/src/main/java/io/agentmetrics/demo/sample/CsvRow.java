package io.agentmetrics.demo.sample;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * An execution as a line of the CSV that COPY reads: what is not there is empty without
 * quotes, everything else is quoted.
 */
final class CsvRow {

	static final String COLUMNS = """
			id, agent_id, user_id, input_data, status, execution_start, execution_end, execution_time_ms, error_type,
			error_message, agent_version, environment, input_tokens, output_tokens, cached_input_tokens, cost_usd""";

	private CsvRow() {
	}

	static byte[] of(SampleExecution execution) {
		StringBuilder row = new StringBuilder(256);
		append(row, execution.id()).append(',');
		append(row, execution.agentId()).append(',');
		append(row, execution.userId()).append(',');
		append(row, execution.inputData()).append(',');
		append(row, execution.status()).append(',');
		append(row, execution.start()).append(',');
		append(row, execution.end()).append(',');
		append(row, execution.timeMs()).append(',');
		append(row, execution.errorType()).append(',');
		append(row, execution.errorMessage()).append(',');
		append(row, execution.version()).append(',');
		append(row, execution.environment()).append(',');
		append(row, execution.usage().inputTokens()).append(',');
		append(row, execution.usage().outputTokens()).append(',');
		append(row, execution.usage().cachedInputTokens()).append(',');
		append(row, execution.usage().costUsd()).append('\n');
		return row.toString().getBytes(StandardCharsets.UTF_8);
	}

	private static StringBuilder append(StringBuilder row, @Nullable Object value) {
		if (value != null) {
			row.append('"').append(value.toString().replace("\"", "\"\"")).append('"');
		}
		return row;
	}

}
