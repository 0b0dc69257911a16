package io.agentmetrics.otlp.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/**
 * The table {@code span_receipts}: what became of spans, by service and hour.
 */
final class ReceiptTable {

	/** In one order, so that of two transactions one waits for the other. */
	private static final String ADD = """
			insert into span_receipts as receipts (service, hour, outcome, spans)
			select service, date_trunc('hour', now(), 'UTC'), outcome, spans
			from unnest(?::text[], ?::text[], ?::bigint[]) as given (service, outcome, spans)
			order by service, outcome
			on conflict (service, hour, outcome) do update set spans = receipts.spans + excluded.spans
			""";

	/**
	 * Whoever else brings new agents of the service waits for the end of the transaction.
	 */
	private static final String LOCK_NEW_AGENTS = """
			insert into span_receipts as receipts (service, hour, outcome, spans)
			values (?, date_trunc('hour', now(), 'UTC'), 'new agents', 0)
			on conflict (service, hour, outcome) do update set spans = receipts.spans
			returning spans
			""";

	private static final String ADD_NEW_AGENTS = """
			update span_receipts set spans = spans + ?
			where service = ? and hour = date_trunc('hour', now(), 'UTC') and outcome = 'new agents'
			""";

	private static final String FORGET = """
			delete from span_receipts where hour < now() - interval '30 days'
			""";

	private ReceiptTable() {
	}

	static void add(Connection connection, Receipt receipt) throws SQLException {
		if (receipt.lines().isEmpty()) {
			return;
		}
		Collection<Map.Entry<Receipt.Line, Long>> lines = receipt.lines().entrySet();
		try (PreparedStatement statement = connection.prepareStatement(ADD)) {
			Columns.bind(statement, 1, lines, (line) -> line.getKey().service());
			Columns.bind(statement, 2, lines, (line) -> line.getKey().outcome());
			Columns.bind(statement, 3, lines, Map.Entry::getValue);
			statement.executeUpdate();
		}
	}

	/**
	 * Counts agents that a service brings.
	 * @param wanted how many it brings
	 * @param most how many it may bring within the hour
	 * @return how many of them are allowed
	 */
	static int addNewAgents(Connection connection, String service, int wanted, int most) throws SQLException {
		long before;
		try (PreparedStatement statement = connection.prepareStatement(LOCK_NEW_AGENTS)) {
			statement.setString(1, service);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				before = row.getLong(1);
			}
		}
		int allowed = Math.clamp(most - before, 0, wanted);
		try (PreparedStatement statement = connection.prepareStatement(ADD_NEW_AGENTS)) {
			statement.setInt(1, allowed);
			statement.setString(2, service);
			statement.executeUpdate();
		}
		return allowed;
	}

	static void forget(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
			statement.executeUpdate();
		}
	}

}
