package io.agentmetrics.api.metrics.source;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

import org.springframework.stereotype.Component;

/**
 * Decides for each metric type where a window is cut into stored days and raw ranges.
 */
@Component
final class Planner {

	/**
	 * For how many days before today the times of single hours are read from executions.
	 */
	private static final int DAYS_OF_HOURLY_TIMES = 14;

	/** How far back an error or a release is looked for before it is called new. */
	private static final int DAYS_BEFORE_NEW = 90;

	private static final String NOT_OVER = "It is not over yet.";

	private final LedgerRepository ledger;

	private final StoredDaysRepository storedDays;

	Planner(LedgerRepository ledger, StoredDaysRepository storedDays) {
		this.ledger = ledger;
		this.storedDays = storedDays;
	}

	/**
	 * Plans where a question is answered from.
	 * @param known the ledger that the answer is to rest on; without one the current, of
	 * HYBRID that of its snapshot
	 */
	Plan plan(Collection<UUID> agents, MetricsQuestion question, Instant now, Optional<Ledger> known) {
		return switch (question.metricType()) {
			case REALTIME ->
				realtime(agents, question.window(now), question.filter(), now, known.orElseGet(this.ledger::current));
			case HYBRID -> hybrid(agents, question.window(now), question.filter(), now, question.fields());
			case AGGREGATED -> {
				Ledger current = known.orElseGet(this.ledger::current);
				yield aggregated(agents, question.days(current.today(now), current.zone()), question.filter(), now,
						current);
			}
		};
	}

	/** Plans where the releases of agents are read: as HYBRID. */
	Plan ofReleases(Collection<UUID> agents, ReleasesQuestion question, Instant now) {
		return hybrid(agents, question.period().window(now), question.filter(), now, question.fields(),
				StoredDays.Detail.CELLS);
	}

	/** Plans where releases are looked for that ran before the window of a question. */
	Plan beforeReleases(Collection<UUID> agents, ReleasesQuestion question, Instant now) {
		Instant from = question.period().window(now).from();
		return hybrid(agents, new Window(from.minus(Duration.ofDays(DAYS_BEFORE_NEW)), from), question.filter(), now,
				question.fields(), StoredDays.Detail.CELLS);
	}

	/**
	 * Plans where executions are counted between moments: as HYBRID. Of a day that a
	 * moment divides the hours are known, but not their times: where these are asked for,
	 * it is read from its executions as long as they are there.
	 * @param lately the ledger of a moment ago
	 */
	Plan ofSegments(SegmentsQuestion question, Ledger lately, Instant now) {
		if (!question.limitsMs().isEmpty()) {
			return ofSegments(question, question.window(), question.cuts(), now);
		}
		LocalDate first = lately.calendar().dayOf(question.window().from());
		if (lately.keepsExecutionsOf(first)) {
			Plan plan = ofSegments(question, new Window(lately.calendar().startOf(first), question.window().to()),
					List.of(), now);
			if (plan.ledger().keepsExecutionsOf(first)) {
				return plan;
			}
		}
		return ofSegments(question, question.window(), List.of(), now);
	}

	private Plan ofSegments(SegmentsQuestion question, Window window, List<Instant> cuts, Instant now) {
		ExecutionFilter filter = question.filter();
		return hybrid(question.agents(), window, filter, now, MetricsFields.none(),
				filter.isAll() ? StoredDays.Detail.DAYS : StoredDays.Detail.CELLS, cuts);
	}

	/**
	 * Plans where the executions of agents that match a filter are counted between
	 * moments, of which the last is now: as HYBRID. The day in which the first lies is
	 * planned as a whole, since of a stored day the hours are known.
	 */
	Plan ofSlices(Collection<UUID> agents, List<Instant> edges, ExecutionFilter filter) {
		DayCalendar calendar = this.ledger.current().calendar();
		Instant from = calendar.startOf(calendar.dayOf(edges.getFirst()));
		Instant now = edges.getLast();
		return hybrid(agents, new Window(from, now), filter, now, MetricsFields.none());
	}

	/**
	 * Plans where the groups of errors are read. Those that are stored do not tell
	 * releases and environments apart, so that with a filter they only count on days that
	 * have a single one of both; HYBRID reads the other days' executions.
	 */
	Plan ofErrors(Plan plan) {
		if (plan.metricType() != MetricType.HYBRID || plan.filter().isAll()) {
			return plan;
		}
		return hybrid(plan.agents(), plan.asked(), plan.filter(), plan.now(), MetricsFields.none(),
				StoredDays.Detail.ERRORS_OF_CELLS);
	}

	/**
	 * Plans where errors are looked for that are older than those of another plan, of
	 * whatever release and environment.
	 * @return the time before its window: of AGGREGATED its stored days, else those and
	 * raw executions
	 */
	Plan before(Plan plan) {
		return switch (plan.metricType()) {
			case AGGREGATED -> {
				LocalDate first = plan.stored().days().from();
				yield aggregated(plan.agents(), new Days(first.minusDays(DAYS_BEFORE_NEW), first), ExecutionFilter.ALL,
						plan.now(), plan.ledger());
			}
			case REALTIME, HYBRID -> {
				Instant from = plan.window().from();
				yield hybrid(plan.agents(), new Window(from.minus(Duration.ofDays(DAYS_BEFORE_NEW)), from),
						ExecutionFilter.ALL, plan.now(), MetricsFields.none());
			}
		};
	}

	Plan realtime(Collection<UUID> agents, Window asked, ExecutionFilter filter, Instant now, Ledger current) {
		Window recorded = current.recorded(asked);
		List<RawRange> raw = new ArrayList<>();
		agents.forEach((agent) -> raw.addAll(RawRange.of(agent, recorded, current.zone())));
		return new Plan(MetricType.REALTIME, filter, asked, recorded, now, current, AgentDays.none(agents), raw,
				List.of(), Instant.MIN, Optional.empty(), lacking(asked, recorded, now, dropped(asked, recorded)),
				dropped(asked, recorded));
	}

	Plan aggregated(Collection<UUID> agents, Days days, ExecutionFilter filter, Instant now, Ledger current) {
		Window window = days.in(current.zone());
		Optional<String> missing = current.missing(days, now);
		return new Plan(MetricType.AGGREGATED, filter, window, window, now, current,
				new AgentDays(agents, days, current.open(days), Map.of()), List.of(), current.unknownTime(days),
				window.to(), Optional.of(days), lacking(days, missing, window, now), missing);
	}

	Plan hybrid(Collection<UUID> agents, Window asked, ExecutionFilter filter, Instant now, MetricsFields fields) {
		return hybrid(agents, asked, filter, now, fields,
				filter.isAll() ? StoredDays.Detail.DAYS : StoredDays.Detail.CELLS);
	}

	private Plan hybrid(Collection<UUID> agents, Window asked, ExecutionFilter filter, Instant now,
			MetricsFields fields, StoredDays.Detail detail) {
		return hybrid(agents, asked, filter, now, fields, detail, List.of());
	}

	private Plan hybrid(Collection<UUID> agents, Window asked, ExecutionFilter filter, Instant now,
			MetricsFields fields, StoredDays.Detail detail, List<Instant> cuts) {
		StoredDays stored = this.storedDays.storedDays(agents, asked, detail).withoutDividedBy(cuts);
		Ledger current = stored.ledger();
		Window known = known(asked, stored);
		Instant hourTimesFrom = current.calendar().startOf(current.today(now).minusDays(DAYS_OF_HOURLY_TIMES));
		Instant storedTo = needsTimesOfHours(fields, known) ? earlier(known.to(), later(hourTimesFrom, known.from()))
				: known.to();
		Days days = new Window(known.from(), storedTo).wholeDays(current.zone());
		Set<LocalDate> without = days.from()
			.datesUntil(days.to())
			.filter((day) -> !stored.closed().contains(day))
			.collect(Collectors.toSet());
		return new Plan(MetricType.HYBRID, filter, asked, known, now, current,
				new AgentDays(agents, days, without, stored.changed()), raw(agents, known, days, stored), List.of(),
				hourTimesFrom, current.rawFrom().flatMap((kept) -> before(kept, known.wholeDays(current.zone()))),
				lacking(asked, known, now, Plan.unknownBefore(asked, known)), Plan.unknownBefore(asked, known));
	}

	private static boolean needsTimesOfHours(MetricsFields fields, Window window) {
		return fields.seriesTimes() && fields.series()
			.stream()
			.anyMatch((granularity) -> granularity.settledFor(window) == Granularity.HOUR);
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
		if (!to.isAfter(ledger.calendar().startOf(first))) {
			first = ledger.calendar().dayOf(to);
			to = ledger.calendar().startOf(first);
		}
		while (stored.closed().contains(first.minusDays(1)) || !ledger.calendar().exists(first.minusDays(1))) {
			first = first.minusDays(1);
		}
		Instant from = later(ledger.calendar().startOf(first), window.from());
		return new Window(from, later(to, from));
	}

	/** Returns the ranges of each agent that lie in none of its stored days. */
	private static List<RawRange> raw(Collection<UUID> agents, Window window, Days days, StoredDays stored) {
		List<Window> gaps = gaps(window, days, stored.ledger(), stored.closed()::contains);
		List<RawRange> raw = new ArrayList<>();
		for (UUID agent : agents) {
			List<Window> own = stored.changed().containsKey(agent)
					? gaps(window, days, stored.ledger(), (day) -> stored.isUpToDate(agent, day)) : gaps;
			own.forEach((gap) -> raw.addAll(RawRange.of(agent, gap, stored.ledger().zone())));
		}
		return raw;
	}

	private static List<Window> gaps(Window window, Days days, Ledger ledger, Predicate<LocalDate> isStored) {
		List<Window> gaps = new ArrayList<>();
		Instant from = window.from();
		for (LocalDate day : days.from().datesUntil(days.to()).filter(isStored).toList()) {
			Instant start = ledger.calendar().startOf(day);
			if (from.isBefore(start)) {
				gaps.add(new Window(from, start));
			}
			from = ledger.calendar().startOf(day.plusDays(1));
		}
		if (from.isBefore(window.to())) {
			gaps.add(new Window(from, window.to()));
		}
		return gaps;
	}

	private static Optional<Days> before(LocalDate day, Days days) {
		if (!days.from().isBefore(day)) {
			return Optional.empty();
		}
		return Optional.of(new Days(days.from(), day.isBefore(days.to()) ? day : days.to()));
	}

	private static Optional<String> lacking(Window asked, Window known, Instant now, Optional<String> missing) {
		return asked.to().isAfter(now) ? Optional.of(NOT_OVER) : missing.or(() -> Plan.unknownAfter(asked, known));
	}

	private static Optional<String> lacking(Days asked, Optional<String> missing, Window window, Instant now) {
		if (asked.from().equals(asked.to())) {
			return Optional.of("No calendar day lies wholly inside, so that it has no aggregated numbers.");
		}
		return window.to().isAfter(now) ? Optional.of(NOT_OVER) : missing;
	}

	private static Optional<String> dropped(Window asked, Window known) {
		return known.from().equals(asked.from()) ? Optional.empty()
				: Optional.of("Of its executions those before " + known.from() + " have been dropped.");
	}

	private static Instant earlier(Instant one, Instant other) {
		return one.isBefore(other) ? one : other;
	}

	private static Instant later(Instant one, Instant other) {
		return one.isAfter(other) ? one : other;
	}

}
