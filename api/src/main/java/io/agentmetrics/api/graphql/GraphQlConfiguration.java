package io.agentmetrics.api.graphql;

import java.lang.reflect.Modifier;

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
 * The scalars of the schema, and what keeps the engine's own work small.
 */
@Configuration(proxyBeanMethods = false)
class GraphQlConfiguration {

	@Bean
	RuntimeWiringConfigurer scalars() {
		GraphQLScalarType moment = ExtendedScalars.DateTime
			.transform((scalar) -> scalar.coercing(new InstantCoercing()));
		return (wiring) -> wiring.scalar(moment).scalar(ExtendedScalars.Date).scalar(ExtendedScalars.GraphQLLong);
	}

	@Bean
	GraphQlSourceBuilderCustomizer checkedDocuments() {
		return (source) -> source
			.configureGraphQl((graphQl) -> graphQl.preparsedDocumentProvider(new CheckedDocuments()));
	}

	/** Only fields that may have to wait get a thread of their own. */
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

	/** A static method has nothing to ask; it turns into a field what is there. */
	private static boolean mayWait(HandlerMethod field) {
		return !Modifier.isStatic(field.getMethod().getModifiers()) && ReactiveAdapterRegistry.getSharedInstance()
			.getAdapter(field.getReturnType().getParameterType()) == null;
	}

}
