package io.agentmetrics.api.graphql;

import graphql.scalars.ExtendedScalars;
import graphql.schema.GraphQLScalarType;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.graphql.autoconfigure.GraphQlSourceBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.graphql.data.method.HandlerMethod;
import org.springframework.graphql.data.method.annotation.support.AnnotatedControllerConfigurer;
import org.springframework.graphql.execution.RuntimeWiringConfigurer;

/**
 * The scalars of the schema, the cache of queries, and the threads of fields.
 */
@Configuration(proxyBeanMethods = false)
class GraphQlConfiguration {

	@Bean
	RuntimeWiringConfigurer scalars() {
		GraphQLScalarType moment = ExtendedScalars.DateTime
			.transform((scalar) -> scalar.coercing(new InstantCoercing()));
		GraphQLScalarType decimal = ExtendedScalars.GraphQLBigDecimal.transform((scalar) -> scalar.name("Decimal"));
		return (wiring) -> wiring.scalar(moment)
			.scalar(decimal)
			.scalar(ExtendedScalars.Date)
			.scalar(ExtendedScalars.GraphQLLong);
	}

	@Bean
	GraphQlSourceBuilderCustomizer checkedDocuments() {
		return (source) -> source
			.configureGraphQl((graphQl) -> graphQl.preparsedDocumentProvider(new CheckedDocuments()));
	}

	/** Gives a thread of its own to every field but the {@link Immediate} ones. */
	@Bean
	static BeanPostProcessor threadsOfFields() {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessBeforeInitialization(Object bean, String name) {
				if (bean instanceof AnnotatedControllerConfigurer controllers) {
					controllers.setBlockingMethodPredicate(GraphQlConfiguration::mayWait);
				}
				return bean;
			}

		};
	}

	private static boolean mayWait(HandlerMethod field) {
		return !field.hasMethodAnnotation(Immediate.class) && ReactiveAdapterRegistry.getSharedInstance()
			.getAdapter(field.getReturnType().getParameterType()) == null;
	}

}
