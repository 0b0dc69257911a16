package io.agentmetrics.model.sketch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sketches as version 1 stored them: every later version must read them. The files were
 * written by {@link LatencySketch#toBytes()} from the durations below and are never
 * written again.
 */
class GoldenSketchTests {

	private static final long[] EXACT = { 0, 1, 127, 128, 1_000, 1_000, 86_400_000, 2_000_000_000, 2_000_000_001L,
			1L << 40 };

	private static final long[] REQ = LongStream.rangeClosed(1, 20_000).map((i) -> i * 7_919 % 20_011 * 100).toArray();

	@Test
	void emptySketchIsReadAndWrittenAsEver() throws IOException {
		byte[] bytes = golden("empty");
		assertThat(LatencySketch.fromBytes(bytes)).isEqualTo(LatencySketch.empty());
		assertThat(LatencySketch.empty().toBytes()).isEqualTo(bytes);
	}

	@Test
	void exactSketchIsReadAndWrittenAsEver() throws IOException {
		byte[] bytes = golden("exact");
		assertThat(LatencySketch.fromBytes(bytes)).isEqualTo(LatencySketch.of(EXACT));
		assertThat(LatencySketch.of(EXACT).toBytes()).isEqualTo(bytes);
	}

	@Test
	void reqSketchIsReadAsEver() throws IOException {
		byte[] bytes = golden("req");
		LatencySketch sketch = LatencySketch.fromBytes(bytes);
		long[] sorted = Durations.sorted(REQ);
		assertThat(sketch.count()).isEqualTo(20_000);
		assertThat(sketch.sumMs()).isEqualTo(LongStream.of(REQ).sum());
		assertThat(sketch.minMs()).hasValue(sorted[0]);
		assertThat(sketch.maxMs()).hasValue(sorted[19_999]);
		for (double rank : new double[] { 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999 }) {
			double error = Durations.rankErrorPercent(sorted, rank, sketch.quantileMs(rank).orElseThrow());
			assertThat(Math.abs(error)).isLessThanOrEqualTo(sketch.rankErrorPercent(rank));
		}
		assertThat(sketch.toBytes()).isEqualTo(bytes);
		assertThat(sketch.plus(LatencySketch.of(REQ)).count()).isEqualTo(40_000);
	}

	private static byte[] golden(String kind) throws IOException {
		String name = "/golden/latency-sketch-v1-" + kind + ".bin";
		try (InputStream file = Objects.requireNonNull(GoldenSketchTests.class.getResourceAsStream(name), name)) {
			return file.readAllBytes();
		}
	}

}
