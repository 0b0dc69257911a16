package io.agentmetrics.api.graphql;

import graphql.scalars.ExtendedScalars;
import graphql.schema.GraphQLScalarType;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.graphql.execution.RuntimeWiringConfigurer;

/**
 * The scalars of the schema.
 */
@Configuration(proxyBeanMethods = false)
class GraphQlConfiguration {

	@Bean
	RuntimeWiringConfigurer scalars() {
		GraphQLScalarType moment = ExtendedScalars.DateTime
			.transform((scalar) -> scalar.coercing(new InstantCoercing()));
		return (wiring) -> wiring.scalar(moment).scalar(ExtendedScalars.Date).scalar(ExtendedScalars.GraphQLLong);
	}

}
