package io.agentmetrics.api.graphql;

import java.util.ArrayList;
import java.util.List;

import graphql.ExecutionInput;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is checked once, and what each time.
 */
class CheckedDocumentsTests {

	private final CheckedDocuments documents = new CheckedDocuments();

	private final List<String> checked = new ArrayList<>();

	@Test
	void validQueryIsCheckedOnce() {
		PreparsedDocumentEntry first = document("{ agents { totalCount } }");
		assertThat(document("{ agents { totalCount } }")).isSameAs(first);
		assertThat(this.checked).hasSize(1);
	}

	@Test
	void anotherQueryIsAnotherDocument() {
		PreparsedDocumentEntry first = document("{ agents { totalCount } }");
		assertThat(document("{ agents { totalCount }  }")).isNotSameAs(first);
		assertThat(this.checked).hasSize(2);
	}

	@Test
	void refusedQueryIsRefusedAnew() {
		assertThat(document("{ agents").hasErrors()).isTrue();
		assertThat(document("{ agents").hasErrors()).isTrue();
		assertThat(this.checked).hasSize(2);
	}

	private PreparsedDocumentEntry document(String query) {
		return this.documents.getDocumentAsync(ExecutionInput.newExecutionInput(query).build(), this::check).join();
	}

	private PreparsedDocumentEntry check(ExecutionInput input) {
		this.checked.add(input.getQuery());
		try {
			return new PreparsedDocumentEntry(Parser.parse(input.getQuery()));
		}
		catch (InvalidSyntaxException ex) {
			return new PreparsedDocumentEntry(ex.toInvalidSyntaxError());
		}
	}

}
