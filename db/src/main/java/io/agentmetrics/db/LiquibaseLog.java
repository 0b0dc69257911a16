package io.agentmetrics.db;

import java.util.logging.Level;

import liquibase.logging.Logger;
import liquibase.logging.core.AbstractLogService;
import liquibase.logging.core.AbstractLogger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Passes on what Liquibase warns of. The rest is for debugging: what it calls severe, it
 * throws as well.
 */
final class LiquibaseLog extends AbstractLogService {

	@Override
	public int getPriority() {
		return PRIORITY_SPECIALIZED;
	}

	@Override
	@SuppressWarnings("rawtypes") // as in the interface
	public Logger getLog(Class source) {
		return new Slf4jLogger(LoggerFactory.getLogger(source));
	}

	private static final class Slf4jLogger extends AbstractLogger {

		private final org.slf4j.Logger logger;

		private Slf4jLogger(org.slf4j.Logger logger) {
			this.logger = logger;
		}

		@Override
		public void log(Level level, @Nullable String message, @Nullable Throwable cause) {
			if (level.equals(Level.WARNING)) {
				this.logger.warn(message, cause);
			}
			else {
				this.logger.debug(message, cause);
			}
		}

		@Override
		public void close() {
		}

	}

}
