package io.agentmetrics.api.export;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class CsvWriterTests {

	@Test
	void valuesAreSeparatedByCommasAndLinesEndWithCrLf() throws IOException {
		assertThat(line("a", 1, 2.5, true, LocalDate.EPOCH)).isEqualTo("a,1,2.5,true,1970-01-01\r\n");
	}

	@Test
	void nullIsAnEmptyField() throws IOException {
		StringWriter out = new StringWriter();
		new CsvWriter(out).line(Arrays.asList(null, "", null));
		assertThat(out).hasToString(",,\r\n");
	}

	@Test
	void textWithSeparatorsIsQuotedAndQuotesAreDoubled() throws IOException {
		assertThat(line("a,b", "say \"hi\"", "two\nlines", "two\r\nlines", " spaces "))
			.isEqualTo("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"two\r\nlines\",\" spaces \"\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0" })
	void textThatBeginsLikeAFormulaGetsAnApostrophe(String text) throws IOException {
		assertThat(line(text)).isEqualTo("'" + text + "\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\uFF1D1+1", "\uFF0B1", "\uFF0D1", "\uFF20SUM(A1)", "\uFE66A1", "\uFE631", "\u22121",
			"\u200B=1+1", "\uFEFF@A1", "\u00AD-1", "\u3164=1" })
	void otherWidthsAndCharactersThatAreNotSeenHideNoFormula(String text) throws IOException {
		assertThat(line(text)).isEqualTo("'" + text + "\r\n");
	}

	@Test
	void spacesHideNoFormulaEither() throws IOException {
		assertThat(line(" =1+1")).isEqualTo("' =1+1\r\n");
		assertThat(line("\u3000\uFF1D1")).isEqualTo("'\u3000\uFF1D1\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Ünïcode", "名前", "a=b", "\u200B", "(1)", "#1", "قارئ" })
	void otherTextStaysAsItIs(String text) throws IOException {
		assertThat(line(text)).isEqualTo(text + "\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\t=1", "\r=1", "\n=1" })
	void textThatBeginsWithWhatSpreadsheetsSkipGetsOneToo(String text) throws IOException {
		assertThat(line(text)).startsWith((text.charAt(0) == '\t') ? "'\t" : "\"'" + text.charAt(0));
	}

	@Test
	void numbersAreUntouched() throws IOException {
		assertThat(line(-1, -2.5, Long.MIN_VALUE, BigDecimal.valueOf(12_345_678_901.25)))
			.isEqualTo("-1,-2.5,-9223372036854775808,12345678901.25\r\n");
	}

	private static String line(Object... values) throws IOException {
		StringWriter out = new StringWriter();
		new CsvWriter(out).line(List.of(values));
		return out.toString();
	}

}
