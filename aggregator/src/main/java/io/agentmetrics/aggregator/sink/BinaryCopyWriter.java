package io.agentmetrics.aggregator.sink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.IntToLongFunction;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes rows of {@code COPY … FROM STDIN (FORMAT binary)}; the layout is that of
 * PostgreSQL's manual, page "COPY", section "Binary Format". A row that is not complete
 * when the writer closes makes the statement fail: nothing of it is stored.
 */
final class BinaryCopyWriter implements AutoCloseable {

	private static final byte[] HEADER = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

	private static final LocalDate EPOCH_DAY = LocalDate.of(2000, 1, 1);

	private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

	private static final int NULL = -1;

	/** The type of a bigint array's elements, from pg_type. */
	private static final int INT8_OID = 20;

	private final CopyIn copy;

	private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

	BinaryCopyWriter(Connection connection, String sql) throws SQLException {
		this.copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
		this.buffer.put(HEADER);
	}

	BinaryCopyWriter row(int fields) throws SQLException {
		room(Short.BYTES).putShort((short) fields);
		return this;
	}

	BinaryCopyWriter uuid(UUID value) throws SQLException {
		field(2 * Long.BYTES).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
		return this;
	}

	BinaryCopyWriter date(LocalDate value) throws SQLException {
		field(Integer.BYTES).putInt(Math.toIntExact(EPOCH_DAY.until(value, ChronoUnit.DAYS)));
		return this;
	}

	BinaryCopyWriter timestamp(Instant value) throws SQLException {
		return int8(EPOCH.until(value, ChronoUnit.MICROS));
	}

	BinaryCopyWriter int8(long value) throws SQLException {
		field(Long.BYTES).putLong(value);
		return this;
	}

	BinaryCopyWriter int8(OptionalLong value) throws SQLException {
		return value.isPresent() ? int8(value.getAsLong()) : none();
	}

	BinaryCopyWriter int2(int value) throws SQLException {
		field(Short.BYTES).putShort((short) value);
		return this;
	}

	BinaryCopyWriter float8(double value) throws SQLException {
		field(Double.BYTES).putDouble(value);
		return this;
	}

	BinaryCopyWriter float8(OptionalDouble value) throws SQLException {
		return value.isPresent() ? float8(value.getAsDouble()) : none();
	}

	BinaryCopyWriter bool(boolean value) throws SQLException {
		field(1).put((byte) (value ? 1 : 0));
		return this;
	}

	BinaryCopyWriter text(String value) throws SQLException {
		return bytes(value.getBytes(StandardCharsets.UTF_8));
	}

	BinaryCopyWriter bytes(byte[] value) throws SQLException {
		room(Integer.BYTES).putInt(value.length);
		if (value.length <= this.buffer.capacity()) {
			room(value.length).put(value);
		}
		else {
			flush();
			this.copy.writeToCopy(value, 0, value.length);
		}
		return this;
	}

	/**
	 * Writes an array of bigint in which zeros are null, because nulls take no room.
	 * @param length how many values
	 * @param values the values
	 * @return this
	 * @throws SQLException if PostgreSQL cannot take it
	 */
	BinaryCopyWriter sparseInt8Array(int length, IntToLongFunction values) throws SQLException {
		int header = 5 * Integer.BYTES;
		ByteBuffer array = room(Integer.BYTES + header + length * (Integer.BYTES + Long.BYTES));
		int start = array.position();
		array.position(start + Integer.BYTES + header);
		boolean zeros = false;
		for (int i = 0; i < length; i++) {
			long value = values.applyAsLong(i);
			if (value == 0) {
				zeros = true;
				array.putInt(NULL);
			}
			else {
				array.putInt(Long.BYTES).putLong(value);
			}
		}
		int end = array.position();
		array.position(start)
			.putInt(end - start - Integer.BYTES)
			.putInt(1)
			.putInt(zeros ? 1 : 0)
			.putInt(INT8_OID)
			.putInt(length)
			.putInt(1)
			.position(end);
		return this;
	}

	/**
	 * Ends the statement; without it {@link #close()} cancels it.
	 * @throws SQLException if PostgreSQL refuses a row
	 */
	void finish() throws SQLException {
		room(Short.BYTES).putShort((short) NULL);
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
		room(Integer.BYTES).putInt(NULL);
		return this;
	}

	private ByteBuffer field(int length) throws SQLException {
		return room(Integer.BYTES + length).putInt(length);
	}

	private ByteBuffer room(int bytes) throws SQLException {
		if (this.buffer.remaining() < bytes) {
			flush();
		}
		return this.buffer;
	}

	private void flush() throws SQLException {
		this.copy.writeToCopy(this.buffer.array(), 0, this.buffer.position());
		this.buffer.clear();
	}

}
