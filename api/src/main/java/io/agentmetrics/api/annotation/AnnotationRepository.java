package io.agentmetrics.api.annotation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.api.graphql.TimePosition;
import io.agentmetrics.api.limit.RequestWork;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.source.FilterCondition;
import io.agentmetrics.model.time.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads the annotations that somebody has noted, the newest first.
 */
@Component
class AnnotationRepository {

	/** How long one lasts at most, as the schema has it. */
	private static final Duration LONGEST = Duration.ofDays(31);

	// those of a window have begun in it or not much earlier
	private static final String NEWEST = """
			select id, kind, starts_at, ends_at, text, agent_id, environment, link
			from annotations
			where %s
				and starts_at > :earliest and (starts_at, id) < (:start, :id)
				and (starts_at >= :from or :from < case
					when ends_at is null and kind = 'INCIDENT' then starts_at + interval '744 hours' else ends_at end)
				and (environment is null or :anyEnvironment or environment = any (:environments))
			order by starts_at desc, id desc
			limit :limit
			""";

	private static final String ALL = NEWEST.formatted("true");

	private static final String OF_AGENTS = """
			select annotation.*
			from unnest(:agents) as asked (agent_id)
			cross join lateral (
				%s
			) annotation
			union all
			select annotation.*
			from (
				%s
			) annotation
			""".formatted(NEWEST.formatted("agent_id = asked.agent_id"), NEWEST.formatted("agent_id is null"));

	private static final int FETCH_SIZE = 200;

	private static final long ANNOTATION_BYTES = 400;

	private static final UUID LOWEST_ID = new UUID(0, 0);

	private final JdbcClient jdbc;

	AnnotationRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** Lists annotations of whatever agents. */
	@Transactional(readOnly = true) // without a transaction the driver would read all
									// rows into memory
	List<Annotation> all(Window window, AnnotationsQuestion question) {
		return read(this.jdbc.sql(ALL), window, question);
	}

	/**
	 * Lists annotations about agents and those about all agents, with one statement; each
	 * of these lists is in its order and no longer than the limit.
	 * @param agents the agents, known or not; none to list those about all agents only
	 */
	@Transactional(readOnly = true) // as above
	List<Annotation> ofAgents(Collection<UUID> agents, Window window, AnnotationsQuestion question) {
		return read(this.jdbc.sql(OF_AGENTS).param("agents", new SqlArrayValue("uuid", agents.toArray())), window,
				question);
	}

	private static List<Annotation> read(JdbcClient.StatementSpec statement, Window window,
			AnnotationsQuestion question) {
		List<Annotation> annotations = new ArrayList<>();
		FilterCondition.bind(statement, new ExecutionFilter(Optional.empty(), question.filter().environments()))
			.withFetchSize(FETCH_SIZE)
			.param("from", window.from().atOffset(ZoneOffset.UTC))
			.param("earliest", window.from().minus(LONGEST).atOffset(ZoneOffset.UTC))
			.param("start", question.after().map(TimePosition::start).orElse(window.to()).atOffset(ZoneOffset.UTC))
			.param("id", question.after().map(TimePosition::id).orElse(LOWEST_ID))
			.param("limit", question.limit())
			.query((row) -> {
				Annotation annotation = annotation(row);
				RequestWork.current().ifPresent((work) -> work.claim(bytes(annotation)));
				annotations.add(annotation);
			});
		return annotations;
	}

	private static long bytes(Annotation annotation) {
		return ANNOTATION_BYTES + 2L * (annotation.text().length() + annotation.environment().orElse("").length()
				+ annotation.link().orElse("").length());
	}

	private static Annotation annotation(ResultSet row) throws SQLException {
		return new Annotation(row.getObject("id", UUID.class), AnnotationKind.valueOf(row.getString("kind")),
				instant(row, "starts_at"),
				Optional.ofNullable(row.getObject("ends_at", OffsetDateTime.class)).map(OffsetDateTime::toInstant),
				row.getString("text"), Optional.ofNullable(row.getObject("agent_id", UUID.class)),
				Optional.ofNullable(row.getString("environment")), Optional.ofNullable(row.getString("link")));
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

}
