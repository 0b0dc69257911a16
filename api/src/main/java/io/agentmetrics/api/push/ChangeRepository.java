package io.agentmetrics.api.push;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads which agents' executions have changed since an earlier look.
 */
@Component
final class ChangeRepository {

	private static final int MAX_AGENTS = 100;

	// a transaction is new to a snapshot if it is later than all it knows, or one of
	// those that were under way: both are
	// looked up in an index, however long the oldest of them has been open
	// A standby does not tell which are under way: there all count as new that are not
	// older than the oldest of them.
	private static final String LOOK = """
			with last as materialized (select cast(:last as pg_snapshot) as seen),
			changed as (
				select agent_id from execution_changes
				where changed_in >= (select pg_snapshot_xmax(seen) from last)
				union all
				select agent_id from execution_changes
				where changed_in = any (array(select pg_snapshot_xip(seen) from last))
			)
			select case
					when pg_is_in_recovery() then format('%1$s:%1$s:', pg_snapshot_xmin(pg_current_snapshot()))
					else pg_current_snapshot()::text
				end as snapshot,
				array(select distinct agent_id from changed limit :limit) as agents,
				(select revision from aggregation_ledger) as ledger
			""";

	private final JdbcClient jdbc;

	ChangeRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Returns what has changed since the last look.
	 * @param last the snapshot of the last look, or null at first, when nothing counts as
	 * new
	 */
	Look look(@Nullable String last) {
		return this.jdbc.sql(LOOK)
			.param("last", last)
			.param("limit", MAX_AGENTS + 1)
			.query(ChangeRepository::look)
			.single();
	}

	private static Look look(ResultSet row, int number) throws SQLException {
		return new Look(row.getString("snapshot"), agents(row.getArray("agents")), row.getLong("ledger"));
	}

	private static Set<UUID> agents(Array array) throws SQLException {
		return new HashSet<>(List.of((UUID[]) array.getArray()));
	}

	/**
	 * The result of a look.
	 *
	 * @param snapshot what it could see
	 * @param agents whose executions are new since the last look, not many more than a
	 * hundred
	 * @param ledger changes whenever a closed day does
	 */
	record Look(String snapshot, Set<UUID> agents, long ledger) {

		Optional<Change> since(Look last) {
			if (this.ledger != last.ledger || this.agents.size() > MAX_AGENTS) {
				return Optional.of(new Change.Written(Optional.empty()));
			}
			return this.agents.isEmpty() ? Optional.empty() : Optional.of(new Change.Written(Optional.of(this.agents)));
		}

	}

}
