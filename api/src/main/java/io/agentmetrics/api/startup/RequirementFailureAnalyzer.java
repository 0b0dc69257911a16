package io.agentmetrics.api.startup;

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
			if (isRefusal(cause)) {
				return new FailureAnalysis(cause.getMessage(), null, failure);
			}
		}
		return null;
	}

	private static boolean isRefusal(Throwable cause) {
		return switch (cause) {
			case MissingSettingException _, DatabaseNotConfiguredException _, DatabaseUnreachableException _,
					SchemaNotCurrentException _, UnsuitableDatabaseException _ ->
				true;
			default -> false;
		};
	}

}
