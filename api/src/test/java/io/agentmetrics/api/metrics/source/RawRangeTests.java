package io.agentmetrics.api.metrics.source;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RawRangeTests {

	private static final Instant MIDNIGHT = Instant.parse("2026-11-01T00:00:00Z");

	private static final Duration GAP = Duration.ofDays(14);

	@Test
	void rangesWithLittleTimeBetweenThemAreOneGroup() {
		List<RawRange> ranges = List.of(range(30, 31), range(0, 1), range(15, 16));
		assertThat(RawRange.near(ranges, GAP)).containsExactly(List.of(range(0, 1), range(15, 16), range(30, 31)));
	}

	@Test
	void endsOfALongWindowAreTwoGroupsHoweverManyAgents() {
		List<RawRange> ranges = List.of(range(0, 1), range(89, 90), range(0, 1), range(89, 90));
		assertThat(RawRange.near(ranges, GAP)).containsExactly(List.of(range(0, 1), range(0, 1)),
				List.of(range(89, 90), range(89, 90)));
	}

	@Test
	void rangesThatAreLongAndTheSameAreOneGroup() {
		List<RawRange> ranges = List.of(range(0, 40), range(0, 40), range(60, 61));
		assertThat(RawRange.near(ranges, GAP)).containsExactly(List.of(range(0, 40), range(0, 40)),
				List.of(range(60, 61)));
	}

	@Test
	void rangesAllOverALongWindowAreOneGroup() {
		List<RawRange> ranges = List.of(range(0, 1), range(40, 41), range(80, 81));
		assertThat(RawRange.near(ranges, GAP)).containsExactly(ranges);
		assertThat(RawRange.outer(ranges)).isEqualTo(range(0, 81).window());
	}

	private static RawRange range(int from, int to) {
		return new RawRange(new UUID(0, 1),
				new Window(MIDNIGHT.plus(Duration.ofDays(from)), MIDNIGHT.plus(Duration.ofDays(to))), MIDNIGHT);
	}

}
