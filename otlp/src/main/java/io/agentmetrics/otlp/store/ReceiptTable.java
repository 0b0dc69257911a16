package io.agentmetrics.otlp.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The table {@code span_receipts}: what became of spans, by service and hour.
 */
final class ReceiptTable {

	/** A service can call itself anything, so of each hour so many are told apart. */
	private static final int MOST_SERVICES = 1_000;

	/** In one order, so that of two transactions one waits for the other. */
	private static final String ADD = """
			with this_hour as (
				select date_trunc('hour', now(), 'UTC') as hour
			), known as materialized (
				select distinct service from span_receipts where hour = (select hour from this_hour)
			), given as (
				select service, outcome, spans, service in (select service from known) as is_known
				from unnest(?::text[], ?::text[], ?::bigint[]) as given (service, outcome, spans)
			), told as (
				select case when is_known or (select count(*) from known)
							+ dense_rank() over (partition by is_known order by service) <= %d
						then service else '%s' end as service, outcome, spans
				from given
			)
			insert into span_receipts as receipts (service, hour, outcome, spans)
			select service, (select hour from this_hour), outcome, sum(spans)
			from told
			group by service, outcome
			order by service, outcome
			on conflict (service, hour, outcome) do update set spans = receipts.spans + excluded.spans
			""".formatted(MOST_SERVICES, Receipt.OTHER_SERVICES);

	private static final String NEW_AGENTS = """
			select service, spans from span_receipts
			where hour = date_trunc('hour', now(), 'UTC') and outcome = '%s'
			""".formatted(Receipt.NEW_AGENTS);

	private static final String FORGET = """
			delete from span_receipts where hour < now() - interval '30 days'
			""";

	private ReceiptTable() {
	}

	static void add(Connection connection, Receipt receipt) throws SQLException {
		add(connection, receipt.lines());
	}

	private static void add(Connection connection, Map<Receipt.Line, Long> spans) throws SQLException {
		if (spans.isEmpty()) {
			return;
		}
		Collection<Map.Entry<Receipt.Line, Long>> lines = spans.entrySet();
		try (PreparedStatement statement = connection.prepareStatement(ADD)) {
			Columns.bind(statement, 1, lines, (line) -> line.getKey().service());
			Columns.bind(statement, 2, lines, (line) -> line.getKey().outcome());
			Columns.bind(statement, 3, lines, Map.Entry::getValue);
			statement.executeUpdate();
		}
	}

	/** Returns how many agents each service has brought within the hour, if any. */
	static Map<String, Long> newAgents(Connection connection) throws SQLException {
		Map<String, Long> agents = new HashMap<>();
		try (PreparedStatement statement = connection.prepareStatement(NEW_AGENTS);
				ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				agents.put(row.getString(1), row.getLong(2));
			}
		}
		return agents;
	}

	/** Counts agents that services bring. */
	static void addNewAgents(Connection connection, Map<String, Long> agents) throws SQLException {
		Map<Receipt.Line, Long> lines = new TreeMap<>();
		agents.forEach((service, count) -> lines.put(new Receipt.Line(service, Receipt.NEW_AGENTS), count));
		add(connection, lines);
	}

	static void forget(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
			statement.executeUpdate();
		}
	}

}
