package io.agentmetrics.api.startup;

import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.GraphQLUnmodifiedType;
import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@TestPropertySource(properties = { "agent-metrics.limits.fields=10000", "agent-metrics.limits.depth=100",
		"agent-metrics.limits.tokens=100000" })
class ReaderRoleIntegrationTests extends ApiTest {

	private static final TestDatabase database = TestDatabase.create();

	@Autowired
	private GraphQlSource source;

	private UUID agent = new UUID(0, 0);

	@DynamicPropertySource
	static void reader(DynamicPropertyRegistry registry) {
		JdbcClient owner = JdbcClient.create(database.dataSource());
		owner.sql("create role api_reader login").update();
		owner.sql("grant agent_metrics_reader to api_reader").update();
		// these win over what all tests are given
		registry.add("spring.datasource.hikari.jdbc-url", database::url);
		registry.add("spring.datasource.hikari.username", () -> "api_reader");
	}

	@BeforeEach
	void storeExecutions() {
		TestExecutions executions = new TestExecutions(database.dataSource());
		this.agent = executions.agent("Reader's agent");
		for (int hours = 1; hours < 72; hours++) {
			executions.insert(TestExecution.failed(this.agent, this.clock.instant().minus(Duration.ofHours(hours)),
					hours, "Failed after " + hours + " hours"));
		}
		executions.insert(TestExecution.running(this.agent, this.clock.instant().minus(Duration.ofDays(2))));
		new TestAggregator(database.dataSource(), ZoneOffset.UTC).close(this.clock.today().minusDays(3),
				this.clock.today());
	}

	@ParameterizedTest
	@ValueSource(strings = { "REALTIME", "HYBRID", "AGGREGATED" })
	void everyFieldOfEveryQueryIsAnswered(String metricType) {
		for (GraphQLFieldDefinition field : this.source.schema().getQueryType().getFieldDefinitions()) {
			String query = "{ " + selection(field, metricType, Set.of()) + " }";
			graphQl().document(query).execute().errors().satisfy((errors) -> assertThat(errors).as(query).isEmpty());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into agents (name) values ('other')", "update agents set name = 'other'",
			"delete from agent_metrics", "create table other (id int)", "drop table agents" })
	void nothingCanBeChanged(String statement) {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> JdbcClient.create(this.dataSource).sql(statement).update())
			.havingRootCause()
			.isInstanceOfSatisfying(SQLException.class, (ex) -> assertThat(ex.getSQLState()).isEqualTo("42501"));
	}

	/** A field with all that can be selected below it, but no type within itself. */
	private String selection(GraphQLFieldDefinition field, String metricType, Set<String> above) {
		String arguments = field.getArguments()
			.stream()
			.map((argument) -> argument(argument, metricType))
			.filter((argument) -> !argument.isEmpty())
			.collect(Collectors.joining(", "));
		String call = field.getName() + (arguments.isEmpty() ? "" : "(" + arguments + ")");
		GraphQLUnmodifiedType type = GraphQLTypeUtil.unwrapAll(field.getType());
		if (!(type instanceof GraphQLFieldsContainer container)) {
			return call;
		}
		Set<String> within = new HashSet<>(above);
		within.add(type.getName());
		return container.getFieldDefinitions()
			.stream()
			.filter((inner) -> !within.contains(GraphQLTypeUtil.unwrapAll(inner.getType()).getName()))
			.map((inner) -> selection(inner, metricType, within))
			.collect(Collectors.joining(" ", call + " { ", " }"));
	}

	private String argument(GraphQLArgument argument, String metricType) {
		String type = GraphQLTypeUtil.unwrapAll(argument.getType()).getName();
		if (type.equals("MetricType")) {
			return argument.getName() + ": " + metricType;
		}
		if (!GraphQLTypeUtil.isNonNull(argument.getType()) || argument.hasSetDefaultValue()) {
			return "";
		}
		return argument.getName() + ": " + switch (type) {
			case "ID" -> '"' + this.agent.toString() + '"';
			case "Float" -> "0.5";
			case "SliceInput" -> "{ filter: { unknownVersion: true } }";
			default -> "1";
		};
	}

}
