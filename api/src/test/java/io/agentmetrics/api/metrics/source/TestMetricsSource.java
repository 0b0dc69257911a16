package io.agentmetrics.api.metrics.source;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.api.ledger.FailedDays;
import io.agentmetrics.api.ledger.LateExecutions;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.api.ledger.TestCaches;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The metrics source without the application, asked for any window and at any time.
 */
final class TestMetricsSource {

	private final Planner planner;

	private final MetricsReader reader;

	private final ReleaseReader releases;

	private final SegmentReader segments;

	private final LedgerRepository ledger;

	TestMetricsSource(JdbcClient jdbc) {
		this.ledger = new LedgerRepository(jdbc, TestCaches.none());
		FailedDays failedDays = new FailedDays(jdbc);
		this.planner = new Planner(this.ledger, new StoredDaysRepository(this.ledger, failedDays, jdbc));
		StoredMetricsRepository stored = new StoredMetricsRepository(jdbc);
		RawExecutionRepository executions = new RawExecutionRepository(jdbc);
		this.reader = new MetricsReader(this.planner, stored, executions, new AgentHistoryRepository(jdbc), failedDays,
				new LateExecutions(jdbc), Clock.systemUTC());
		this.segments = new SegmentReader(this.planner, stored, executions, failedDays, new LateExecutions(jdbc),
				Clock.systemUTC(), TestCaches.ofClosedDays());
		this.releases = new ReleaseReader(this.planner, this.reader, stored, executions, Clock.systemUTC());
	}

	/** Answers as the application does, without its cache. */
	Map<UUID, AgentMetrics> read(Collection<UUID> agents, MetricsQuestion question) {
		return this.reader.read(agents, question, Optional.empty());
	}

	Map<UUID, List<Release>> releases(Collection<UUID> agents, ReleasesQuestion question) {
		return this.releases.read(agents, question);
	}

	Map<UUID, Segments> segments(SegmentsQuestion question) {
		return this.segments.read(List.of(question), this.ledger.read()).getFirst();
	}

	Answer realtime(Collection<UUID> agents, Window window) {
		return realtime(agents, window, MetricsFields.statistics().withErrors());
	}

	Answer realtime(Collection<UUID> agents, Window window, MetricsFields fields) {
		return answer(this.planner.realtime(agents, window, ExecutionFilter.ALL, window.to(),
				ledger(ZoneId.of("UTC"), List.of())), fields);
	}

	/** Reads days that are taken to be closed. */
	Answer aggregated(Collection<UUID> agents, Days days, ZoneId zone) {
		Window window = days.in(zone);
		return answer(
				this.planner.aggregated(agents, days, ExecutionFilter.ALL, window.to(), ledger(zone, List.of(window))),
				MetricsFields.statistics().withErrors());
	}

	Answer hybrid(Collection<UUID> agents, Window window, Instant now, MetricsFields fields) {
		return answer(this.planner.hybrid(agents, window, ExecutionFilter.ALL, now, fields), fields);
	}

	private Answer answer(Plan plan, MetricsFields fields) {
		MetricsReader.Found found = this.reader.read(plan, fields);
		return new Answer(plan.window(), found.metrics(), found.errors());
	}

	private static Ledger ledger(ZoneId zone, List<Window> closed) {
		return new Ledger(zone, Optional.empty(), Optional.empty(), closed, Optional.empty(), 0, false,
				Optional.empty());
	}

	/**
	 * What was read.
	 */
	record Answer(Window window, Map<UUID, Metrics> metrics, Map<UUID, ErrorGroups> errors) {

		Metrics of(UUID agent) {
			return Optional.ofNullable(this.metrics.get(agent)).orElseThrow();
		}

		ErrorGroups errorsOf(UUID agent) {
			return this.errors.getOrDefault(agent, ErrorGroups.empty());
		}

	}

}
