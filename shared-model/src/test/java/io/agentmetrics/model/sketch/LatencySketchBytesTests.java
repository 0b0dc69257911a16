package io.agentmetrics.model.sketch;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link LatencySketch}: what is stored, and what becomes of it when it is damaged.
 */
class LatencySketchBytesTests {

	private static final int HEADER_LENGTH = 46;

	private static final int REQ_LEVELS_OFFSET = HEADER_LENGTH + 24;

	@Test
	void memoryIsTooScarceForWhatDamagedBytesPromise() {
		assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(256 << 20);
	}

	@ParameterizedTest
	@MethodSource("sketches")
	void storedSketchComesBack(LatencySketch sketch) {
		LatencySketch back = LatencySketch.fromBytes(sketch.toBytes());
		assertThat(back).isEqualTo(sketch);
		assertThat(back.quantileMs(0.5)).isEqualTo(sketch.quantileMs(0.5));
		assertThat(back.toBytes()).isEqualTo(sketch.toBytes());
	}

	@ParameterizedTest
	@MethodSource("sketches")
	void everyTruncationIsFound(LatencySketch sketch) {
		byte[] bytes = sketch.toBytes();
		for (int length = 0; length < bytes.length; length++) {
			assertCorrupt(Arrays.copyOf(bytes, length));
		}
	}

	@ParameterizedTest
	@MethodSource("sketches")
	void extraBytesAreFound(LatencySketch sketch) {
		byte[] bytes = sketch.toBytes();
		assertCorrupt(Arrays.copyOf(bytes, bytes.length + 1));
		assertCorrupt(Arrays.copyOf(bytes, bytes.length + 1_000));
	}

	@ParameterizedTest
	@MethodSource("sketches")
	void everyFlippedBitIsFound(LatencySketch sketch) {
		byte[] bytes = sketch.toBytes();
		for (int bit = 0; bit < bytes.length * 8; bit++) {
			bytes[bit / 8] ^= (byte) (1 << (bit % 8));
			assertCorrupt(bytes);
			bytes[bit / 8] ^= (byte) (1 << (bit % 8));
		}
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3 })
	void randomBytesAreNoSketch(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		for (int i = 0; i < 2_000; i++) {
			byte[] bytes = new byte[random.nextInt(200)];
			random.nextBytes(bytes);
			assertCorrupt(bytes);
		}
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3 })
	void randomPayloadUnderAnHonestChecksumIsFound(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		for (LatencySketch sketch : sketches().toList()) {
			byte[] bytes = sketch.toBytes();
			if (bytes.length > HEADER_LENGTH) {
				for (int i = 0; i < 200; i++) {
					byte[] payload = new byte[bytes.length - HEADER_LENGTH];
					random.nextBytes(payload);
					assertCorrupt(signed(put(bytes, HEADER_LENGTH, payload)));
				}
			}
		}
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3 })
	void anotherNumberUnderAnHonestChecksumIsFound(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		for (LatencySketch sketch : sketches().toList()) {
			byte[] bytes = sketch.toBytes();
			for (int i = 0; i < 200; i++) {
				long count = random.nextLong() >>> random.nextInt(64);
				if (count != sketch.count()) {
					byte[] changed = putLong(bytes, 6, count);
					assertCorrupt(signed(changed));
					if (bytes.length > REQ_LEVELS_OFFSET) {
						// REQ counts for itself
						assertCorrupt(signed(putLong(changed, HEADER_LENGTH + 8, count)));
					}
				}
			}
		}
	}

	/**
	 * Nothing can tell a changed item from a true one, but it must do no further harm.
	 */
	@Test
	void changedPayloadUnderAnHonestChecksumIsFoundOrUsable() {
		int found = 0;
		int usable = 0;
		for (int offset = 0; offset < 400; offset++) {
			byte[] bytes = req().toBytes();
			bytes[HEADER_LENGTH + offset] ^= (byte) (1 << (offset % 8));
			try {
				LatencySketch sketch = LatencySketch.fromBytes(signed(bytes));
				LatencySketch sum = sketch.plus(sketch).plus(req());
				assertThat(sum.count()).isEqualTo(3 * req().count());
				assertThat(sum.quantileMs(0.5).orElseThrow()).isBetween(1L, 5_000L);
				assertThat(LatencySketch.fromBytes(sum.toBytes())).isEqualTo(sum);
				usable++;
			}
			catch (CorruptSketchException ex) {
				found++;
			}
		}
		assertThat(found).isGreaterThan(100);
		assertThat(usable).isPositive();
	}

	@Test
	void messageSaysWhatIsWrong() {
		byte[] exact = LatencySketch.of(3, 1, 2).toBytes();
		byte[] req = req().toBytes();
		assertCorrupt(new byte[0], "Truncated: 0 bytes");
		assertCorrupt(put(exact, 0, (byte) 'B'), "Not a sketch: starts with 0x424d4c53");
		assertCorrupt(put(exact, 4, (byte) 2), "Unknown version 2, this program reads 1");
		assertCorrupt(signed(put(exact, 5, (byte) 3)), "Unknown kind of sketch: 3");
		assertCorrupt(Arrays.copyOf(exact, exact.length - 1), "says 3 bytes of payload, there are 2");
		assertCorrupt(put(exact, exact.length - 1, (byte) 7), "checksum");
		assertCorrupt(signed(putLong(exact, 6, 4)), "ends after 3 of 4 durations");
		assertCorrupt(signed(putLong(exact, 6, 2)), "1 bytes after its 2 durations");
		assertCorrupt(signed(putLong(exact, 6, 0)), "kind EXACT cannot hold 0 durations");
		assertCorrupt(signed(putLong(exact, 6, Long.MAX_VALUE)),
				"kind EXACT cannot hold 9223372036854775807 durations");
		assertCorrupt(signed(putLong(exact, 14, 7)), "do not have the sum");
		assertCorrupt(signed(putLong(exact, 14, 10)), "cannot have the sum 10");
		assertCorrupt(signed(putLong(exact, 22, 0)), "do not have the sum, minimum");
		assertCorrupt(signed(putLong(exact, 22, -1)), "minimum -1");
		assertCorrupt(signed(putLong(exact, 30, 4)), "do not have the sum, minimum and maximum");
		assertCorrupt(signed(put(exact, 5, (byte) 0)), "kind EMPTY cannot hold 3 durations");
		assertCorrupt(signed(putLong(LatencySketch.empty().toBytes(), 14, 1)), "0 durations cannot have the sum 1");
		assertCorrupt(signed(putLong(req, 6, 1_024)), "kind REQ cannot hold 1024 durations");
		assertCorrupt(signed(putLong(req, 6, 5_001)), "its count is not the header's");
		assertCorrupt(signed(putLong(req, 14, 1)), "5000 durations cannot have the sum 1");
		assertCorrupt(signed(putLong(req, 22, 0)), "its minimum is not the header's");
		assertCorrupt(signed(putLong(req, 30, 5_001)), "its maximum is not the header's");
	}

	@Test
	void messageSaysWhatIsWrongWithReq() {
		byte[] req = req().toBytes();
		assertCorrupt(signed(put(req, HEADER_LENGTH, (byte) 2)), "does not start like one of several levels");
		assertCorrupt(signed(put(req, HEADER_LENGTH + 2, (byte) 15)), "does not start like one of several levels");
		assertCorrupt(signed(put(req, HEADER_LENGTH + 3, (byte) 0)), "its flags are 0");
		assertCorrupt(signed(put(req, HEADER_LENGTH + 4, (byte) 12)), "its k is 12");
		assertCorrupt(signed(put(req, HEADER_LENGTH + 6, (byte) 1)), "it has 1 levels");
		assertCorrupt(signed(put(req, HEADER_LENGTH + 6, (byte) 127)), "it has 127 levels");
		assertCorrupt(signed(put(req, HEADER_LENGTH + 7, (byte) 1)), "it has 1 raw items");
		assertCorrupt(signed(put(req, HEADER_LENGTH + 8, (byte) 0)), "its count is not the header's");
		assertCorrupt(signed(put(req, REQ_LEVELS_OFFSET + 7, (byte) -1)), "the state of level 0 is negative");
		assertCorrupt(signed(put(req, REQ_LEVELS_OFFSET + 11, (byte) 0x7f)), "the sections of level 0 have size");
		assertCorrupt(signed(put(req, REQ_LEVELS_OFFSET + 12, (byte) 3)), "level 0 has the weight of another");
		assertCorrupt(signed(put(req, REQ_LEVELS_OFFSET + 13, (byte) -64)), "level 0 has -64 sections");
		assertCorrupt(signed(put(req, REQ_LEVELS_OFFSET + 19, (byte) 0x7f)), "it ends within level 0");
		assertCorrupt(signed(put(req, REQ_LEVELS_OFFSET + 19, (byte) -1)), "it ends within level 0");
		assertCorrupt(signed(put(req, REQ_LEVELS_OFFSET + 23, (byte) -1)), "an item of level 0 is out of place");
		assertCorrupt(signed(put(req, req.length - 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0)), "is out of place");
	}

	@Test
	void minusZeroIsNoDuration() {
		byte[] zeros = LatencySketch.of(new long[2_000]).toBytes();
		assertCorrupt(signed(put(zeros, REQ_LEVELS_OFFSET + 23, (byte) 0x80)), "an item of level 0 is out of place");
	}

	@Test
	void saturatedSumOfFewerThan63BitsIsFound() {
		byte[] bytes = LatencySketch.of(1L << 62, (1L << 62) - 2).toBytes();
		assertCorrupt(signed(putLong(bytes, 14, Long.MAX_VALUE)), "do not have the sum");
	}

	@Test
	void smallSketchIsSmall() {
		assertThat(LatencySketch.empty().toBytes()).hasSize(HEADER_LENGTH);
		assertThat(LatencySketch.of(Durations.lognormal(1_000, 1)).toBytes()).hasSizeLessThan(2_100);
		assertThat(LatencySketch.of(Durations.lognormal(10_000, 1)).toBytes()).hasSizeLessThan(8_000);
		assertThat(LatencySketch.of(Durations.lognormal(300_000, 1)).toBytes()).hasSizeLessThan(14_000);
	}

	static Stream<LatencySketch> sketches() {
		return Stream.of(LatencySketch.empty(), LatencySketch.of(0), LatencySketch.of(Long.MAX_VALUE, 0),
				LatencySketch.of(5, 3, 2_000_000_000_000L, 3), LatencySketch.of(Durations.lognormal(1_024, 1)),
				LatencySketch.of(new long[1_025]), req());
	}

	private static LatencySketch req() {
		return LatencySketch.of(LongStream.rangeClosed(1, 5_000).toArray());
	}

	private static byte[] put(byte[] bytes, int offset, byte... values) {
		byte[] changed = bytes.clone();
		System.arraycopy(values, 0, changed, offset, values.length);
		return changed;
	}

	private static byte[] putLong(byte[] bytes, int offset, long value) {
		byte[] changed = bytes.clone();
		ByteBuffer.wrap(changed).putLong(offset, value);
		return changed;
	}

	private static byte[] signed(byte[] bytes) {
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, 0, 42);
		checksum.update(bytes, HEADER_LENGTH, bytes.length - HEADER_LENGTH);
		ByteBuffer.wrap(bytes).putInt(42, (int) checksum.getValue());
		return bytes;
	}

	private static void assertCorrupt(byte[] bytes) {
		assertCorrupt(bytes, "");
	}

	private static void assertCorrupt(byte[] bytes, String words) {
		assertThatExceptionOfType(CorruptSketchException.class).isThrownBy(() -> LatencySketch.fromBytes(bytes))
			.withMessageContaining(words);
	}

}
