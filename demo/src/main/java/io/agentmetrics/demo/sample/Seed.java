package io.agentmetrics.demo.sample;

import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Where the sample's randomness comes from: a number for each place in it, so that every
 * place can be visited alone and is the same each time.
 *
 * @param value the seed of everything below this place
 */
record Seed(long value) {

	/** The seed of a place below this one. */
	Seed at(long place) {
		return new Seed(mix(this.value + mix(place + 0x9e3779b97f4a7c15L)));
	}

	RandomGenerator random() {
		return new SplittableRandom(this.value);
	}

	/** An id of version 4's form. */
	UUID uuid() {
		long high = at(1).value & 0xffffffffffff0fffL | 0x4000L;
		long low = at(2).value & 0x3fffffffffffffffL | Long.MIN_VALUE;
		return new UUID(high, low);
	}

	/** The finalizer of MurmurHash3, variant 13 of Stafford. */
	private static long mix(long bits) {
		long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
		mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
		return mixed ^ (mixed >>> 31);
	}

}
