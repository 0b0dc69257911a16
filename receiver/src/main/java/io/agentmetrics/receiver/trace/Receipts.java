package io.agentmetrics.receiver.trace;

import java.util.HashMap;
import java.util.Map;

import io.agentmetrics.otlp.store.Receipt;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Counts what became of spans for Prometheus, and logs why some were rejected: one line
 * for each service and reason, every ten seconds at most.
 */
@Component
class Receipts {

	private static final Logger logger = LoggerFactory.getLogger(Receipts.class);

	/** What more there is goes into the ledger alone. */
	private static final int MOST_LINES = 100;

	private final MeterRegistry meters;

	private final Map<Receipt.Line, Long> rejected = new HashMap<>();

	Receipts(MeterRegistry meters) {
		this.meters = meters;
		for (String outcome : new String[] { Receipt.RUN, Receipt.MERGED, Receipt.NO_AGENT, Receipt.REPEATED,
				"rejected" }) {
			counter(outcome);
		}
	}

	private Counter counter(String outcome) {
		return Counter.builder("agent.metrics.receiver.spans")
			.description("Spans that came in, by what became of them")
			.tag("outcome", outcome.replace(' ', '_'))
			.register(this.meters);
	}

	void add(Receipt receipt) {
		receipt.lines()
			.forEach((line, spans) -> counter(line.isRejected() ? "rejected" : line.outcome()).increment(spans));
		if (receipt.rejected() > 0) {
			remember(receipt);
		}
	}

	private synchronized void remember(Receipt receipt) {
		receipt.lines().forEach((line, spans) -> {
			if (line.isRejected() && (this.rejected.size() < MOST_LINES || this.rejected.containsKey(line))) {
				this.rejected.merge(line, spans, Long::sum);
			}
		});
	}

	/** Logs what was rejected since the last time. */
	@Scheduled(fixedDelayString = "PT10S")
	synchronized void log() {
		this.rejected.forEach((line, spans) -> logger.atWarn()
			.addKeyValue("service", line.service())
			.addKeyValue("spans", spans)
			.addKeyValue("reason", line.outcome().substring(Receipt.REJECTED.length()))
			.log("Spans were rejected"));
		this.rejected.clear();
	}

}
