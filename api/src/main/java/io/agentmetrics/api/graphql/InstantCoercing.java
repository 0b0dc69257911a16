package io.agentmetrics.api.graphql;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;

/**
 * Moments as RFC 3339 text: in with any offset, out in UTC.
 */
final class InstantCoercing implements Coercing<Instant, String> {

	@Override
	public String serialize(Object result, GraphQLContext context, Locale locale) {
		if (result instanceof Instant instant) {
			return instant.toString();
		}
		throw new CoercingSerializeException("Not a moment: " + result.getClass());
	}

	@Override
	public Instant parseValue(Object input, GraphQLContext context, Locale locale) {
		try {
			return OffsetDateTime.parse(input.toString()).toInstant();
		}
		catch (DateTimeException ex) {
			throw new CoercingParseValueException("Not a moment such as 2026-11-01T00:00:00Z", ex);
		}
	}

	@Override
	public Instant parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
		if (input instanceof StringValue text) {
			try {
				return parseValue(String.valueOf(text.getValue()), context, locale);
			}
			catch (CoercingParseValueException ex) {
				throw new CoercingParseLiteralException(ex.getMessage(), ex);
			}
		}
		throw new CoercingParseLiteralException("Not a moment such as \"2026-11-01T00:00:00Z\"");
	}

	@Override
	public Value<?> valueToLiteral(Object input, GraphQLContext context, Locale locale) {
		return StringValue.of(serialize(input, context, locale));
	}

}
