package io.agentmetrics.api.problem;

import java.util.concurrent.CompletionException;

import io.agentmetrics.db.lock.LockTimeoutException;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * What a caller is told about a failure: never its cause, which belongs in the log.
 *
 * @param kind what kind of problem
 * @param sentence what is wrong, without internals
 */
public record Problem(ProblemKind kind, String sentence) {

	/** A table is locked, or a standby has to go on replaying. */
	private static final Problem BUSY = new Problem(ProblemKind.UNAVAILABLE,
			"The database is busy with a change of its tables at the moment; ask again.");

	/**
	 * Classifies a failure.
	 * @param failure what was thrown
	 * @return what to tell the caller
	 */
	public static Problem of(Throwable failure) {
		return switch (failure) {
			case CompletionException ex when ex.getCause() != null -> of(ex.getCause());
			case TransactionSystemException ex when ex.getApplicationException() != null ->
				// a lost connection fails when it is asked and when that is rolled back
				of(ex.getApplicationException());
			case CannotCreateTransactionException ex when ex.getCause() instanceof ProblemException ->
				of(ex.getCause());
			case ProblemException ex -> ex.problem();
			case QueryTimeoutException _ -> new Problem(ProblemKind.TIMEOUT, "The answer took too long to compute.");
			case ConcurrencyFailureException _ -> BUSY;
			case DataAccessException ex when LockTimeoutException.isTimeout(ex) -> BUSY;
			case DataAccessResourceFailureException _, TransientDataAccessException _,
					CannotCreateTransactionException _ ->
				new Problem(ProblemKind.UNAVAILABLE, "The database cannot be reached at the moment.");
			default -> new Problem(ProblemKind.INTERNAL, "Something went wrong on our side.");
		};
	}

}
