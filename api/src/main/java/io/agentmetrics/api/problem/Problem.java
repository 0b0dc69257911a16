package io.agentmetrics.api.problem;

import java.util.concurrent.CompletionException;

import io.agentmetrics.db.lock.LockTimeoutException;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * A failure as its caller is told of it: without its cause, which belongs in the log.
 *
 * @param status the status of an HTTP response that is nothing but this problem
 * @param kind what kind of problem
 * @param sentence what is wrong, without internals
 */
public record Problem(HttpStatus status, ProblemKind kind, String sentence) {

	/** A table is locked, or a standby has to go on replaying. */
	private static final Problem BUSY = new Problem(ProblemKind.UNAVAILABLE,
			"The database is busy with a change of its tables at the moment; ask again.");

	/** Has the status that is usual for its kind. */
	public Problem(ProblemKind kind, String sentence) {
		this(kind.status(), kind, sentence);
	}

	/**
	 * Returns the problem of a request that is refused before anything of ours sees it.
	 */
	public static Problem ofStatus(HttpStatus status, String sentence) {
		return new Problem(status, status.is4xxClientError() ? ProblemKind.BAD_INPUT : ProblemKind.INTERNAL, sentence);
	}

	/**
	 * Returns the problem behind a failure.
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

	/**
	 * Returns the log event of this problem, with its kind and cause. What callers can
	 * mend themselves is debugging; what will pass has its cause in a word; only a defect
	 * has a stack trace.
	 */
	public LoggingEventBuilder event(Logger logger, Throwable failure) {
		Level level = this.kind.level();
		LoggingEventBuilder event = logger.atLevel(level).addKeyValue("kind", this.kind);
		return switch (level) {
			case ERROR -> event.setCause(failure);
			case WARN -> event.addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
			default -> event;
		};
	}

	/** Returns this problem as the JSON that answers a path. */
	ProblemDocument document(String path) {
		return new ProblemDocument(this.sentence, path, this.status.value(), this.status.getReasonPhrase(), this.kind);
	}

}
