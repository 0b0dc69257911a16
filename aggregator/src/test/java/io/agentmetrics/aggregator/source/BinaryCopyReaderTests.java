package io.agentmetrics.aggregator.source;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.copy.CopyOut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link BinaryCopyReader} on messages written by hand.
 */
class BinaryCopyReaderTests {

	@Test
	void rowsComeWithoutHeaderAndTrailer() throws SQLException {
		assertThat(read(new CopyBytes().header(0).fields(1).int4Field(7).toBytes(),
				new CopyBytes().fields(1).int4Field(8).toBytes(), new CopyBytes().trailer().toBytes()))
			.containsExactly(7, 8);
	}

	@Test
	void headerMayComeAlone() throws SQLException {
		assertThat(read(new CopyBytes().header(0).toBytes(), new CopyBytes().fields(1).int4Field(7).toBytes(),
				new CopyBytes().trailer().toBytes()))
			.containsExactly(7);
	}

	@Test
	void headerMayBeLonger() throws SQLException {
		assertThat(read(new CopyBytes().header(12).fields(1).int4Field(7).toBytes())).containsExactly(7);
	}

	@Test
	void copyWithoutRowsHasNone() throws SQLException {
		assertThat(read(new CopyBytes().header(0).trailer().toBytes())).isEmpty();
		assertThat(read(new CopyBytes().header(0).toBytes(), new CopyBytes().trailer().toBytes())).isEmpty();
		assertThat(read()).isEmpty();
	}

	@Test
	void textCopyIsRefused() {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> read("7\tCOMPLETED\t2026-09-01 00:00:00+00\n".getBytes()))
			.withMessage("PostgreSQL did not send a binary copy");
	}

	@Test
	void truncatedHeaderIsRefused() {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> read(new byte[] { 'P', 'G' }))
			.withMessage("PostgreSQL sent a binary copy with a truncated header");
	}

	@Test
	void failureOfTheStatementIsPassedOn() {
		BinaryCopyReader reader = new BinaryCopyReader(new Messages() {

			@Override
			public byte @Nullable [] readFromCopy() throws SQLException {
				throw new SQLException("canceling statement due to user request", "57014");
			}

		});
		assertThatExceptionOfType(SQLException.class).isThrownBy(reader::next)
			.withMessage("canceling statement due to user request");
	}

	private static List<Integer> read(byte[]... messages) throws SQLException {
		BinaryCopyReader reader = new BinaryCopyReader(new Messages(messages));
		List<Integer> values = new ArrayList<>();
		for (ByteBuffer row = reader.next(); row != null; row = reader.next()) {
			assertThat(row.getInt()).isEqualTo(Integer.BYTES);
			values.add(row.getInt());
		}
		return values;
	}

	/**
	 * A copy of which only the messages count.
	 */
	private static class Messages implements CopyOut {

		private final Queue<byte[]> messages = new ArrayDeque<>();

		Messages(byte[]... messages) {
			this.messages.addAll(List.of(messages));
		}

		@Override
		public byte @Nullable [] readFromCopy() throws SQLException {
			return this.messages.poll();
		}

		@Override
		public byte @Nullable [] readFromCopy(boolean block) throws SQLException {
			return readFromCopy();
		}

		@Override
		public int getFieldCount() {
			return 1;
		}

		@Override
		public int getFormat() {
			return 1;
		}

		@Override
		public int getFieldFormat(int field) {
			return 1;
		}

		@Override
		public boolean isActive() {
			return !this.messages.isEmpty();
		}

		@Override
		public void cancelCopy() {
			this.messages.clear();
		}

		@Override
		public long getHandledRowCount() {
			return -1;
		}

	}

}
