package io.agentmetrics.aggregator;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;

import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.aggregator.lease.BusyException;
import io.agentmetrics.db.DatabaseNotConfiguredException;
import io.agentmetrics.db.DatabaseUnreachableException;
import io.agentmetrics.db.SchemaNotCurrentException;
import io.agentmetrics.db.UnsuitableDatabaseException;
import io.agentmetrics.db.lock.LockTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.BindException;

/**
 * Turns what ended a run into its exit code and one sentence for the operator. Only what
 * nobody expected is logged with its stack.
 */
final class FailureReport {

	private static final Logger logger = LoggerFactory.getLogger(FailureReport.class);

	/**
	 * Connection failures, wrong credentials, no such database, too many connections,
	 * server starting up or shutting down.
	 */
	private static final List<String> UNREACHABLE = List.of("08", "28", "3D", "53300", "57P");

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private static final String READ_ONLY = "25006";

	private FailureReport() {
	}

	static ExitCode report(Exception failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			switch (cause) {
				case BusyException busy -> {
					logger.warn("{}; this run does nothing", busy.getMessage());
					return ExitCode.BUSY;
				}
				case RefusedException _, UnsuitableDatabaseException _ -> {
					logger.error(cause.getMessage());
					return ExitCode.BAD_ARGUMENTS;
				}
				case BindException wrong -> {
					logger.error("{}: {}", wrong.getMessage(), rootOf(wrong).getMessage());
					return ExitCode.BAD_ARGUMENTS;
				}
				case DatabaseNotConfiguredException _, DatabaseUnreachableException _, SchemaNotCurrentException _ -> {
					logger.error(cause.getMessage());
					return ExitCode.NO_DATABASE;
				}
				case LockTimeoutException _ -> {
					logger.error(cause.getMessage());
					return ExitCode.FAILED;
				}
				case SQLException unreachable when isUnreachable(unreachable) -> {
					logger.error("The database cannot be reached: {}", rootOf(unreachable).getMessage());
					return ExitCode.NO_DATABASE;
				}
				case SQLException refused when INSUFFICIENT_PRIVILEGE.equals(refused.getSQLState()) -> {
					logger.error(
							"The database login may not do this ({}): the aggregator needs the owner of its "
									+ "tables, and `migrate` the right to create in the schema",
							rootOf(refused).getMessage());
					return ExitCode.BAD_ARGUMENTS;
				}
				case SQLException readOnly when READ_ONLY.equals(readOnly.getSQLState()) -> {
					logger.error("The database is read-only ({}): the aggregator needs the primary, not a standby",
							rootOf(readOnly).getMessage());
					return ExitCode.BAD_ARGUMENTS;
				}
				default -> {
					// what it is may stand in its cause
				}
			}
		}
		logger.error("The run failed", failure);
		return ExitCode.FAILED;
	}

	private static boolean isUnreachable(SQLException failure) {
		String state = failure.getSQLState();
		return failure instanceof SQLTransientConnectionException
				|| state != null && UNREACHABLE.stream().anyMatch(state::startsWith);
	}

	private static Throwable rootOf(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return root;
	}

}
