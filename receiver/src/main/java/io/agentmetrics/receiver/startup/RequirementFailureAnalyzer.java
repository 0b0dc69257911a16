package io.agentmetrics.receiver.startup;

import java.sql.SQLException;

import io.agentmetrics.db.DatabaseNotConfiguredException;
import io.agentmetrics.db.DatabaseUnreachableException;
import io.agentmetrics.db.SchemaNotCurrentException;
import io.agentmetrics.db.UnsuitableDatabaseException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/**
 * Explains a refused start by its message alone, without a stack trace.
 */
final class RequirementFailureAnalyzer implements FailureAnalyzer {

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String sentence = sentence(cause);
			if (sentence != null) {
				return new FailureAnalysis(sentence, null, failure);
			}
		}
		return null;
	}

	private static @Nullable String sentence(Throwable cause) {
		return switch (cause) {
			case DatabaseNotConfiguredException ex -> ex.getMessage();
			case MissingSettingException ex -> ex.getMessage();
			case SchemaNotCurrentException ex -> ex.getMessage();
			case UnsuitableDatabaseException ex -> ex.getMessage();
			case DatabaseUnreachableException ex -> "The database cannot be reached: " + driverMessage(ex);
			default -> null;
		};
	}

	/** The pool only says that it waited; the driver says what for. */
	private static @Nullable String driverMessage(Throwable unreachable) {
		String message = unreachable.getMessage();
		for (Throwable cause = unreachable; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException) {
				message = cause.getMessage();
			}
		}
		return message;
	}

}
