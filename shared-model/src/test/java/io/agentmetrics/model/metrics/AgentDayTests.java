package io.agentmetrics.model.metrics;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.sketch.LatencySketch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link AgentDay}.
 */
class AgentDayTests {

	private static final UUID AGENT = UUID.fromString("550e8400-e29b-41d4-a716-446655440000");

	private static final LocalDate DATE = LocalDate.of(2026, 11, 22);

	@Test
	void partsOfADayAddUp() {
		AgentDay part = day(AGENT, DATE, 24);
		AgentDay sum = part.plus(part);
		assertThat(sum.agentId()).isEqualTo(AGENT);
		assertThat(sum.date()).isEqualTo(DATE);
		assertThat(sum.counts()).isEqualTo(new ExecutionCounts(2, 2, 0, 0, 2));
		assertThat(sum.hours().total()).isEqualTo(4);
		assertThat(sum.times()).isEqualTo(LatencySketch.of(5, 5, 7, 7));
		assertThat(sum.errors().total()).isEqualTo(2);
	}

	@Test
	void partsOfDifferentAgentsOrDaysDoNotAddUp() {
		AgentDay day = day(AGENT, DATE, 24);
		assertThatIllegalArgumentException().isThrownBy(() -> day.plus(day(UUID.randomUUID(), DATE, 24)))
			.withMessageContaining(AGENT.toString());
		assertThatIllegalArgumentException().isThrownBy(() -> day.plus(day(AGENT, DATE.plusDays(1), 24)))
			.withMessageContaining("2026-11-23");
		assertThatIllegalArgumentException().isThrownBy(() -> day.plus(day(AGENT, DATE, 25)));
	}

	private static AgentDay day(UUID agentId, LocalDate date, int hours) {
		long[] totals = new long[hours];
		long[] successful = new long[hours];
		long[] failed = new long[hours];
		totals[9] = 2;
		successful[9] = 1;
		failed[9] = 1;
		return new AgentDay(agentId, date, new ExecutionCounts(1, 1, 0, 0, 1),
				HourlyCounts.of(totals, successful, failed), LatencySketch.of(5, 7),
				ErrorGroups.builder().add("Timeout", null, 1, Instant.EPOCH, Instant.EPOCH).build());
	}

}
