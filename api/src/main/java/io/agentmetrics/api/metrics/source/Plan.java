package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;

/**
 * Where the metrics of agents in a window are read. Every moment of every agent is in at
 * most one stored day or raw range; what is in neither is told.
 *
 * @param metricType which executions and stored days are read: of REALTIME nothing is
 * read from stored days, so that percentiles are exact
 * @param filter which of the executions are counted
 * @param window what the answer is about: as far as there is something to know of it
 * @param now what ends after this is not over
 * @param ledger how far the aggregator had come
 * @param stored the stored days to read
 * @param raw the ranges whose raw executions are counted
 * @param unknown times of which nothing is known
 * @param hourTimesFrom before this the times of single hours are not known
 * @param storedOnly days of which nothing but the stored day can tell
 * @param lacking what of the time that was asked about the answer does not cover, in a
 * sentence; empty if nothing
 * @param missing what the answer leaves out, in a sentence; empty if nothing
 */
record Plan(MetricType metricType, ExecutionFilter filter, Window asked, Window window, Instant now, Ledger ledger,
		AgentDays stored, List<RawRange> raw, List<Window> unknown, Instant hourTimesFrom, Optional<Days> storedOnly,
		Optional<String> lacking, Optional<String> missing) {

	/** Returns where executions that match another filter are read. */
	Plan of(ExecutionFilter other) {
		return new Plan(this.metricType, other, this.asked, this.window, this.now, this.ledger, this.stored, this.raw,
				this.unknown, this.hourTimesFrom, this.storedOnly, this.lacking, this.missing);
	}

	/** Returns the same without the times of single hours. */
	Plan withoutTimesOfHours() {
		return new Plan(this.metricType, this.filter, this.asked, this.window, this.now, this.ledger, this.stored,
				this.raw, this.unknown, this.window.to(), this.storedOnly, this.lacking, this.missing);
	}

	Collection<UUID> agents() {
		return this.stored.agents();
	}

	ZoneId zone() {
		return this.ledger.zone();
	}

	Provenance provenance() {
		return Provenance.of(this.window, this.ledger, this.now).missing(this.missing).missing(unknownAfter());
	}

	/**
	 * Returns a sentence about the end of the time that was asked about.
	 * @return a sentence; empty if something is known of it
	 */
	Optional<String> unknownAfter() {
		return unknownAfter(this.asked, this.window);
	}

	static Optional<String> unknownBefore(Window asked, Window known) {
		return known.from().isAfter(asked.from())
				? Optional
					.of("Nothing is known of the time before " + known.from() + ": its executions have been dropped.")
				: Optional.empty();
	}

	static Optional<String> unknownAfter(Window asked, Window known) {
		return known.to().isBefore(asked.to())
				? Optional
					.of("Nothing is known of the time after " + known.to() + ": its executions have been dropped.")
				: Optional.empty();
	}

	/**
	 * Returns a sentence about the points of a series whose percentiles are not known.
	 * @return a sentence; empty if all are known
	 */
	Optional<String> percentilesNote(Granularity granularity) {
		if (granularity != Granularity.HOUR || !this.hourTimesFrom.isAfter(this.window.from())) {
			return Optional.empty();
		}
		if (!this.hourTimesFrom.isBefore(this.window.to())) {
			return Optional.of("The times of single hours are not stored: ask for DAY or WEEK.");
		}
		return Optional.of("The times of single hours are known from " + this.hourTimesFrom
				+ " on; for those before ask for DAY or WEEK.");
	}

}
