package io.agentmetrics.api.graphql;

import java.time.Instant;
import java.util.Locale;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import org.junit.jupiter.api.Test;

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
