package io.agentmetrics.model.sketch;

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
		assertThat(ErrorMask.mask("Timeout after 30 s (request 8812)")).isEqualTo("Timeout after <n> s (request <n>)")
			.isEqualTo(ErrorMask.mask("Timeout after 30 s (request 9)"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			Rate limit exceeded                             | Rate limit exceeded
			HTTP 503                                        | HTTP <n>
			took 30s                                        | took <n>s
			took 1.5e7 ms                                   | took <n>e<n> ms
			1,024.75 of 2_000 tokens                        | <n> of <n> tokens
			balance -5 or +7                                | balance <n> or <n>
			at 2026-11-22 10:31:07                          | at <n> <n>
			at 2026-11-22T10:31:07.123Z                     | at <n>-<n>T<n>Z
			10.0.0.17:5432 refused                          | <n> refused
			5/10 done                                       | <n>/<n> done
			agent42 in v1.2.3-beta4                         | agent<n> in v<n>-beta<n>
			id 550e8400-e29b-41d4-a716-446655440000.        | id <uuid>.
			id=550E8400-E29B-41D4-A716-446655440000         | id=<uuid>
			7:55084000-1111-4111-8111-446655440000          | <n>:<uuid>
			at 0x7ffe12 and 0XDEAD                          | at <hex> and <hex>
			commit a1b2c3d                                  | commit <hex>
			sha 9f86d081884c7d659a2feaa0c55ad015            | sha <hex>
			the facade decade                               | the facade decade
			req_011CSHoEeqs5C35K2UUqR7Fy                    | req_<id>
			tool "search" failed                            | tool <str> failed
			tool 'search' failed                            | tool <str> failed
			tool `search` failed                            | tool <str> failed
			tool \u201csearch\u201d failed                  | tool <str> failed
			column "" and ''                                | column <str> and <str>
			can't open, won't retry                         | can't open, won't retry
			the agents' tool 'don't' broke                  | the agents' tool <str> broke
			5" screen                                       | <n>" screen
			GET https://api.example.com/v1/x?y=1#z: refused | GET <url>: refused
			(see http://a.b/c).                             | (see <url>).
			s3://bucket/key1 missing                        | <url> missing
			jdbc:postgresql://db:5432/agents                | jdbc:<url>
			no such file /var/log/agent-7/out.log           | no such file <path>
			in /app/run.py:12                               | in <path>:<n>
			in ./run.py, ../x/y.py and ~/z                  | in <path>, <path> and <path>
			in C:\\Users\\me\\x.txt                         | in <path>
			in c:/temp/x                                    | in <path>
			in \\\\server\\share                            | in <path>
			either and/or neither                           | either and/or neither
			wait... / what                                  | wait... / what
			text/html; charset=utf8                         | text/html; charset=utf<n>
			<div>3</div>                                    | <div><n></div>
			""")
	void variablePartsAreMasked(String message, String masked) {
		assertThat(ErrorMask.mask(message)).isEqualTo(masked);
	}

	@Test
	void whiteSpaceIsFolded() {
		assertThat(ErrorMask.mask(" \t first\r\n\tsecond \u00a0 third\u0000 ")).isEqualTo("first second third");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n\t", "\u00a0" })
	void blankMessageHasAGroupToo(String message) {
		assertThat(ErrorMask.mask(message)).isEqualTo("<empty>");
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
		assertThat(ErrorMask.mask("a 7 ".repeat(200))).hasSize(100);
	}

	@Test
	void surrogatePairIsNotSplitByTheCut() {
		String astonished = "\ud83d\ude32";
		assertThat(ErrorMask.mask("x".repeat(99) + astonished)).isEqualTo("x".repeat(99));
		assertThat(ErrorMask.mask("x".repeat(98) + astonished)).isEqualTo("x".repeat(98) + astonished);
		assertThat(ErrorMask.mask("'" + "x".repeat(998) + astonished)).endsWith("x");
	}

	@Test
	void onlyTheFirstThousandCharactersCount() {
		String start = "'" + "x".repeat(997) + "' ";
		assertThat(ErrorMask.mask(start + "first")).isEqualTo(ErrorMask.mask(start + "second")).isEqualTo("<str>");
	}

	@ParameterizedTest
	@ValueSource(strings = { "'", "\"", "' ", "a'", "/", "./", "\\\\", "1,", "1-a", "1:", "ab1", "0x", "a://", "- ",
			" ", "\u201c", "'`\"\u201c\u2018\u00ab", "12345678-", "12345678-1234-", "\ud83d" })
	void nastyMessagesTakeLinearTime(String piece) {
		String message = piece.repeat(1_000_000 / piece.length());
		assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
			for (int i = 0; i < 1_000; i++) {
				assertThat(ErrorMask.mask(message).length()).isBetween(1, ErrorMask.MAX_LENGTH);
			}
		});
	}

}
