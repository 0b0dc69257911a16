package io.agentmetrics.aggregator.source;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.ByteConverter;

/**
 * Writes what PostgreSQL sends in a binary copy, byte by byte as its manual says.
 */
final class CopyBytes {

	static final int INT8 = 20;

	static final int TEXT = 25;

	static final int TIMESTAMPTZ = 1184;

	static final int RECORD = 2249;

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final DataOutputStream out = new DataOutputStream(this.bytes);

	CopyBytes header(int extensionLength) {
		return raw("PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1)).int4(0)
			.int4(extensionLength)
			.raw(new byte[extensionLength]);
	}

	CopyBytes fields(int count) {
		return write((to) -> to.writeShort(count));
	}

	CopyBytes trailer() {
		return fields(-1);
	}

	CopyBytes uuidField(UUID value) {
		return write((to) -> {
			to.writeInt(16);
			to.writeLong(value.getMostSignificantBits());
			to.writeLong(value.getLeastSignificantBits());
		});
	}

	CopyBytes int4Field(int value) {
		return int4(4).int4(value);
	}

	CopyBytes int8Field(long value) {
		return write((to) -> {
			to.writeInt(8);
			to.writeLong(value);
		});
	}

	CopyBytes numericField(BigDecimal value) {
		byte[] bytes = ByteConverter.numeric(value);
		return int4(bytes.length).raw(bytes);
	}

	CopyBytes nullField() {
		return int4(-1);
	}

	CopyBytes int8Array(int elementType, @Nullable Long... values) {
		CopyBytes elements = new CopyBytes();
		boolean anyNull = false;
		for (Long value : values) {
			if (value == null) {
				elements.nullField();
				anyNull = true;
			}
			else {
				elements.int8Field(value);
			}
		}
		return array(elementType, anyNull, values.length, elements.toBytes());
	}

	CopyBytes textField(@Nullable String value) {
		if (value == null) {
			return nullField();
		}
		byte[] text = value.getBytes(StandardCharsets.UTF_8);
		return int4(text.length).raw(text);
	}

	/** Records of which each has four fields: status, start, message, type. */
	CopyBytes exceptions(ExceptionRecord... records) {
		CopyBytes elements = new CopyBytes();
		for (ExceptionRecord record : records) {
			CopyBytes fields = new CopyBytes().int4(4).int4(TEXT).textField(record.status()).int4(TIMESTAMPTZ);
			byte[] bytes = ((record.start() != null) ? fields.int8Field(record.start()) : fields.nullField()).int4(TEXT)
				.textField(record.message())
				.int4(TEXT)
				.textField(record.type())
				.toBytes();
			elements.int4(bytes.length).raw(bytes);
		}
		return array(RECORD, false, records.length, elements.toBytes());
	}

	CopyBytes emptyArray(int elementType) {
		return int4(12).int4(0).int4(0).int4(elementType);
	}

	CopyBytes int4(int value) {
		return write((to) -> to.writeInt(value));
	}

	CopyBytes raw(byte[] more) {
		return write((to) -> to.write(more));
	}

	byte[] toBytes() {
		return this.bytes.toByteArray();
	}

	/**
	 * Length, dimensions, whether there are nulls, type, number, lower bound, elements.
	 */
	private CopyBytes array(int elementType, boolean anyNull, int count, byte[] elements) {
		return int4(20 + elements.length).int4(1)
			.int4(anyNull ? 1 : 0)
			.int4(elementType)
			.int4(count)
			.int4(1)
			.raw(elements);
	}

	private CopyBytes write(Writing writing) {
		try {
			writing.to(this.out);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * An execution that is not COMPLETED or has an error message.
	 *
	 * @param start microseconds since 2000
	 */
	record ExceptionRecord(String status, @Nullable Long start, @Nullable String message, @Nullable String type) {
	}

	private interface Writing {

		void to(DataOutputStream out) throws IOException;

	}

}
