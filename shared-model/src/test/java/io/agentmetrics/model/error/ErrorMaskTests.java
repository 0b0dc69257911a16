package io.agentmetrics.model.error;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * {@link ErrorMask}.
 */
class ErrorMaskTests {

	@Test
	void timeoutsOfTwoRequestsAreOneGroup() {
		assertThat(ErrorMask.mask("Timeout after 30 s (request 8812)")).isEqualTo("Timeout after <*> (request <*>)")
			.isEqualTo(ErrorMask.mask("Timeout after 30 s (request 9)"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			Rate limit exceeded                             | Rate limit exceeded
			Bad API key                                     | Bad API key
			took 30s                                        | took <*>
			took 1.5e7 ms                                   | took <*>
			1,024.75 of 2_000 tokens                        | <*> of <*> tokens
			balance -5 or +7                                | balance <*> or <*>
			at 2026-11-22T10:31:07.123Z                     | at <*>
			10.0.0.17:5432 refused                          | <*> refused
			agent42 in v1.2.3-beta4                         | agent<*> in <*>
			id 550e8400-e29b-41d4-a716-446655440000.        | id <*>.
			7:55084000-1111-4111-8111-446655440000          | <*>
			at 0x7ffe12 and 0XDEAD                          | at <*> and <*>
			the facade decade                               | the facade decade
			tool "search" failed                            | tool <*> failed
			tool \u201csearch\u201d failed                | tool <*> failed
			tool \u201esearch\u201c failed                | tool <*> failed
			column "" and ''                                | column <*> and <*>
			columns "a", "b", 'c'                           | columns <*>
			can't open, won't retry                         | can't open, won't retry
			the agents' tool 'don't' broke                  | the agents' tool <*> broke
			5" screen                                       | <*>" screen
			GET https://api.example.com/v1/x?y=1#z: refused | GET <*>: refused
			(see http://a.b/c).                             | (see <*>).
			jdbc:postgresql://db:5432/agents                | jdbc:<*>
			no such file /var/log/agent-7/out.log           | no such file <*>
			in src/main/run.py:12                           | in <*>
			in ./run.py, ../x/y.py and ~/z                  | in <*> and <*>
			in c:/temp/x                                    | in <*>
			either and/or neither                           | either and/or neither
			wait... / what                                  | wait... / what
			text/html; charset=utf8                         | text/html; charset=utf<*>
			<div>3</div>                                    | <div><*></div>
			java.net.SocketTimeoutException: Read timed out | java.net.SocketTimeoutException: Read timed out
			openai.RateLimitError                           | openai.RateLimitError
			e.g. foo.bar() in System.Net                    | e.g. foo.bar() in System.Net
			Http2Exception in Base64Decoder                 | Http<*>Exception in Base<*>Decoder
			HTTP/1.1 404 Not Found                          | HTTP/<*> 404 Not Found
			std::bad_alloc                                  | std::bad_alloc
			session_expired, user_not_found                 | session_expired, user_not_found
			pod-eviction of agent-runner                    | pod-eviction of agent-runner
			""")
	void variablePartsAreMaskedAndWordsStay(String message, String masked) {
		assertThat(ErrorMask.mask(message)).isEqualTo(masked);
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP 404", "(HTTP 503)", "status code 404", "status=404", "statusCode: 502",
			"Error 429: slow down", "Error code: 401 -", "exit code 137", "exit code -9", "exit status 1",
			"[Errno 111] refused", "signal 9", "SQLSTATE[23000]", "SQLSTATE: 42P01", "gRPC code 14",
			"HRESULT 0x80070005", "ORA-00942: table or view does not exist", "E11000 duplicate key", "TS2304",
			"SQL0204N", "HTTP_404", "AADSTS700016:", "MY-010584" })
	void codesThatSayWhichErrorItIsStay(String message) {
		assertThat(ErrorMask.mask(message)).isEqualTo(message);
	}

	@Test
	void keysOfJsonStayAndSoDoTheValuesThatSayWhichErrorItIs() {
		assertThat(ErrorMask.mask("Error code: 429 - {'error': {'message': \"No model 'x-1' today\", 'param': 'abc'}}"))
			.isEqualTo("Error code: 429 - {'error': {'message': \"No model <*> today\", 'param': <*>}}");
		assertThat(ErrorMask.mask("{\\\"status\\\": 404, \\\"user\\\": \\\"bob\\\"}"))
			.isEqualTo("{\\\"status\\\": 404, \\\"user\\\": \\<*>}");
	}

	@Test
	void whiteSpaceIsFolded() {
		assertThat(ErrorMask.mask(" \t first\r\n\tsecond \u00a0 third\u0000 ")).isEqualTo("first second third");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n\t", "\u00a0", "\u200b\ufeff", "\u3000\u2028" })
	void messageThatShowsNothingIsEmpty(String message) {
		assertThat(ErrorMask.mask(message)).isEmpty();
	}

	@Test
	void noMessageIsTakenForAType() {
		assertThat(ErrorMask.mask("<type> ToolError")).isEqualTo("<*>ToolError");
	}

	@ParameterizedTest
	@ValueSource(strings = { "other", " other ", "other\n" })
	void noMessageIsTakenForTheRest(String message) {
		assertThat(ErrorMask.mask(message)).isNotEqualTo(ErrorGroup.OTHER);
	}

	@Test
	void hasAHundredCharactersAtMost() {
		assertThat(ErrorMask.mask("x".repeat(99) + "yz")).isEqualTo("x".repeat(99) + "y");
		assertThat(ErrorMask.mask("x".repeat(99) + " z")).isEqualTo("x".repeat(99));
		assertThat(ErrorMask.mask("ab 7 ".repeat(200))).hasSize(100);
	}

	@Test
	void surrogatePairIsNotSplitByTheCut() {
		String astonished = "\ud83d\ude32";
		assertThat(ErrorMask.mask("x".repeat(99) + astonished)).isEqualTo("x".repeat(99));
		assertThat(ErrorMask.mask("x".repeat(98) + astonished)).isEqualTo("x".repeat(98) + astonished);
		assertThat(ErrorMask.mask("'" + "x".repeat(998) + astonished)).endsWith("x");
	}

	@Test
	void exampleIsMaskedLikeItsMessage() {
		String message = "'" + "x".repeat(600) + "' is too long";
		assertThat(ErrorMask.mask(message))
			.isEqualTo(ErrorMask.mask(message.substring(0, ErrorGroup.MAX_EXAMPLE_LENGTH)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "'", "\"", "' ", "a'", "/", "./", "\\\\", "1,", "1-a", "1:", "ab1", "0x", "a://", "- ",
			" ", "\u201c", "{\"a\":", "{'", "\\\"", "a_b-", "x1_", "a@", "a.b.", "::1", "ab ", "status ", "Mon ",
			"C:\\x \\", "'`\"\u201c\u2018\u00ab", "12345678-", "12345678-1234-", "\ud83d" })
	void nastyMessagesTakeLinearTime(String piece) {
		String message = piece.repeat(1_000_000 / piece.length());
		assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
			for (int i = 0; i < 1_000; i++) {
				assertThat(ErrorMask.mask(message).length()).isLessThanOrEqualTo(ErrorMask.MAX_LENGTH);
			}
		});
	}

}
