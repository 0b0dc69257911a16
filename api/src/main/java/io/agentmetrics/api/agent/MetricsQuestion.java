package io.agentmetrics.api.agent;

import io.agentmetrics.api.evidence.Selection;
import io.agentmetrics.api.window.Period;

/**
 * What is asked about an agent.
 *
 * @param period the time that is asked about
 * @param before how many times its own length before that: 0 for the period itself, 1 for
 * the time just before it
 * @param metricType where to take the answer from
 * @param selection what the answer has to have
 */
public record MetricsQuestion(Period period, int before, MetricType metricType, Selection selection) {

	/**
	 * Asks about a period itself.
	 * @param period the time that is asked about
	 * @param metricType where to take the answer from
	 * @param selection what the answer has to have
	 */
	public MetricsQuestion(Period period, MetricType metricType, Selection selection) {
		this(period, 0, metricType, selection);
	}

	/**
	 * Asks about the same length of time just before.
	 * @param selected what that answer has to have
	 * @return the question
	 */
	MetricsQuestion previous(Selection selected) {
		return new MetricsQuestion(this.period, this.before + 1, this.metricType, selected);
	}

}
