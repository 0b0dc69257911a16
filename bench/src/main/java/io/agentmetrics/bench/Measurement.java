package io.agentmetrics.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One way to do the work and how long each of its runs took.
 */
final class Measurement {

	private final String name;

	private final List<Double> seconds = new ArrayList<>();

	private long peakMemoryMb;

	Measurement(String name) {
		this.name = name;
	}

	String name() {
		return this.name;
	}

	void add(double seconds, long memoryMb) {
		this.seconds.add(seconds);
		this.peakMemoryMb = Math.max(this.peakMemoryMb, memoryMb);
	}

	int runs() {
		return this.seconds.size();
	}

	double median() {
		List<Double> sorted = this.seconds.stream().sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

	/**
	 * Returns what all but one run in twenty stayed within.
	 * @return the nearest rank, in seconds
	 */
	double p95() {
		List<Double> sorted = this.seconds.stream().sorted().toList();
		return sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1);
	}

	double min() {
		return this.seconds.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
	}

	double max() {
		return this.seconds.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
	}

	long peakMemoryMb() {
		return this.peakMemoryMb;
	}

}
