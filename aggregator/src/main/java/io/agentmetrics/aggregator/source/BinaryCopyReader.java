package io.agentmetrics.aggregator.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/**
 * The rows of {@code COPY … TO STDOUT (FORMAT binary)}, one at a time; the layout is that
 * of PostgreSQL's manual, page "COPY", section "Binary Format".
 */
final class BinaryCopyReader {

	private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

	private final CopyOut copy;

	private boolean headerRead;

	BinaryCopyReader(CopyOut copy) {
		this.copy = copy;
	}

	/**
	 * Reads on.
	 * @return the next row, positioned at its first field, or {@code null} after the last
	 * @throws SQLException if the statement fails or what it sends is no binary copy
	 */
	@Nullable ByteBuffer next() throws SQLException {
		while (true) {
			byte[] message = this.copy.readFromCopy();
			if (message == null) {
				return null;
			}
			ByteBuffer row = ByteBuffer.wrap(message);
			if (!this.headerRead) {
				skipHeader(row);
				this.headerRead = true;
			}
			// the header may come alone, and the last message is a trailer of -1
			if (row.hasRemaining() && row.getShort() >= 0) {
				return row;
			}
		}
	}

	private static void skipHeader(ByteBuffer message) throws SQLException {
		byte[] signature = new byte[SIGNATURE.length];
		if (message.remaining() < signature.length + 2 * Integer.BYTES) {
			throw new SQLException("PostgreSQL sent a binary copy with a truncated header");
		}
		message.get(signature);
		if (!Arrays.equals(signature, SIGNATURE)) {
			throw new SQLException("PostgreSQL did not send a binary copy");
		}
		message.getInt();
		int extension = message.getInt();
		message.position(message.position() + extension);
	}

}
