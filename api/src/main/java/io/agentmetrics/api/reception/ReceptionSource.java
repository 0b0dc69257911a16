package io.agentmetrics.api.reception;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.agentmetrics.api.ledger.AnswerCache;
import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.model.time.Window;

import org.springframework.stereotype.Component;

/**
 * Answers questions about the spans that came in; answers are kept for seconds.
 */
@Component
final class ReceptionSource {

	private final ReceptionRepository repository;

	private final Clock clock;

	private final AnswerCache<ReceptionQuestion, ReceivedSpans> totals;

	private final AnswerCache<ListKey, List<ServiceSpans>> services;

	private final AnswerCache<ListKey, List<HourSpans>> hours;

	ReceptionSource(ReceptionRepository repository, Clock clock, AnswerCaches caches) {
		this.repository = repository;
		this.clock = clock;
		this.totals = caches.open("received-spans");
		this.services = caches.open("received-spans-services");
		this.hours = caches.open("received-spans-hours");
	}

	ReceivedSpans receivedSpans(ReceptionQuestion question) {
		return this.totals.get(question, () -> {
			Instant now = this.clock.instant();
			Window hours = question.hours(now);
			ReceptionRepository.Totals totals = this.repository.totals(question.service(), hours);
			return new ReceivedSpans(question, hours, now, new SpanOutcomes(totals.byOutcome()), totals.services());
		});
	}

	/** Lists services, those of which most spans were rejected first. */
	List<ServiceSpans> services(ReceptionQuestion question, int first) {
		return this.services.get(new ListKey(question, first), () -> {
			Map<String, Map<String, Long>> found = this.repository.services(question.service(),
					question.hours(this.clock.instant()), first);
			return found.entrySet()
				.stream()
				.map((service) -> new ServiceSpans(service.getKey(), new SpanOutcomes(service.getValue())))
				.toList();
		});
	}

	/** Lists the hours in which spans came in, the latest first. */
	List<HourSpans> hours(ReceptionQuestion question, int first) {
		return this.hours.get(new ListKey(question, first), () -> {
			Map<Instant, Map<String, Long>> found = this.repository.hours(question.service(),
					question.hours(this.clock.instant()), first);
			return found.entrySet()
				.stream()
				.map((hour) -> new HourSpans(hour.getKey(), new SpanOutcomes(hour.getValue())))
				.toList();
		});
	}

	private record ListKey(ReceptionQuestion question, int first) {
	}

}
