package io.agentmetrics.bench;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.sketch.LatencySketch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the sketch costs: filling one, merging a quarter of days, its bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SketchBenchmark {

	@Param({ "1000", "10000" })
	private int executionsPerDay;

	private long[] times = new long[0];

	private List<LatencySketch> days = List.of();

	private LatencySketch day = LatencySketch.empty();

	private byte[] bytes = new byte[0];

	@Setup
	public void fill() {
		Random random = new Random(42);
		this.times = random.doubles(this.executionsPerDay)
			.mapToLong((uniform) -> (long) Math.exp(7.5 + 1.2 * random.nextGaussian()))
			.toArray();
		this.days = Stream.generate(this::update).limit(90).toList();
		this.day = this.days.getFirst();
		this.bytes = this.day.toBytes();
	}

	@Benchmark
	public LatencySketch update() {
		LatencySketch.Builder builder = LatencySketch.builder();
		for (long ms : this.times) {
			builder.add(ms);
		}
		return builder.build();
	}

	@Benchmark
	public LatencySketch merge90Days() {
		return LatencySketch.merged(this.days);
	}

	@Benchmark
	public ExecutionTimes askMerged90Days() {
		return ExecutionTimes.of(LatencySketch.merged(this.days));
	}

	@Benchmark
	public ExecutionTimes ask90DaysSideBySide() {
		LatencySketch.Builder builder = LatencySketch.builder(this.days.size());
		this.days.forEach(builder::add);
		return ExecutionTimes.of(builder.build());
	}

	@Benchmark
	public byte[] serialise() {
		return this.day.toBytes();
	}

	@Benchmark
	public LatencySketch deserialise() {
		return LatencySketch.fromBytes(this.bytes);
	}

}
