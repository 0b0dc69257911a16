package io.agentmetrics.api.problem;

import java.sql.SQLException;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
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
	void anythingElseIsInternalAndSaysNothing() {
		Problem problem = Problem.of(new BadSqlGrammarException("task", "select secret", new SQLException("password")));
		assertThat(problem.kind()).isEqualTo(ProblemKind.INTERNAL);
		assertThat(problem.sentence()).doesNotContain("secret", "password", "select");
	}

}
