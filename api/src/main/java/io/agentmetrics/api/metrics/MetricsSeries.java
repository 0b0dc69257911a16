package io.agentmetrics.api.metrics;

import java.util.List;
import java.util.Optional;

import io.agentmetrics.api.ledger.Weighted;
import io.agentmetrics.model.time.Granularity;

/**
 * A window cut into hours, days or weeks; the type of the same name of the GraphQL
 * schema.
 *
 * @param granularity what it is cut into, never {@link Granularity#AUTO}
 * @param percentilesNote why times are missing where they are
 * @param points every hour, day or week of the window, the earliest first
 */
public record MetricsSeries(Granularity granularity, Optional<String> percentilesNote,
		List<SeriesPoint> points) implements Weighted {

	@Override
	public int weight() {
		return 1 + this.points.size() / 4;
	}

}
