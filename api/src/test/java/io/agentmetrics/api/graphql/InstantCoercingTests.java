package io.agentmetrics.api.graphql;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class InstantCoercingTests {

	private static final Instant MOMENT = Instant.parse("2026-11-01T10:00:00.123Z");

	private final InstantCoercing coercing = new InstantCoercing();

	private final GraphQLContext context = GraphQLContext.getDefault();

	@Test
	void momentIsReturnedInUtc() {
		assertThat(this.coercing.serialize(MOMENT, this.context, Locale.ROOT)).isEqualTo("2026-11-01T10:00:00.123Z");
	}

	@ParameterizedTest
	@CsvSource({ "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z", "+10000-01-01T00:00:00Z, +010000-01-01T00:00:00Z",
			"+58873-08-11T07:50:10.5Z, +058873-08-11T07:50:10.500Z",
			"+294276-12-31T23:59:59.999999Z, +294276-12-31T23:59:59.999999Z",
			"0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z", "-4713-11-24T00:00:00Z, -004713-11-24T00:00:00Z" })
	void yearThatHasNotFourDigitsIsWrittenAsEcmaScriptReadsIt(Instant moment, String text) {
		assertThat(this.coercing.serialize(moment, this.context, Locale.ROOT)).isEqualTo(text);
		assertThat(this.coercing.parseValue(text, this.context, Locale.ROOT)).isEqualTo(moment);
	}

	@Test
	void infinityIsTheLastMomentThatPostgreSqlCanTell() {
		assertThat(this.coercing.serialize(OffsetDateTime.MAX.toInstant(), this.context, Locale.ROOT))
			.isEqualTo("+294276-12-31T23:59:59.999999Z");
		assertThat(this.coercing.serialize(OffsetDateTime.MIN.toInstant(), this.context, Locale.ROOT))
			.isEqualTo("-004713-11-24T00:00:00Z");
	}

	@Test
	void momentIsReadWithAnyOffset() {
		assertThat(this.coercing.parseValue("2026-11-01T11:00:00.123+01:00", this.context, Locale.ROOT))
			.isEqualTo(MOMENT);
		assertThat(this.coercing.parseLiteral(StringValue.of("2026-11-01T10:00:00.123Z"),
				CoercedVariables.emptyVariables(), this.context, Locale.ROOT))
			.isEqualTo(MOMENT);
	}

	@Test
	void momentWithoutOffsetIsRefused() {
		assertThatExceptionOfType(CoercingParseValueException.class)
			.isThrownBy(() -> this.coercing.parseValue("2026-11-01T10:00:00", this.context, Locale.ROOT))
			.withMessageContaining("2026-11-01T00:00:00Z");
		assertThatExceptionOfType(CoercingParseLiteralException.class).isThrownBy(() -> this.coercing
			.parseLiteral(IntValue.of(1), CoercedVariables.emptyVariables(), this.context, Locale.ROOT));
	}

	@Test
	void nothingElseIsReturned() {
		assertThatExceptionOfType(CoercingSerializeException.class)
			.isThrownBy(() -> this.coercing.serialize("now", this.context, Locale.ROOT));
	}

}
