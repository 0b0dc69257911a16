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

	@Test
	void outerTimeReachesFromTheFirstStartToTheLastEnd() {
		List<RawRange> ranges = List.of(range(40, 41), range(0, 1), range(80, 81));
		assertThat(RawRange.outer(ranges)).isEqualTo(range(0, 81).window());
	}

	private static RawRange range(int from, int to) {
		return new RawRange(new UUID(0, 1),
				new Window(MIDNIGHT.plus(Duration.ofDays(from)), MIDNIGHT.plus(Duration.ofDays(to))), MIDNIGHT);
	}

}
