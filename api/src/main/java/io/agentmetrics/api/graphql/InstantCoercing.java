package io.agentmetrics.api.graphql;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
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
 * The scalar DateTime as RFC 3339 text: read with any offset, written in UTC. Years
 * beyond four digits or before the year 0 have a sign and six digits, as ECMAScript reads
 * them.
 */
final class InstantCoercing implements Coercing<Instant, String> {

	private static final int MAX_FOUR_DIGITS = 9_999;

	/** The first moment that PostgreSQL can store; its -infinity is written as this. */
	private static final Instant EARLIEST = Instant.parse("-4713-11-24T00:00:00Z");

	/** The last moment that PostgreSQL can store; its infinity is written as this. */
	private static final Instant LATEST = Instant.parse("+294276-12-31T23:59:59.999999Z");

	@Override
	public String serialize(Object result, GraphQLContext context, Locale locale) {
		if (result instanceof Instant instant) {
			return write(instant);
		}
		throw new CoercingSerializeException("Not a moment: " + result.getClass());
	}

	private static String write(Instant moment) {
		Instant told = moment.isBefore(EARLIEST) ? EARLIEST : moment.isAfter(LATEST) ? LATEST : moment;
		int year = told.atOffset(ZoneOffset.UTC).getYear();
		String text = told.toString();
		return (year >= 0 && year <= MAX_FOUR_DIGITS) ? text
				: String.format(Locale.ROOT, "%+07d", year) + text.substring(text.indexOf('-', 1));
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
