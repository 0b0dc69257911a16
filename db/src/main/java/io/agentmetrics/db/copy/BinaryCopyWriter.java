package io.agentmetrics.db.copy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteConverter;

/**
 * Writes rows of {@code COPY … FROM STDIN (FORMAT binary)}; the layout is that of
 * PostgreSQL's manual, page "COPY", section "Binary Format". A row that is not complete
 * when the writer closes makes the statement fail: nothing of it is stored.
 */
public final class BinaryCopyWriter implements AutoCloseable {

	private static final byte[] HEADER = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

	private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();

	private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

	private static final int NULL = -1;

	private final CopyIn copy;

	/**
	 * Written byte by byte: that is quick from the first row on, while a ByteBuffer is so
	 * only once the compiler has seen through it.
	 */
	private final byte[] buffer = new byte[1 << 16];

	private int length;

	/**
	 * Begins the statement.
	 * @param sql a {@code COPY … FROM STDIN (FORMAT binary)}
	 */
	public BinaryCopyWriter(Connection connection, String sql) throws SQLException {
		this.copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
		System.arraycopy(HEADER, 0, this.buffer, 0, HEADER.length);
		this.length = HEADER.length;
	}

	/** Begins a row of as many fields, which are written next. */
	public BinaryCopyWriter row(int fields) throws SQLException {
		room(Short.BYTES);
		putShort(fields);
		return this;
	}

	public BinaryCopyWriter uuid(UUID value) throws SQLException {
		field(2 * Long.BYTES);
		putLong(value.getMostSignificantBits());
		putLong(value.getLeastSignificantBits());
		return this;
	}

	public BinaryCopyWriter date(LocalDate value) throws SQLException {
		field(Integer.BYTES);
		putInt(Math.toIntExact(value.toEpochDay() - EPOCH_DAY));
		return this;
	}

	public BinaryCopyWriter timestamp(@Nullable Instant value) throws SQLException {
		return (value != null) ? int8(EPOCH.until(value, ChronoUnit.MICROS)) : none();
	}

	public BinaryCopyWriter int8(long value) throws SQLException {
		field(Long.BYTES);
		putLong(value);
		return this;
	}

	public BinaryCopyWriter int8(@Nullable Long value) throws SQLException {
		return (value != null) ? int8(value.longValue()) : none();
	}

	public BinaryCopyWriter int8(OptionalLong value) throws SQLException {
		return value.isPresent() ? int8(value.getAsLong()) : none();
	}

	public BinaryCopyWriter int2(int value) throws SQLException {
		field(Short.BYTES);
		putShort(value);
		return this;
	}

	public BinaryCopyWriter int4(int value) throws SQLException {
		field(Integer.BYTES);
		putInt(value);
		return this;
	}

	public BinaryCopyWriter numeric(BigDecimal value) throws SQLException {
		return bytes(ByteConverter.numeric(value));
	}

	public BinaryCopyWriter float8(double value) throws SQLException {
		return int8(Double.doubleToRawLongBits(value));
	}

	public BinaryCopyWriter float8(OptionalDouble value) throws SQLException {
		return value.isPresent() ? float8(value.getAsDouble()) : none();
	}

	public BinaryCopyWriter bool(boolean value) throws SQLException {
		field(1);
		this.buffer[this.length++] = (byte) (value ? 1 : 0);
		return this;
	}

	public BinaryCopyWriter text(@Nullable String value) throws SQLException {
		return (value != null) ? bytes(value.getBytes(StandardCharsets.UTF_8)) : none();
	}

	public BinaryCopyWriter bytes(byte @Nullable [] value) throws SQLException {
		if (value == null) {
			return none();
		}
		room(Integer.BYTES);
		putInt(value.length);
		if (value.length <= this.buffer.length) {
			room(value.length);
			System.arraycopy(value, 0, this.buffer, this.length, value.length);
			this.length += value.length;
		}
		else {
			flush();
			this.copy.writeToCopy(value, 0, value.length);
		}
		return this;
	}

	/**
	 * Ends the statement; without it {@link #close()} cancels it.
	 * @throws SQLException if PostgreSQL refuses a row
	 */
	public void finish() throws SQLException {
		room(Short.BYTES);
		putShort(NULL);
		flush();
		this.copy.endCopy();
	}

	@Override
	public void close() throws SQLException {
		if (this.copy.isActive()) {
			this.copy.cancelCopy();
		}
	}

	private BinaryCopyWriter none() throws SQLException {
		room(Integer.BYTES);
		putInt(NULL);
		return this;
	}

	private void field(int length) throws SQLException {
		room(Integer.BYTES + length);
		putInt(length);
	}

	private void room(int bytes) throws SQLException {
		if (this.buffer.length - this.length < bytes) {
			flush();
		}
	}

	private void putShort(int value) {
		this.buffer[this.length++] = (byte) (value >> 8);
		this.buffer[this.length++] = (byte) value;
	}

	private void putInt(int value) {
		byte[] bytes = this.buffer;
		int position = this.length;
		bytes[position] = (byte) (value >> 24);
		bytes[position + 1] = (byte) (value >> 16);
		bytes[position + 2] = (byte) (value >> 8);
		bytes[position + 3] = (byte) value;
		this.length = position + Integer.BYTES;
	}

	private void putLong(long value) {
		putInt((int) (value >> 32));
		putInt((int) value);
	}

	private void flush() throws SQLException {
		this.copy.writeToCopy(this.buffer, 0, this.length);
		this.length = 0;
	}

}
