package io.agentmetrics.api.problem;

import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;
import org.springframework.transaction.CannotCreateTransactionException;

import static org.assertj.core.api.Assertions.assertThat;

class ProblemTests {

	@Test
	void problemOfACallerKeepsItsSentence() {
		Problem problem = Problem.of(new ProblemException(ProblemKind.BAD_INPUT, "Say please."));
		assertThat(problem).isEqualTo(new Problem(ProblemKind.BAD_INPUT, "Say please."));
	}

	@Test
	void failureOfAnotherThreadIsItsCause() {
		Problem problem = Problem
			.of(new CompletionException(new ProblemException(ProblemKind.CORRUPT_DATA, "Rebuild.")));
		assertThat(problem.kind()).isEqualTo(ProblemKind.CORRUPT_DATA);
	}

	@Test
	void databaseOutOfReachIsUnavailable() {
		assertThat(Problem.of(new CannotGetJdbcConnectionException("no")).kind()).isEqualTo(ProblemKind.UNAVAILABLE);
		assertThat(Problem.of(new CannotCreateTransactionException("no")).kind()).isEqualTo(ProblemKind.UNAVAILABLE);
		assertThat(Problem.of(new DataAccessResourceFailureException("gone")).kind())
			.isEqualTo(ProblemKind.UNAVAILABLE);
	}

	@Test
	void cancelledStatementIsATimeout() {
		assertThat(Problem.of(new QueryTimeoutException("slow")).kind()).isEqualTo(ProblemKind.TIMEOUT);
	}

	@Test
	void lockedTableAndAStandbyThatReplaysAreUnavailable() {
		SQLException locked = new SQLException("canceling statement due to lock timeout", "55P03");
		assertThat(Problem.of(new UncategorizedSQLException("task", "select", locked)).kind())
			.isEqualTo(ProblemKind.UNAVAILABLE);
		SQLException replayed = new SQLException("canceling statement due to conflict with recovery", "40001");
		DataAccessException translated = Objects
			.requireNonNull(new SQLStateSQLExceptionTranslator().translate("task", "select", replayed));
		assertThat(Problem.of(translated)).isEqualTo(new Problem(ProblemKind.UNAVAILABLE,
				"The database is busy with a change of its tables at the moment; ask again."));
	}

	@Test
	void anythingElseIsInternalAndSaysNothing() {
		Problem problem = Problem.of(new BadSqlGrammarException("task", "select secret", new SQLException("password")));
		assertThat(problem.kind()).isEqualTo(ProblemKind.INTERNAL);
		assertThat(problem.sentence()).doesNotContain("secret", "password", "select");
	}

}
