package io.agentmetrics.api.dashboard;

import java.util.List;

import graphql.schema.DataFetchingEnvironment;
import io.agentmetrics.api.graphql.SelectedFields;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.SeriesPoint;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.WindowInput;
import io.agentmetrics.api.problem.Arguments;
import org.jspecify.annotations.Nullable;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.stereotype.Controller;

/**
 * Answers queries for the dashboard.
 */
@Controller
final class DashboardController {

	private static final String TYPE = "Dashboard";

	private final DashboardSource source;

	DashboardController(DashboardSource source) {
		this.source = source;
	}

	@QueryMapping
	Dashboard dashboard(@Argument ExecutionFilter.@Nullable Input filter) {
		return this.source.dashboard(ExecutionFilter.of(filter));
	}

	@SchemaMapping(typeName = TYPE)
	List<RankedAgent> topPerformingAgents(Dashboard dashboard, @Argument int first) {
		return this.source.ranking(Ranking.TOP_PERFORMING, dashboard.filter(), Arguments.first(first));
	}

	@SchemaMapping(typeName = TYPE)
	List<RankedAgent> agentsWithIssues(Dashboard dashboard, @Argument int first) {
		return this.source.ranking(Ranking.WITH_ISSUES, dashboard.filter(), Arguments.first(first));
	}

	@SchemaMapping(typeName = TYPE)
	List<TrendDay> executionTrends(Dashboard dashboard, @Argument TimeRange timeRange) {
		return this.source.executionTrends(timeRange, dashboard.filter());
	}

	@SchemaMapping(typeName = TYPE)
	MetricsSeries series(Dashboard dashboard, @Argument @Nullable TimeRange timeRange,
			@Argument @Nullable WindowInput between, @Argument Granularity granularity, DataFetchingEnvironment query) {
		SelectedFields selected = SelectedFields.of(query);
		boolean times = selected.has("percentilesNote") || selected.below("points").hasAny(SeriesPoint.TIMES);
		return this.source.series(Period.of(timeRange, between), granularity, times, dashboard.filter());
	}

}
