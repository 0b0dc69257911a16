package io.agentmetrics.aggregator.source;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.CellKey;
import io.agentmetrics.aggregator.rollup.ErrorOccurrence;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.DayHour;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link SingleRows} on bytes written by hand.
 */
class SingleRowsTests {

	private static final UUID AGENT = UUID.fromString("6f1c9f36-5a86-4ab8-b5a8-07f0d7d9a0f1");

	/** A day of 25 hours and the next one. */
	private static final List<DayHour> HOURS = new DayCalendar(ZoneId.of("Europe/Berlin"))
		.hours(LocalDate.parse("2026-10-25"), LocalDate.parse("2026-10-27"));

	@Test
	void completedExecutionIsItsTime() {
		AgentHour hour = unpack(
				start("2026-10-25T10:00:00Z").int8Field(Long.MAX_VALUE).nullField().nullField().nullField());
		assertThat(hour.agentId()).isEqualTo(AGENT);
		assertThat(hour.executions()).isEqualTo(1);
		assertThat(hour.timesMs()).containsExactly(Long.MAX_VALUE);
		assertThat(hour.exceptions()).isEmpty();
		assertThat(hour.errors()).isEmpty();
	}

	@Test
	void executionWithoutATimeCounts() {
		AgentHour hour = unpack(start("2026-10-25T10:00:00Z").nullField().raw(text("RUNNING")).nullField().nullField());
		assertThat(hour.executions()).isEqualTo(1);
		assertThat(hour.timesMs()).isEmpty();
		assertThat(hour.exceptions()).containsExactly(ExecutionStatus.RUNNING);
	}

	@Test
	void errorIsSeenWhenItsExecutionStarted() {
		AgentHour hour = unpack(start("2026-10-25T10:00:00.000001Z").int8Field(5)
			.raw(text("TIMEOUT"))
			.raw(text("\uD83D\uDE80 'quoted'\nline \u00E4"))
			.raw(text("ToolError")));
		assertThat(hour.exceptions()).containsExactly(ExecutionStatus.TIMEOUT);
		assertThat(hour.errors()).containsExactly(new ErrorOccurrence("\uD83D\uDE80 'quoted'\nline \u00E4", "ToolError",
				Instant.parse("2026-10-25T10:00:00.000001Z")));
	}

	@Test
	void failureMayHaveNoMessage() {
		AgentHour hour = unpack(start("2026-10-25T10:00:00Z").int8Field(5).raw(text("FAILED")).nullField().nullField());
		assertThat(hour.errors())
			.containsExactly(new ErrorOccurrence(null, "FAILED", Instant.parse("2026-10-25T10:00:00Z")));
	}

	@Test
	void completedExecutionMayHaveAMessage() {
		AgentHour hour = unpack(start("2026-10-25T10:00:00Z").int8Field(5).nullField().raw(text("")).raw(text("")));
		assertThat(hour.exceptions()).isEmpty();
		assertThat(hour.errors())
			.containsExactly(new ErrorOccurrence("", "COMPLETED", Instant.parse("2026-10-25T10:00:00Z")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "CANCELLED", "RUNNING", "PENDING" })
	void typeAloneIsNoError(String status) {
		assertThat(
				unpack(start("2026-10-25T10:00:00Z").int8Field(5).raw(text(status)).nullField().raw(text("ToolError")))
					.errors())
			.isEmpty();
		assertThat(unpack(start("2026-10-25T10:00:00Z").int8Field(5).nullField().nullField().raw(text("ToolError")))
			.errors()).isEmpty();
	}

	@Test
	void unknownStatusIsRefusedByItsName() {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(
				() -> unpack(start("2026-10-25T10:00:00Z").int8Field(5).raw(text("FAILEDX")).nullField().nullField()))
			.withMessageContaining("FAILEDX");
	}

	@ParameterizedTest
	@CsvSource({ "2026-10-24T22:00:00Z, 2026-10-25, 0", "2026-10-25T00:59:59.999999Z, 2026-10-25, 2",
			"2026-10-25T01:00:00Z, 2026-10-25, 3", "2026-10-25T22:59:59.999999Z, 2026-10-25, 24",
			"2026-10-25T23:00:00Z, 2026-10-26, 0", "2026-10-26T22:59:59.999999Z, 2026-10-26, 23" })
	void hourIsTheOneThatHasBegun(String start, LocalDate day, int hour) {
		DayHour found = unpack(start(start).int8Field(5).nullField().nullField().nullField()).hour();
		assertThat(found.day()).isEqualTo(day);
		assertThat(found.hour()).isEqualTo(hour);
	}

	@Test
	void messageMayComeWithoutItsExecution() {
		ByteBuffer row = ByteBuffer.wrap(start("2026-10-25T10:00:00Z").raw(text("long"))
			.raw(text("ToolError"))
			.raw(text("v2"))
			.nullField()
			.toBytes());
		AgentHour message = new SingleRows(HOURS).unpackMessage(row);
		assertThat(row.hasRemaining()).isFalse();
		assertThat(message.executions()).isZero();
		assertThat(message.cell()).isEqualTo(new CellKey("v2", null));
		assertThat(message.errors())
			.containsExactly(new ErrorOccurrence("long", "ToolError", Instant.parse("2026-10-25T10:00:00Z")));
	}

	private static CopyBytes start(String instant) {
		return new CopyBytes().uuidField(AGENT).int8Field(PackedRow.postgresMicros(Instant.parse(instant)));
	}

	private static byte[] text(String value) {
		byte[] text = value.getBytes(StandardCharsets.UTF_8);
		return new CopyBytes().int4(text.length).raw(text).toBytes();
	}

	@Test
	void releaseTokensAndCostAreUnpacked() {
		AgentHour hour = unpackAll(start("2026-10-25T10:00:00Z").int8Field(5)
			.nullField()
			.nullField()
			.nullField()
			.nullField()
			.raw(text("staging"))
			.int8Field(Long.MAX_VALUE)
			.int8Field(3)
			.nullField()
			.numericField(new BigDecimal("0.01")));
		assertThat(hour.cell()).isEqualTo(new CellKey(null, "staging"));
		assertThat(hour.usage().tokensPerRun()).containsExactly(Long.MAX_VALUE);
		assertThat(hour.usage().outputTokens()).isEqualTo(3);
		assertThat(hour.usage().costs()).isOne();
		assertThat(hour.usage().costUsd()).isEqualByComparingTo("0.01");
	}

	@Test
	void negativeTokensAreRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> unpackAll(start("2026-10-25T10:00:00Z").int8Field(5)
				.nullField()
				.nullField()
				.nullField()
				.nullField()
				.nullField()
				.int8Field(-2)
				.int8Field(3)
				.nullField()
				.nullField()))
			.withMessageContaining("-2");
	}

	private static AgentHour unpack(CopyBytes row) {
		return unpackAll(row.nullField().nullField().nullField().nullField().nullField().nullField());
	}

	private static AgentHour unpackAll(CopyBytes row) {
		ByteBuffer bytes = ByteBuffer.wrap(row.toBytes());
		SingleRows rows = new SingleRows(HOURS);
		AgentHour unpacked = rows.unpack(rows.start(bytes), bytes);
		assertThat(bytes.hasRemaining()).as("Bytes left unread").isFalse();
		return unpacked;
	}

}
