package io.agentmetrics.db.lock;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A session that holds a lock.
 *
 * @param pid PostgreSQL's number of it
 * @param application the name that the program gave itself, empty if none
 * @param since when its transaction or, without one, the session began; null where
 * PostgreSQL does not tell this user
 */
record LockHolder(int pid, String application, @Nullable OffsetDateTime since) {

	private static final String SESSIONS = """
			select pid, coalesce(application_name, ''), coalesce(xact_start, backend_start)
			from pg_catalog.pg_stat_activity
			where pid in (%s) and pid <> pg_catalog.pg_backend_pid()
			order by 3 nulls last, 1 limit 3
			""";

	/** A lock that only keeps changes of a table away holds up nobody but them. */
	private static final String OF_TABLES = """
			select pid from pg_catalog.pg_locks
			where granted and locktype in ('relation', 'tuple') and mode <> 'AccessShareLock'
				and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
				and relation in (select oid from pg_catalog.pg_class where relnamespace = (
					select relnamespace from pg_catalog.pg_class where oid = pg_catalog.to_regclass('agent_executions')))
			""";

	/** Returns the sessions that hold an advisory lock. */
	static List<LockHolder> of(Connection connection, LockKey key) throws SQLException {
		return read(connection, "select pid from (" + key.lock().held() + ") held where number = "
				+ Integer.toUnsignedLong(key.number()));
	}

	/**
	 * Returns the sessions that have locked tables or rows of this schema, those first
	 * that have done so for the longest time.
	 */
	static List<LockHolder> ofTables(Connection connection) throws SQLException {
		return read(connection, OF_TABLES);
	}

	/** Returns "held by …". */
	static String sentence(List<LockHolder> holders) {
		if (holders.isEmpty()) {
			return "free again";
		}
		return holders.stream().map(LockHolder::toString).collect(Collectors.joining(", ", "held by ", ""));
	}

	private static List<LockHolder> read(Connection connection, String pids) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(SESSIONS.formatted(pids))) {
			List<LockHolder> holders = new ArrayList<>();
			while (row.next()) {
				holders.add(new LockHolder(row.getInt(1), row.getString(2), row.getObject(3, OffsetDateTime.class)));
			}
			return holders;
		}
	}

	@Override
	public String toString() {
		return "session " + this.pid + (this.application.isEmpty() ? "" : " of " + this.application)
				+ ((this.since != null) ? " since " + this.since : "");
	}

}
