package io.agentmetrics.aggregator.door;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.aggregator.AggregatorProperties;
import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.aggregator.lease.Leases;
import io.agentmetrics.aggregator.lease.SourceLease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Connects tables of platforms, tells how they stand, and disconnects them.
 */
@Component
public class SourceConnections {

	private static final Logger logger = LoggerFactory.getLogger(SourceConnections.class);

	private static final int MOST_CATCH_UPS = 3;

	private final AggregatorProperties properties;

	private final ExecutionSources sources;

	private final Mirror mirror;

	private final HistoryCopy history;

	private final SourceReport report;

	private final Leases leases;

	private final SourceJobs jobs;

	private final JdbcClient jdbc;

	private volatile boolean stopping;

	SourceConnections(AggregatorProperties properties, ExecutionSources sources, Mirror mirror, HistoryCopy history,
			SourceReport report, Leases leases, SourceJobs jobs, JdbcClient jdbc) {
		this.properties = properties;
		this.sources = sources;
		this.mirror = mirror;
		this.history = history;
		this.report = report;
		this.leases = leases;
		this.jobs = jobs;
		this.jdbc = jdbc;
	}

	/**
	 * Returns what connecting would do, in words, SQL and samples; changes nothing.
	 * @param name one source, or all that have a table
	 * @throws RefusedException if one of them cannot be connected
	 */
	public String plan(Optional<String> name) {
		StringBuilder plan = new StringBuilder();
		tables(name).forEach((source, table) -> {
			requireNobodyElse(source, table);
			String number = this.sources.find(source)
				.map((known) -> String.valueOf(known.id()))
				.orElse("0 /* the number that it gets */");
			plan.append(this.report.plan(source, this.sources.settings(source), table,
					this.mirror.statements(table, source, number)));
		});
		return plan.toString();
	}

	/**
	 * Lets the changes of sources come over from now on, and copies what was there
	 * before. Of one that is connected it copies what was missed.
	 * @param name one source, or all that have a table
	 * @return whether everything has come over; if not, the log says what has not
	 * @throws RefusedException if one of them cannot be connected
	 * @throws io.agentmetrics.aggregator.lease.BusyException if one of them is in work
	 */
	public boolean connect(Optional<String> name) throws SQLException {
		boolean done = true;
		for (Map.Entry<String, SourceTable> entry : tables(name).entrySet()) {
			done = !this.stopping && connect(entry.getKey(), entry.getValue()) && done;
		}
		return done;
	}

	private boolean connect(String name, SourceTable table) throws SQLException {
		short id = this.sources.register(name);
		try (SourceLease _ = this.leases.acquireSource(id)) {
			ExecutionSource source = this.sources.find(name).orElseThrow();
			if (source.isConnected() && !table.name().equals(source.connectedTable())) {
				throw new RefusedException(
						"agent-metrics.sources.%s: table is %s, but %s is connected: disconnect it first"
							.formatted(name, table.name(), source.connectedTable()));
			}
			requireNobodyElse(name, table);
			this.jobs.recoverKilled(HistoryCopy.NAME, name);
			String mapping = table + " " + this.sources.settings(name).statuses();
			boolean followed = this.mirror.start(table, name, id, mapping);
			this.sources.prepareCopy(id, mapping, !followed);
			boolean done = copy(name, table);
			Optional<String> missed = this.sources.missed(id);
			for (int more = 0; done && missed.isPresent() && more < MOST_CATCH_UPS && !this.stopping; more++) {
				logger.atWarn()
					.addKeyValue("source", name)
					.addKeyValue("cause", missed.get())
					.log("Changes were missed meanwhile; all is compared once more");
				done = copy(name, table);
				missed = this.sources.missed(id);
			}
			if (done && missed.isPresent()) {
				logger.atWarn()
					.addKeyValue("source", name)
					.addKeyValue("cause", missed.get())
					.log("Changes were missed again; connect when the platform writes less");
			}
			return done && missed.isEmpty();
		}
	}

	private boolean copy(String name, SourceTable table) {
		ExecutionSource source = this.sources.find(name).orElseThrow();
		// what is left to copy stands in execution_sources, so each copy is an instance
		return this.jobs.run(
				this.history.of(name, source, table, this.sources.settings(name).rowsPerSecond(), () -> this.stopping),
				new JobParametersBuilder().addString(SourceJobs.SOURCE, name)
					.addString("copy", UUID.randomUUID().toString())
					.toJobParameters());
	}

	/**
	 * Returns how connected sources stand: what is here of each day and what is there,
	 * what does not fit, what was missed. Of all sources one that cannot be looked up is
	 * told of among the others.
	 * @param name one source, or all that have a table
	 * @throws RefusedException if it is one, whose table or columns are not what the
	 * settings say
	 */
	public String status(Optional<String> name) {
		StringBuilder status = new StringBuilder();
		for (String source : names(name)) {
			try {
				status.append(status(source));
			}
			catch (RefusedException ex) {
				if (name.isPresent()) {
					throw ex;
				}
				status.append("Source %s: %s\n".formatted(source, ex.getMessage()));
			}
		}
		return status.toString();
	}

	private String status(String name) {
		SourceTable table = SourceTable.find(this.jdbc, name, this.sources.settings(name));
		Optional<ExecutionSource> source = this.sources.find(name);
		boolean followed = source.isPresent() && this.mirror.isComplete(table.name(), name);
		return this.report.status(name, this.sources.settings(name), table, source, followed);
	}

	/**
	 * Lets no change of a source come over any more.
	 * @param keepRows whether the executions that have come stay
	 * @throws RefusedException if it is not connected
	 */
	public void disconnect(String name, boolean keepRows) throws SQLException {
		ExecutionSource source = this.sources.find(name)
			.filter(ExecutionSource::isConnected)
			.orElseThrow(() -> new RefusedException("The source " + name + " is not connected"));
		try (SourceLease _ = this.leases.acquireSource(source.id())) {
			this.mirror.stop(String.valueOf(source.connectedTable()), name, source.id());
			this.sources.forgetProblems(source.id());
			if (!keepRows) {
				this.sources.deleteExecutions(source.id());
			}
		}
	}

	/** A table has one trigger of each name: a second follower would end the first. */
	private void requireNobodyElse(String source, SourceTable table) {
		this.mirror.otherFunction(table, source).ifPresent((function) -> {
			throw new RefusedException(
					"agent-metrics.sources.%s: %s is connected already, by the function %s of another installation: disconnect it there"
						.formatted(source, table.name(), function));
		});
	}

	/** Ends a copy in progress after the chunk at hand. */
	public void stop() {
		this.stopping = true;
	}

	/** All are looked up before anything is changed. */
	private Map<String, SourceTable> tables(Optional<String> name) {
		Map<String, String> sourcesOfTables = this.sources.connectedTables();
		Map<String, SourceTable> tables = new LinkedHashMap<>();
		for (String source : names(name)) {
			SourceTable table = SourceTable.find(this.jdbc, source, this.sources.settings(source));
			String other = sourcesOfTables.put(table.name(), source);
			if (other != null && !other.equals(source)) {
				throw new RefusedException("agent-metrics.sources.%s: %s is the table of the source %s already"
					.formatted(source, table.name(), other));
			}
			tables.put(source, table);
		}
		return tables;
	}

	private List<String> names(Optional<String> name) {
		List<String> names = name.map(List::of)
			.orElseGet(() -> this.properties.sources()
				.entrySet()
				.stream()
				.filter((source) -> source.getValue().table() != null)
				.map(Map.Entry::getKey)
				.sorted()
				.toList());
		if (names.isEmpty()) {
			throw new RefusedException("No source under agent-metrics.sources has a table to connect");
		}
		return names;
	}

}
