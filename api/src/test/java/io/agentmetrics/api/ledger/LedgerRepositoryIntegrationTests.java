package io.agentmetrics.api.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerRepositoryIntegrationTests {

	private static final LocalDate FIRST = LocalDate.of(2026, 10, 1);

	private final TestDatabase database = TestDatabase.create();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final LedgerRepository repository = new LedgerRepository(this.jdbc, TestCaches.none());

	@AfterEach
	void dropDatabase() {
		this.database.close();
	}

	@Test
	void beforeTheFirstRunNothingIsAggregatedAndDaysAreUtc() {
		Ledger ledger = this.repository.read();
		assertThat(ledger).isEqualTo(new Ledger(ZoneId.of("UTC"), Optional.empty(), Optional.empty(), List.of(),
				Optional.empty(), 0, false, Optional.empty()));
		Days days = new Days(FIRST, FIRST.plusDays(7));
		assertThat(ledger.closed(days)).isEmpty();
		assertThat(ledger.missing(days, Instant.parse("2026-11-01T00:00:00Z"))).isEmpty();
	}

	@Test
	void daysAreAggregatedThroughTheLastClosedOne() {
		close(FIRST, FIRST.plusDays(10));
		Ledger ledger = this.repository.read();
		assertThat(ledger.aggregatedThrough()).contains(FIRST.plusDays(9));
		assertThat(ledger.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
	}

	@Test
	void daysAfterAGapDoNotCount() {
		close(FIRST, FIRST.plusDays(3));
		close(FIRST.plusDays(4), FIRST.plusDays(9));
		assertThat(this.repository.read().aggregatedThrough()).contains(FIRST.plusDays(2));
		close(FIRST.plusDays(3), FIRST.plusDays(4));
		assertThat(this.repository.read().aggregatedThrough()).contains(FIRST.plusDays(8));
	}

	@Test
	void revisionChangesWhenADayDoes() {
		close(FIRST, FIRST.plusDays(2));
		long before = this.repository.read().revision();
		close(FIRST, FIRST.plusDays(1));
		assertThat(this.repository.read().revision()).isNotEqualTo(before);
	}

	@Test
	void todayIsTheDayInTheZone() {
		close(FIRST, FIRST.plusDays(1));
		Ledger ledger = this.repository.read();
		assertThat(ledger.today(Instant.parse("2026-11-21T22:59:59Z"))).isEqualTo(LocalDate.of(2026, 11, 21));
		assertThat(ledger.today(Instant.parse("2026-11-21T23:00:00Z"))).isEqualTo(LocalDate.of(2026, 11, 22));
	}

	@Test
	void realtimeReachesBackToTheFirstDayWhoseExecutionsAreThere() {
		close(FIRST, FIRST.plusDays(9));
		this.jdbc.sql("update aggregation_state set raw_from = :day").param("day", FIRST.plusDays(5)).update();
		Ledger ledger = this.repository.read();
		Instant start = FIRST.plusDays(5).atStartOfDay(ZoneId.of("Europe/Berlin")).toInstant();
		Instant end = start.plusSeconds(60);
		assertThat(ledger.recorded(new Window(start.minusSeconds(1), end))).isEqualTo(new Window(start, end));
		assertThat(ledger.recorded(new Window(start.plusSeconds(1), end)))
			.isEqualTo(new Window(start.plusSeconds(1), end));
		Window before = new Window(start.minusSeconds(9), start.minusSeconds(5));
		assertThat(ledger.recorded(before)).isEqualTo(new Window(before.to(), before.to()));
	}

	private void close(LocalDate from, LocalDate to) {
		new TestAggregator(this.database.dataSource(), ZoneId.of("Europe/Berlin")).close(from, to);
	}

}
