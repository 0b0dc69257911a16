package io.agentmetrics.api.graphql;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ExecutionInput;
import graphql.GraphqlErrorBuilder;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.execution.preparsed.PreparsedDocumentProvider;
import graphql.execution.preparsed.persisted.PersistedQuerySupport;
import io.agentmetrics.api.problem.ProblemKind;

/**
 * A cache of parsed and validated queries, since clients send the same few over and over.
 * Refused queries are not kept.
 */
final class CheckedDocuments implements PreparsedDocumentProvider {

	// parsed, a document takes some 50 bytes of heap for each of these
	private static final long MAX_CHARACTERS = 500_000;

	private final Cache<String, PreparsedDocumentEntry> documents = Caffeine.newBuilder()
		.maximumWeight(MAX_CHARACTERS)
		.weigher((String query, PreparsedDocumentEntry _) -> query.length())
		.build();

	@Override
	public CompletableFuture<PreparsedDocumentEntry> getDocumentAsync(ExecutionInput input,
			Function<ExecutionInput, PreparsedDocumentEntry> check) {
		if (input.getQuery().equals(PersistedQuerySupport.PERSISTED_QUERY_MARKER)) {
			return CompletableFuture.completedFuture(notSupported(input));
		}
		PreparsedDocumentEntry kept = this.documents.getIfPresent(input.getQuery());
		if (kept != null) {
			return CompletableFuture.completedFuture(kept);
		}
		PreparsedDocumentEntry checked = check.apply(input);
		if (!checked.hasErrors()) {
			this.documents.put(input.getQuery(), checked);
		}
		return CompletableFuture.completedFuture(checked);
	}

	/** Returns the answer that makes Apollo's clients send the query itself. */
	private static PreparsedDocumentEntry notSupported(ExecutionInput input) {
		return new PreparsedDocumentEntry(GraphqlErrorBuilder.newError()
			.message("PersistedQueryNotSupported")
			.extensions(Map.of("code", "PERSISTED_QUERY_NOT_SUPPORTED", ProblemError.KIND, ProblemKind.BAD_INPUT.name(),
					RequestIdFilter.KEY, input.getExecutionIdNonNull().toString()))
			.build());
	}

}
