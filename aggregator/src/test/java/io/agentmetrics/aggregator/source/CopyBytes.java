package io.agentmetrics.aggregator.source;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Writes what PostgreSQL sends in a binary copy, byte by byte as its manual says.
 */
final class CopyBytes {

	static final int INT8 = 20;

	static final int TEXT = 25;

	static final int TIMESTAMPTZ = 1184;

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

	CopyBytes textArray(@Nullable String... values) {
		CopyBytes elements = new CopyBytes();
		boolean anyNull = false;
		for (String value : values) {
			if (value == null) {
				elements.nullField();
				anyNull = true;
			}
			else {
				byte[] text = value.getBytes(StandardCharsets.UTF_8);
				elements.int4(text.length).raw(text);
			}
		}
		return array(TEXT, anyNull, values.length, elements.toBytes());
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

	private interface Writing {

		void to(DataOutputStream out) throws IOException;

	}

}
