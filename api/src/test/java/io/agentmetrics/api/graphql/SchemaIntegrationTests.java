package io.agentmetrics.api.graphql;

import java.util.ArrayList;
import java.util.List;

import graphql.execution.instrumentation.Instrumentation;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLNamedSchemaElement;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.graphql.autoconfigure.GraphQlSourceBuilderCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.graphql.execution.SchemaReport;

import static org.assertj.core.api.Assertions.assertThat;

@Import(SchemaIntegrationTests.Inspection.class)
class SchemaIntegrationTests extends ApiTest {

	@Autowired
	private List<SchemaReport> reports;

	@Autowired
	private GraphQlSource source;

	@Autowired
	private List<Instrumentation> instrumentations;

	@Test
	void queriesHaveOneInstrumentation() {
		// of several, graphql-java makes lists for each field
		assertThat(this.instrumentations).singleElement().isInstanceOf(QueryInstrumentation.class);
	}

	@Test
	void schemaAndCodeAgree() {
		this.source.schema();
		assertThat(this.reports).singleElement().satisfies((report) -> {
			assertThat(report.unmappedFields()).isEmpty();
			assertThat(report.unmappedRegistrations()).isEmpty();
			assertThat(report.unmappedArguments()).isEmpty();
			assertThat(report.skippedTypes()).isEmpty();
			assertThat(report.fieldNullnessErrors()).isEmpty();
			assertThat(report.argumentNullnessErrors()).isEmpty();
		});
	}

	@Test
	void everythingIsDescribed() {
		GraphQLSchema schema = this.source.schema();
		List<String> undescribed = new ArrayList<>();
		for (GraphQLNamedType type : schema.getAllTypesAsList()) {
			if (type.getName().startsWith("__")) {
				continue;
			}
			check(type, "", undescribed);
			if (type instanceof GraphQLObjectType object) {
				object.getFieldDefinitions().forEach((field) -> {
					check(field, type.getName(), undescribed);
					field.getArguments()
						.forEach((argument) -> check(argument, type.getName() + "." + field.getName(), undescribed));
				});
			}
			if (type instanceof GraphQLEnumType enumeration) {
				enumeration.getValues().forEach((value) -> check(value, type.getName(), undescribed));
			}
		}
		assertThat(undescribed).isEmpty();
	}

	private static void check(GraphQLNamedSchemaElement element, String parent, List<String> undescribed) {
		if (element.getDescription() == null || element.getDescription().isBlank()) {
			undescribed.add(parent + "." + element.getName());
		}
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Inspection {

		@Bean
		List<SchemaReport> schemaReports() {
			return new ArrayList<>();
		}

		@Bean
		GraphQlSourceBuilderCustomizer inspection(List<SchemaReport> schemaReports) {
			return (builder) -> builder.inspectSchemaMappings(schemaReports::add);
		}

	}

}
