package io.agentmetrics.db;

import java.sql.Connection;
import java.util.Map;

import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.analytics.configuration.AnalyticsArgs;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.command.core.helpers.ShowSummaryArgument;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.lockservice.LockServiceFactory;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

/**
 * The changelog on the class path, and the one place that knows Liquibase.
 */
final class Changelog {

	static final String FILE = "db/changelog/changelog.xml";

	private Changelog() {
	}

	/**
	 * Runs the changesets that have not run yet. The caller holds a lock of its own, so a
	 * Liquibase lock that is found is one that a killed process left behind.
	 * @param connection a connection, which stays open
	 * @throws Exception whatever Liquibase throws
	 */
	static void update(Connection connection) throws Exception {
		Scope.child(settings(), () -> {
			Database database = database(connection);
			LockServiceFactory.getInstance().getLockService(database).forceReleaseLock();
			new CommandScope(UpdateCommandStep.COMMAND_NAME)
				.addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
				.addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, FILE)
				.addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY, UpdateSummaryEnum.OFF)
				.execute();
		});
	}

	static Database database(Connection connection) throws Exception {
		return DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
	}

	/** Quiet, no prompts, no call to an outside host, and found by our class loader. */
	static Map<String, Object> settings() {
		return Map.of(Scope.Attr.logService.name(), new LiquibaseLog(), Scope.Attr.ui.name(), new LoggerUIService(),
				Scope.Attr.resourceAccessor.name(), new ClassLoaderResourceAccessor(Changelog.class.getClassLoader()),
				AnalyticsArgs.ENABLED.getKey(), false);
	}

}
