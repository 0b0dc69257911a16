package io.agentmetrics.aggregator.source;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.CellKey;
import io.agentmetrics.aggregator.rollup.ErrorOccurrence;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.DayHour;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link PackedRow} on bytes written by hand.
 */
class PackedRowTests {

	private static final UUID AGENT = UUID.fromString("6f1c9f36-5a86-4ab8-b5a8-07f0d7d9a0f1");

	private static final LocalDate DAY = LocalDate.parse("2026-09-01");

	private static final List<DayHour> HOURS = new DayCalendar(ZoneOffset.UTC).hours(DAY, DAY.plusDays(1));

	@Test
	void onlyCompletedExecutionsAreTheirTimes() {
		AgentHour hour = unpack(start(3, 2).int8Array(CopyBytes.INT8, 7L, Long.MAX_VALUE).nullField());
		assertThat(hour.agentId()).isEqualTo(AGENT);
		assertThat(hour.hour()).isEqualTo(HOURS.get(2));
		assertThat(hour.executions()).isEqualTo(2);
		assertThat(hour.timesMs()).containsExactly(7, Long.MAX_VALUE);
		assertThat(hour.exceptions()).isEmpty();
		assertThat(hour.errors()).isEmpty();
	}

	@Test
	void executionsWithoutATimeCountAndLeaveNoTime() {
		AgentHour hour = unpack(start(1, 4).int8Array(CopyBytes.INT8, null, 0L, null, 5L).nullField());
		assertThat(hour.executions()).isEqualTo(4);
		assertThat(hour.timesMs()).containsExactly(0, 5);
	}

	@Test
	void onlyExecutionsWithoutATimeLeaveNoTimes() {
		AgentHour hour = unpack(start(1, 2).int8Array(CopyBytes.INT8, null, null).nullField());
		assertThat(hour.executions()).isEqualTo(2);
		assertThat(hour.timesMs()).isEmpty();
	}

	@Test
	void everyStatusIsUnderstood() {
		AgentHour hour = unpack(start(1, 5).int8Array(CopyBytes.INT8, null, null, null, null, null)
			.exceptions(exception("PENDING"), exception("RUNNING"), exception("FAILED"), exception("TIMEOUT"),
					exception("CANCELLED")));
		assertThat(hour.exceptions()).containsExactly(ExecutionStatus.PENDING, ExecutionStatus.RUNNING,
				ExecutionStatus.FAILED, ExecutionStatus.TIMEOUT, ExecutionStatus.CANCELLED);
		assertThat(hour.errors()).extracting(ErrorOccurrence::type).containsExactly("FAILED", "TIMEOUT");
	}

	@Test
	void unknownStatusIsRefusedByItsName() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> unpack(start(1, 1).int8Array(CopyBytes.INT8, 1L).exceptions(exception("FAILEDX"))))
			.withMessageContaining("FAILEDX");
	}

	@Test
	void messagesKeepEveryCharacterAndTheMicrosecond() {
		long micros = 842_572_800_000_001L;
		AgentHour hour = unpack(start(1, 3).int8Array(CopyBytes.INT8, 1L, 2L, 3L)
			.exceptions(new CopyBytes.ExceptionRecord("FAILED", micros, "", "ToolError"), new CopyBytes.ExceptionRecord(
					"TIMEOUT", -1L, "\uD83D\uDE80 'quoted' \"twice\"\nline \\ \u00E4", null)));
		assertThat(hour.errors()).containsExactly(
				new ErrorOccurrence("", "ToolError", Instant.parse("2026-09-13T00:00:00.000001Z")),
				new ErrorOccurrence("\uD83D\uDE80 'quoted' \"twice\"\nline \\ \u00E4", "TIMEOUT",
						Instant.parse("1999-12-31T23:59:59.999999Z")));
	}

	@Test
	void emptyArrayIsNoElements() {
		AgentHour hour = unpack(start(1, 1).int8Array(CopyBytes.INT8, 1L).emptyArray(CopyBytes.RECORD));
		assertThat(hour.exceptions()).isEmpty();
		assertThat(hour.errors()).isEmpty();
	}

	@Test
	void rowMayBeginInTheMiddleOfItsArray() {
		byte[] row = withoutUsage(start(1, 1).int8Array(CopyBytes.INT8, 9L).exceptions(exception("TIMEOUT"))).toBytes();
		byte[] padded = new byte[row.length + 14];
		System.arraycopy(row, 0, padded, 7, row.length);
		AgentHour hour = new PackedRow(ByteBuffer.wrap(padded, 7, row.length).slice(), HOURS).agentHour();
		assertThat(hour.exceptions()).containsExactly(ExecutionStatus.TIMEOUT);
		assertThat(hour.errors())
			.containsExactly(new ErrorOccurrence(null, "TIMEOUT", Instant.parse("2000-01-01T00:00:00Z")));
	}

	@Test
	void hourWhoseExecutionsWereLeftOutSaysSo() {
		PackedRow row = new PackedRow(ByteBuffer.wrap(start(1, 12_000).nullField().nullField().toBytes()), HOURS);
		assertThat(row.counted()).isEqualTo(12_000);
		assertThat(row.agentId()).isEqualTo(AGENT);
		assertThat(row.hour()).isEqualTo(HOURS.getFirst());
		assertThat(row.longMessages()).isEqualTo(3);
		assertThat(row.isLeftOut()).isTrue();
	}

	@Test
	void completedExecutionMayHaveAMessage() {
		AgentHour hour = unpack(start(1, 1).int8Array(CopyBytes.INT8, 1L)
			.exceptions(new CopyBytes.ExceptionRecord("COMPLETED", 0L, "almost", "")));
		assertThat(hour.exceptions()).isEmpty();
		assertThat(hour.errors())
			.containsExactly(new ErrorOccurrence("almost", "COMPLETED", Instant.parse("2000-01-01T00:00:00Z")));
	}

	@Test
	void typeAloneIsNoError() {
		AgentHour hour = unpack(start(1, 1).int8Array(CopyBytes.INT8, 1L)
			.exceptions(new CopyBytes.ExceptionRecord("CANCELLED", 0L, null, "ToolError")));
		assertThat(hour.exceptions()).containsExactly(ExecutionStatus.CANCELLED);
		assertThat(hour.errors()).isEmpty();
	}

	@Test
	void errorWhoseMessageIsLongComesByItself() {
		AgentHour hour = unpack(start(1, 1).int8Array(CopyBytes.INT8, 1L)
			.exceptions(new CopyBytes.ExceptionRecord("FAILED", null, null, "ToolError")));
		assertThat(hour.exceptions()).containsExactly(ExecutionStatus.FAILED);
		assertThat(hour.errors()).isEmpty();
	}

	private static CopyBytes.ExceptionRecord exception(String status) {
		return new CopyBytes.ExceptionRecord(status, 0L, null, null);
	}

	private static CopyBytes start(int hour, long counted) {
		return new CopyBytes().uuidField(AGENT)
			.int4Field(hour)
			.int8Field(counted)
			.int8Field(3)
			.nullField()
			.nullField()
			.int8Field(0);
	}

	@Test
	void releaseTokensAndCostsAreUnpacked() {
		CopyBytes row = new CopyBytes().uuidField(AGENT)
			.int4Field(1)
			.int8Field(3)
			.int8Field(0)
			.textField("v2 \uD83D\uDE80")
			.textField("production")
			.int8Field(0)
			.int8Array(CopyBytes.INT8, 7L, 8L, 9L)
			.nullField()
			.int8Array(CopyBytes.INT8, 30L, 4L)
			.int8Field(31)
			.int8Field(3)
			.int8Field(0)
			.int8Field(1)
			.numericField(new BigDecimal("12.340"));
		AgentHour hour = unpackAll(row);
		assertThat(hour.cell()).isEqualTo(new CellKey("v2 \uD83D\uDE80", "production"));
		assertThat(hour.usage().tokensPerRun()).containsExactly(30, 4);
		assertThat(hour.usage().inputTokens()).isEqualTo(31);
		assertThat(hour.usage().outputTokens()).isEqualTo(3);
		assertThat(hour.usage().cachedInputTokens()).isZero();
		assertThat(hour.usage().costs()).isOne();
		assertThat(hour.usage().costUsd()).isEqualByComparingTo("12.34");
	}

	@Test
	void costThatIsNoNumberIsRefused() {
		CopyBytes row = start(1, 1).int8Array(CopyBytes.INT8, 1L)
			.nullField()
			.nullField()
			.int8Field(0)
			.int8Field(0)
			.int8Field(0)
			.int8Field(1)
			.raw(new byte[] { 0, 0, 0, 8, 0, 0, 0, 0, (byte) 0xC0, 0, 0, 0 });
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> unpackAll(row))
			.withMessage("A cost is a number, not NaN");
	}

	private static AgentHour unpack(CopyBytes row) {
		return unpackAll(withoutUsage(row));
	}

	private static CopyBytes withoutUsage(CopyBytes row) {
		return row.nullField().int8Field(0).int8Field(0).int8Field(0).int8Field(0).nullField();
	}

	private static AgentHour unpackAll(CopyBytes row) {
		ByteBuffer bytes = ByteBuffer.wrap(row.toBytes());
		PackedRow packed = new PackedRow(bytes, HOURS);
		assertThat(packed.isLeftOut()).isFalse();
		AgentHour unpacked = packed.agentHour();
		assertThat(bytes.hasRemaining()).as("Bytes left unread").isFalse();
		return unpacked;
	}

}
