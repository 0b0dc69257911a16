package io.agentmetrics.api.reception;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.agentmetrics.model.time.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads what the receiver has counted.
 */
@Component
final class ReceptionRepository {

	private static final String COUNTED = """
			with counted as (
				select service, hour, outcome, spans
				from span_receipts
				where hour >= :from and hour < :to and (:service::text is null or service = :service)
			)
			""";

	// the row without an outcome is about all of them
	private static final String TOTALS = COUNTED + """
			select outcome, least(sum(spans), 9223372036854775807)::bigint as spans, count(distinct service) as services
			from counted
			group by grouping sets ((outcome), ())
			""";

	private static final String SERVICES = COUNTED + """
			, outcomes as (
				select service, outcome, sum(spans) as spans from counted group by service, outcome
			), asked as (
				select service, coalesce(sum(spans) filter (where outcome like 'rejected: %'), 0) as rejected,
					coalesce(sum(spans) filter (where outcome <> 'new agents'), 0) as received
				from outcomes
				group by service
				order by rejected desc, received desc, service
				limit :first
			)
			select service, outcome, least(spans, 9223372036854775807)::bigint as spans
			from asked
			join outcomes using (service)
			order by rejected desc, received desc, service
			""";

	private static final String HOURS = COUNTED + """
			select hour, outcome, least(sum(spans), 9223372036854775807)::bigint as spans
			from counted
			where hour in (select distinct hour from counted order by hour desc limit :first)
			group by hour, outcome
			order by hour desc
			""";

	private final JdbcClient jdbc;

	ReceptionRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	Totals totals(Optional<String> service, Window hours) {
		Map<String, Long> byOutcome = new HashMap<>();
		long[] services = new long[1];
		ask(TOTALS, service, hours).query((row) -> {
			String outcome = row.getString("outcome");
			if (outcome == null) {
				services[0] = row.getLong("services");
			}
			else {
				byOutcome.put(outcome, row.getLong("spans"));
			}
		});
		return new Totals(byOutcome, services[0]);
	}

	/**
	 * Lists services, those of which most spans were rejected first.
	 * @return how many spans of each had each outcome
	 */
	Map<String, Map<String, Long>> services(Optional<String> service, Window hours, int first) {
		Map<String, Map<String, Long>> services = new LinkedHashMap<>();
		ask(SERVICES, service, hours).param("first", first).query((row) -> {
			add(services, row.getString("service"), row);
		});
		return services;
	}

	/**
	 * Lists hours, the latest first.
	 * @return how many spans of each had each outcome
	 */
	Map<Instant, Map<String, Long>> hours(Optional<String> service, Window hours, int first) {
		Map<Instant, Map<String, Long>> found = new LinkedHashMap<>();
		ask(HOURS, service, hours).param("first", first).query((row) -> {
			add(found, row.getObject("hour", OffsetDateTime.class).toInstant(), row);
		});
		return found;
	}

	private JdbcClient.StatementSpec ask(String sql, Optional<String> service, Window hours) {
		return this.jdbc.sql(sql)
			.param("service", service.orElse(null))
			.param("from", hours.from().atOffset(ZoneOffset.UTC))
			.param("to", hours.to().atOffset(ZoneOffset.UTC));
	}

	private static <K> void add(Map<K, Map<String, Long>> outcomes, K key, ResultSet row) throws SQLException {
		outcomes.computeIfAbsent(key, (each) -> new HashMap<>()).put(row.getString("outcome"), row.getLong("spans"));
	}

	/**
	 * All spans together.
	 *
	 * @param services how many services sent them
	 */
	record Totals(Map<String, Long> byOutcome, long services) {
	}

}
