package io.agentmetrics.api.graphql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import io.agentmetrics.api.limit.LimitProperties;
import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemDocument;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.api.problem.ProblemResponse;
import jakarta.servlet.ServletException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.server.webmvc.GraphQlHttpHandler;
import org.springframework.graphql.server.webmvc.GraphQlRequestPredicates;
import org.springframework.graphql.server.webmvc.GraphQlSseHandler;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The routes of GraphQL over HTTP: by POST, as JSON or as server-sent events, and by GET
 * for queries only. A request that cannot be read is answered with problem details.
 */
@Configuration(proxyBeanMethods = false)
class GraphQlRoutes {

	private static final String PATH = "/graphql";

	private static final Problem UNREADABLE = new Problem(ProblemKind.BAD_INPUT,
			"The body has to be one JSON object such as {\"query\": \"{ dashboard { totalAgents } }\"}; several requests in an array are not answered, send each by itself.");

	private static final Problem NO_QUERY = new Problem(ProblemKind.BAD_INPUT,
			"A GET needs the parameter 'query', and 'variables' and 'extensions', if any, as JSON objects.");

	private static final Problem MEDIA_TYPE = new Problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, ProblemKind.BAD_INPUT,
			"A query has the Content-Type application/json, and is answered as application/graphql-response+json, application/json or text/event-stream.");

	private static final Problem MUTATION = new Problem(HttpStatus.METHOD_NOT_ALLOWED, ProblemKind.BAD_INPUT,
			"By GET only queries are answered.");

	private final JsonMapper json = JsonMapper.shared();

	private final ParserOptions parser;

	private final RequestPredicate plain = GraphQlRequestPredicates.graphQlHttp(PATH);

	private final RequestPredicate streamed = GraphQlRequestPredicates.graphQlSse(PATH);

	GraphQlRoutes(LimitProperties limits) {
		this.parser = ParserOptions.getDefaultOperationParserOptions()
			.transform((options) -> options.maxTokens(limits.tokens()));
	}

	/** Before Spring Boot's own. */
	@Bean
	@Order(-1)
	RouterFunction<ServerResponse> queriesOverHttp(GraphQlHttpHandler answers, GraphQlSseHandler streams) {
		return RouterFunctions.route()
			.route(this.plain, answers::handleRequest)
			.route(this.streamed, streams::handleRequest)
			.POST(PATH, (request) -> refuse(request, MEDIA_TYPE))
			.GET(PATH, (request) -> get(request, answers, streams))
			.onError(HttpMessageNotReadableException.class, (failure, request) -> refuse(request, UNREADABLE))
			.onError(ServerWebInputException.class, (failure, request) -> refuse(request, UNREADABLE))
			.build();
	}

	private ServerResponse get(ServerRequest request, GraphQlHttpHandler answers, GraphQlSseHandler streams)
			throws ServletException {
		Map<String, Object> asked = new LinkedHashMap<>();
		try {
			request.param("query").ifPresent((query) -> asked.put("query", query));
			request.param("operationName").ifPresent((name) -> asked.put("operationName", name));
			object(request, "variables").ifPresent((variables) -> asked.put("variables", variables));
			object(request, "extensions").ifPresent((extensions) -> asked.put("extensions", extensions));
		}
		catch (JacksonException ex) {
			return refuse(request, NO_QUERY);
		}
		if (!asked.containsKey("query") && !asked.containsKey("extensions")) {
			return refuse(request, NO_QUERY);
		}
		if (isMutation(request.param("query").orElse(""), request.param("operationName"))) {
			return refuse(request, MUTATION);
		}
		ServerRequest posted = ServerRequest.from(request)
			.method(HttpMethod.POST)
			.headers((headers) -> headers.setContentType(MediaType.APPLICATION_JSON))
			.body(this.json.writeValueAsBytes(asked))
			.build();
		return (this.streamed.test(posted) && !this.plain.test(posted)) ? streams.handleRequest(posted)
				: answers.handleRequest(posted);
	}

	private Optional<Map<?, ?>> object(ServerRequest request, String parameter) {
		return request.param(parameter).map((text) -> this.json.readValue(text, Map.class));
	}

	private boolean isMutation(String query, Optional<String> operationName) {
		try {
			return new Parser()
				.parseDocument(
						ParserEnvironment.newParserEnvironment().document(query).parserOptions(this.parser).build())
				.getDefinitionsOfType(OperationDefinition.class)
				.stream()
				.filter((operation) -> operationName.isEmpty() || operationName.get().equals(operation.getName()))
				.anyMatch((operation) -> operation.getOperation() == Operation.MUTATION);
		}
		catch (InvalidSyntaxException ex) {
			// whoever answers says what is wrong
			return false;
		}
	}

	private static ServerResponse refuse(ServerRequest request, Problem problem) {
		ResponseEntity<ProblemDocument> refusal = ProblemResponse.of(problem, request.path());
		ServerResponse.BodyBuilder response = ServerResponse.status(refusal.getStatusCode())
			.headers((headers) -> headers.addAll(refusal.getHeaders()));
		if (problem.equals(MUTATION)) {
			response.header(HttpHeaders.ALLOW, HttpMethod.POST.name());
		}
		if (problem.equals(MEDIA_TYPE)) {
			response.header(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE);
		}
		return response.body(Objects.requireNonNull(refusal.getBody()));
	}

}
