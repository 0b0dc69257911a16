package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

/**
 * A question about agents' metrics.
 *
 * @param period the time that is asked about
 * @param before how many times its own length before that: 0 for the period itself, 1 for
 * the time just before it
 * @param metricType which executions and stored days the answer is read from
 * @param filter which of the executions are asked about
 * @param fields what the answer has to have
 */
public record MetricsQuestion(Period period, int before, MetricType metricType, ExecutionFilter filter,
		MetricsFields fields) {

	/** Creates a question about a period itself. */
	public MetricsQuestion(Period period, MetricType metricType, ExecutionFilter filter, MetricsFields fields) {
		this(period, 0, metricType, filter, fields);
	}

	/** Creates a question about all executions of a period. */
	public MetricsQuestion(Period period, MetricType metricType, MetricsFields fields) {
		this(period, metricType, ExecutionFilter.ALL, fields);
	}

	/** Returns the question about the same length of time just before. */
	public MetricsQuestion previous(MetricsFields needed) {
		return new MetricsQuestion(this.period, this.before + 1, this.metricType, this.filter, needed);
	}

	Window window(Instant now) {
		return repeat(this.period.window(now), Window::previous);
	}

	Days days(LocalDate today, ZoneId zone) {
		return repeat(this.period.days(today, zone), Days::previous);
	}

	private <T> T repeat(T asked, UnaryOperator<T> previous) {
		return Stream.iterate(asked, previous).skip(this.before).findFirst().orElseThrow();
	}

}
