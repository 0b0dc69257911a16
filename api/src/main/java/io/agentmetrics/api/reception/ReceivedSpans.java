package io.agentmetrics.api.reception;

import java.time.Instant;

import io.agentmetrics.model.time.Window;

/**
 * What became of spans that came in; the type of the same name of the GraphQL schema.
 *
 * @param hours when they came
 * @param totals all of them
 * @param serviceCount how many services have sent them
 */
record ReceivedSpans(ReceptionQuestion question, Window hours, Instant computedAt, SpanOutcomes totals,
		long serviceCount) {

	public Instant from() {
		return this.hours.from();
	}

	public Instant to() {
		return this.hours.to();
	}

}
