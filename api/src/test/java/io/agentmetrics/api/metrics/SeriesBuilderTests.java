package io.agentmetrics.api.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SeriesBuilderTests {

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	private static final Instant NOW = Instant.parse("2026-11-22T12:34:56Z");

	@Test
	void daysAreCutWhereTheWindowIs() {
		List<SeriesPoint> points = points(new Window(NOW.minus(Duration.ofDays(2)), NOW), Granularity.DAY,
				ZoneOffset.UTC);
		assertThat(points).extracting(SeriesPoint::from)
			.containsExactly(NOW.minus(Duration.ofDays(2)), Instant.parse("2026-11-21T00:00:00Z"),
					Instant.parse("2026-11-22T00:00:00Z"));
		assertThat(points).extracting(SeriesPoint::to)
			.containsExactly(Instant.parse("2026-11-21T00:00:00Z"), Instant.parse("2026-11-22T00:00:00Z"), NOW);
		assertThat(points).extracting(SeriesPoint::open).containsExactly(false, false, true);
	}

	@Test
	void dayOnWhichClocksGoBackHas25Hours() {
		Window day = new Window(Instant.parse("2026-10-24T22:00:00Z"), Instant.parse("2026-10-25T23:00:00Z"));
		assertThat(points(day, Granularity.HOUR, BERLIN)).hasSize(25);
		assertThat(points(day, Granularity.DAY, BERLIN)).hasSize(1);
	}

	@Test
	void dayOnWhichClocksGoForwardHas23Hours() {
		Window day = new Window(Instant.parse("2026-03-28T23:00:00Z"), Instant.parse("2026-03-29T22:00:00Z"));
		assertThat(points(day, Granularity.HOUR, BERLIN)).hasSize(23);
		assertThat(points(day, Granularity.DAY, BERLIN)).hasSize(1);
	}

	@Test
	void dayThatIsHalfAnHourLongerHasHalfAnHourMore() {
		ZoneId zone = ZoneId.of("Australia/Lord_Howe");
		Window day = new Window(Instant.parse("2026-04-04T13:00:00Z"), Instant.parse("2026-04-05T13:30:00Z"));
		List<SeriesPoint> hours = points(day, Granularity.HOUR, zone);
		assertThat(hours).hasSize(25);
		assertThat(hours.getLast().from()).isEqualTo(Instant.parse("2026-04-05T13:00:00Z"));
	}

	@Test
	void weeksBeginOnMonday() {
		Window window = new Window(Instant.parse("2026-11-11T00:00:00Z"), Instant.parse("2026-11-22T12:00:00Z"));
		assertThat(points(window, Granularity.WEEK, ZoneOffset.UTC)).extracting(SeriesPoint::from)
			.containsExactly(Instant.parse("2026-11-11T00:00:00Z"), Instant.parse("2026-11-16T00:00:00Z"));
	}

	@Test
	void whatIsMeasuredLiesInItsPoint() {
		SeriesBuilder builder = new SeriesBuilder(new Window(NOW.minus(Duration.ofDays(2)), NOW), Granularity.DAY,
				ZoneOffset.UTC, NOW);
		Instant yesterday = Instant.parse("2026-11-21T00:00:00Z");
		builder.add(yesterday, 5, 3, 1);
		builder.add(yesterday.plusSeconds(86_399), 5, 2, 1);
		builder.add(yesterday, Optional.of(LatencySketch.of(10, 20)));
		builder.add(yesterday.minusSeconds(1), Optional.empty());
		List<SeriesPoint> points = builder.build(List.of(), Optional.empty()).points();
		assertThat(points).extracting(SeriesPoint::totalExecutions).containsExactly(0L, 10L, 0L);
		assertThat(points.get(1).successRate()).isEqualTo(71.43);
		assertThat(points.get(1).errorRate()).isEqualTo(28.57);
		assertThat(points.get(1).p50Ms()).hasValue(10);
		assertThat(points.get(1).avgMs()).hasValue(15);
		assertThat(points.get(1).exact()).contains(true);
		assertThat(points.get(0).count()).isEmpty();
		assertThat(points.get(0).exact()).isEmpty();
		assertThat(points.get(2).count()).hasValue(0);
		assertThat(points.get(2).p50Ms()).isEmpty();
	}

	@Test
	void whatLiesOutsideIsRefused() {
		SeriesBuilder builder = new SeriesBuilder(new Window(NOW.minusSeconds(60), NOW), Granularity.DAY,
				ZoneOffset.UTC, NOW);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.add(NOW, 1, 1, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.add(NOW.minusSeconds(61), 1, 1, 0));
	}

	@Test
	void whatIsNotKnownSaysSo() {
		SeriesBuilder builder = new SeriesBuilder(new Window(NOW.minus(Duration.ofDays(2)), NOW), Granularity.DAY,
				ZoneOffset.UTC, NOW);
		assertThat(builder.build(List.of(new Window(Instant.parse("2026-11-21T00:00:00Z"), NOW)), Optional.empty())
			.points()).extracting(SeriesPoint::aggregated).containsExactly(true, false, false);
	}

	@Test
	void timesBeforeAMomentAreForgotten() {
		SeriesBuilder builder = new SeriesBuilder(new Window(NOW.minus(Duration.ofDays(2)), NOW), Granularity.DAY,
				ZoneOffset.UTC, NOW);
		builder.withoutTimesBefore(Instant.parse("2026-11-21T00:00:00Z"));
		assertThat(builder.build(List.of(), Optional.of("why")).points())
			.extracting((point) -> point.count().isPresent())
			.containsExactly(false, true, true);
	}

	@Test
	void moreThan2400PointsAreRefused() {
		Window hundredDays = new Window(NOW.minus(Duration.ofDays(100)), NOW);
		assertThat(points(hundredDays.since(NOW.minus(Duration.ofDays(90))), Granularity.HOUR, ZoneOffset.UTC))
			.hasSize(90 * 24 + 1);
		assertThatExceptionOfType(ProblemException.class)
			.isThrownBy(() -> points(hundredDays, Granularity.HOUR, ZoneOffset.UTC))
			.withMessageContaining("2400");
	}

	private static List<SeriesPoint> points(Window window, Granularity granularity, ZoneId zone) {
		return new SeriesBuilder(window, granularity, zone, NOW).build(List.of(), Optional.empty()).points();
	}

}
