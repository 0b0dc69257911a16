package io.agentmetrics.api.hybrid;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.aggregated.AggregatedQuery;
import io.agentmetrics.api.evidence.EvidenceCollector;
import io.agentmetrics.api.evidence.Frame;
import io.agentmetrics.api.evidence.Selection;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.StoredDays;
import io.agentmetrics.api.ledger.StoredDaysQuery;
import io.agentmetrics.api.realtime.RealtimeQuery;
import io.agentmetrics.api.series.Granularity;
import io.agentmetrics.api.window.Window;
import io.agentmetrics.model.sketch.ErrorGroups;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes from the stored days what still holds, and the rest from the raw executions.
 */
@Component
class HybridEvidence implements HybridQuery {

	/**
	 * For how many days before today the times of single hours are read from executions.
	 */
	private static final int DAYS_OF_HOURLY_TIMES = 14;

	private final StoredDaysQuery storedDays;

	private final AggregatedQuery aggregated;

	private final RealtimeQuery realtime;

	HybridEvidence(StoredDaysQuery storedDays, AggregatedQuery aggregated, RealtimeQuery realtime) {
		this.storedDays = storedDays;
		this.aggregated = aggregated;
		this.realtime = realtime;
	}

	@Override
	@Transactional(readOnly = true)
	public HybridAnswer answer(Collection<UUID> agents, Window window, Instant now, Selection selection) {
		StoredDays stored = this.storedDays.storedDays(agents, window);
		ZoneId zone = stored.ledger().zone();
		Window known = known(window, stored);
		Instant hourTimesFrom = start(stored.ledger().today(now).minusDays(DAYS_OF_HOURLY_TIMES), stored.ledger());
		Frame frame = new Frame(known, zone, now, List.of(), hourTimesFrom);
		Instant storedTo = needsTimesOfHours(selection, known) ? hourTimesFrom : Instant.MAX;
		Pieces pieces = Pieces.of(agents, known, storedTo, stored);
		EvidenceCollector collector = new EvidenceCollector(agents, frame, selection);
		this.aggregated.collect(pieces.days(), collector);
		this.realtime.collect(pieces.stretches(), collector);
		return new HybridAnswer(known, stored.ledger(), collector.evidence(),
				selection.errors() ? errors(pieces) : Map.of());
	}

	private static boolean needsTimesOfHours(Selection selection, Window window) {
		return selection.seriesTimes() && selection.series()
			.stream()
			.anyMatch((granularity) -> granularity.settledFor(window) == Granularity.HOUR);
	}

	private Map<UUID, ErrorGroups> errors(Pieces pieces) {
		Map<UUID, ErrorGroups> errors = new HashMap<>(this.aggregated.errors(pieces.days()));
		this.realtime.errors(pieces.stretches()).forEach((agent, raw) -> errors.merge(agent, raw, ErrorGroups::plus));
		return errors;
	}

	/**
	 * Leaves out what nothing is known of: executions that were dropped, as far as no
	 * closed days stand in for them without a gap.
	 */
	private static Window known(Window window, StoredDays stored) {
		Ledger ledger = stored.ledger();
		if (ledger.recorded(window).equals(window)) {
			return window;
		}
		LocalDate first = ledger.rawFrom().orElseThrow();
		Instant to = window.to();
		if (!to.isAfter(start(first, ledger))) {
			first = ledger.calendar().dayOf(to);
			to = start(first, ledger);
		}
		while (stored.closed().contains(first.minusDays(1)) || !ledger.calendar().exists(first.minusDays(1))) {
			first = first.minusDays(1);
		}
		Instant from = start(first, ledger);
		if (from.isBefore(window.from())) {
			from = window.from();
		}
		return new Window(from, to.isBefore(from) ? from : to);
	}

	private static Instant start(LocalDate day, Ledger ledger) {
		return ledger.calendar().startOf(day);
	}

}
